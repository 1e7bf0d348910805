using System.Net;

namespace MLflow.Rules;

/// <summary>Logs to a run whatever the store accepts of it, and collects what it refuses by its content.</summary>
internal sealed class AcceptedBatches(ITrackingStore store, string runId)
{
    private readonly List<RefusedEntity> _refused = [];
    private bool _takesWrites;

    public IReadOnlyList<RefusedEntity> Refused => _refused;

    /// <summary>Whether a refusal is about a name, a length or a value, unless the run as a whole is refused.</summary>
    public static bool IsOfContent(MlflowException exception) => exception is { IsTransient: false, ErrorCode: ErrorCodes.InvalidParameterValue };

    public async Task LogAsync(IEnumerable<Metric> metrics, IEnumerable<Param> parameters, IEnumerable<RunTag> tags, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        Param[] goodParameters = [.. Good(parameters, EntityKind.Parameter, static param => param.Key, param =>
        {
            EntityRules.Check(param);
            if (!known.TryAdd(param.Key, param.Value) && known[param.Key] != param.Value)
                EntityRules.CheckUnique([param, param]);
        }).DistinctBy(param => param.Key)];
        RunTag[] goodTags = [.. Good(tags, EntityKind.Tag, static tag => tag.Key, static tag => EntityRules.Check(tag))];
        Metric[] goodMetrics = [.. Good(metrics, EntityKind.Metric, static metric => metric.Key, static metric => EntityRules.Check(metric))];
        foreach (Batch batch in Batch.Split(goodMetrics, goodParameters, goodTags))
            await LogAsync(batch, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Throws where the run takes nothing at all: it is deleted, or whoever answers refuses everything.</summary>
    public async Task RequireWritesAsync(CancellationToken cancellationToken)
    {
        if (!_takesWrites)
            await store.LogBatchAsync(runId, [], [], [], cancellationToken).ConfigureAwait(false);
        _takesWrites = true;
    }

    private async Task LogAsync(Batch batch, CancellationToken cancellationToken)
    {
        try
        {
            await store.LogBatchAsync(runId, batch.Metrics, batch.Parameters, batch.Tags, cancellationToken).ConfigureAwait(false);
            return;
        }
        catch (MlflowException exception) when (IsOfContent(exception) || IsTooLarge(exception, batch))
        {
            await RequireWritesAsync(cancellationToken).ConfigureAwait(false);
            if (batch.Count == 1)
            {
                (EntityKind kind, string key) = batch switch
                {
                    { Metrics: [var metric] } => (EntityKind.Metric, metric.Key),
                    { Parameters: [var param] } => (EntityKind.Parameter, param.Key),
                    _ => (EntityKind.Tag, batch.Tags[0].Key),
                };
                _refused.Add(new RefusedEntity(kind, key, exception));
                return;
            }
        }
        (Batch first, Batch second) = batch.Halve();
        await LogAsync(first, cancellationToken).ConfigureAwait(false);
        await LogAsync(second, cancellationToken).ConfigureAwait(false);
    }

    private static bool IsTooLarge(MlflowException exception, Batch batch) =>
        exception.StatusCode == (int)HttpStatusCode.RequestEntityTooLarge && batch.Count > 1;

    private IEnumerable<T> Good<T>(IEnumerable<T> entities, EntityKind kind, Func<T, string> key, Action<T> check)
    {
        foreach (T entity in entities)
        {
            MlflowException? problem = null;
            try
            {
                check(entity);
            }
            catch (MlflowException exception)
            {
                problem = exception;
            }
            if (problem is null)
                yield return entity;
            else
                _refused.Add(new RefusedEntity(kind, key(entity), problem));
        }
    }
}
