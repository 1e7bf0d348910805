using Microsoft.Extensions.Logging;
using MLflow;

namespace Diffusion.Trackers;

/// <summary>Brings what is pending for a run into the store. Used by one worker at a time.</summary>
internal sealed class MlflowRunWriter(MlflowClient client, ILogger logger)
{
    /// <summary>The tag that holds a run's key, by which it is found again.</summary>
    public const string KeyTag = "diffusion.key";

    // Points that wait are written together, but not so many that other processes wait long for the lock.
    private const int PointsTogether = 10_000;

    private readonly Dictionary<string, string> _experiments = new(StringComparer.Ordinal);
    private readonly Lazy<IReadOnlyDictionary<string, string>> _surroundings = new(SourceTags.Find);
    private bool _warned;

    /// <summary>Stores everything pending and takes it off the queue, piece by piece. What the store refuses for good is dropped.</summary>
    /// <exception cref="MlflowException">The store fails; what remains on the queue may be tried again.</exception>
    public async Task WriteAsync(MlflowRun run)
    {
        while (run.Pending.TryPeek(out TrackedWork? work))
        {
            int count = 1;
            if (work is PointsWork)
            {
                (PointsWork together, count) = Gather(run.Pending);
                work = together;
            }
            if (!await AttemptAsync(run, work).ConfigureAwait(false) && count > 1)
            {
                // One refused point must not take the others with it.
                foreach (TrackedWork single in run.Pending.Take(count))
                    await AttemptAsync(run, single).ConfigureAwait(false);
            }
            for (; count > 0; count--)
                run.Pending.Dequeue();
        }
    }

    private static (PointsWork Together, int Count) Gather(Queue<TrackedWork> pending)
    {
        var metrics = new List<TrackedMetric>();
        int count = 0;
        foreach (TrackedWork work in pending)
        {
            if (work is not PointsWork points || (count > 0 && metrics.Count + points.Metrics.Count > PointsTogether))
                break;
            metrics.AddRange(points.Metrics);
            count++;
        }
        return (new PointsWork(metrics), count);
    }

    /// <summary>Stores one piece; false where it is refused for good.</summary>
    private async Task<bool> AttemptAsync(MlflowRun run, TrackedWork work)
    {
        try
        {
            if (await CreatedAsync(run).ConfigureAwait(false) is not { } runId)
                return false;
            await StoreAsync(runId, work).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (IsRefusal(exception, work))
        {
            if (!_warned)
                logger.LogWarning("Part of the run {Run} cannot be tracked: {Reason}", run.Description.Name, exception.Message);
            _warned = true;
            run.IsRefused |= run.RunId is null;
            return false;
        }
    }

    private Task StoreAsync(string runId, TrackedWork work) => work switch
    {
        PointsWork points => client.LogBatchAsync(runId, [.. points.Metrics.Select(ToMetric)]),
        ArtifactWork artifact => client.LogFileAsync(runId, artifact.Path, ArtifactPath(artifact)),
        EndedWork ended => client.SetTerminatedAsync(runId, ended.Status, ended.Time),
        _ => Task.CompletedTask,
    };

    /// <summary>The run's id, made first where it is not there yet; null where the store refuses it. Every step may be repeated.</summary>
    private async Task<string?> CreatedAsync(MlflowRun run)
    {
        if (run.RunId is not null || run.IsRefused)
            return run.RunId;
        TrackedRunDescription description = run.Description;
        string? parentId = description.Parent is MlflowRun parent ? await CreatedAsync(parent).ConfigureAwait(false) : null;
        var texts = new LongTexts();

        Run stored = await client.CreateRunAsync(new RunCreation(await ExperimentAsync(description.Experiment).ConfigureAwait(false))
        {
            RunName = description.Name,
            UserId = Environment.UserName,
            StartTime = description.Started,
            Tags = Tags(description, parentId, texts),
            UniqueTag = KeyTag,
        }).ConfigureAwait(false);
        string runId = stored.Info.RunId;
        if (stored.Info.Status != RunStatus.Running)
            await client.UpdateRunAsync(runId, new RunUpdate { Status = RunStatus.Running }).ConfigureAwait(false);
        await client.LogBatchAsync(runId, parameters: Parameters(description, texts)).ConfigureAwait(false);
        if (description.Data is not null)
            await client.LogInputsAsync(runId, [DatasetInputs.From(description.Data)]).ConfigureAwait(false);
        foreach ((string path, string text) in texts.Whole)
            await client.LogTextAsync(runId, path, text).ConfigureAwait(false);
        return run.RunId = runId;
    }

    private async Task<string> ExperimentAsync(string name)
    {
        if (!_experiments.TryGetValue(name, out string? id))
        {
            id = (await client.GetOrCreateExperimentAsync(name).ConfigureAwait(false)).ExperimentId;
            _experiments.Add(name, id);
        }
        return id;
    }

    private List<RunTag> Tags(TrackedRunDescription description, string? parentId, LongTexts texts)
    {
        var tags = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, string value) in _surroundings.Value)
            tags[key] = value;
        foreach ((string key, string value) in MlflowKeys.Clean(description.Tags))
            tags[key] = texts.Fit("tags", key, value, Limits.TagValueLength);
        if (parentId is not null)
            tags[MlflowTags.ParentRunId] = parentId;
        tags[MlflowTags.RunName] = description.Name;
        tags[KeyTag] = description.Key;
        return [.. tags.Select(tag => new RunTag(tag.Key, tag.Value))];
    }

    private static List<Param> Parameters(TrackedRunDescription description, LongTexts texts)
        => [.. MlflowKeys.Clean(description.Parameters).Select(param => new Param(param.Key, texts.Fit("params", param.Key, param.Value, Limits.ParamValueLength)))];

    private static Metric ToMetric(TrackedMetric metric) => new(MlflowKeys.Clean(metric.Key), metric.Value, metric.Time, metric.Step);

    private static string ArtifactPath(ArtifactWork artifact)
    {
        string name = Path.GetFileName(artifact.Path).Replace('#', '_');
        string folder = artifact.Folder.Replace('\\', '/').Trim('/');
        return folder.Length == 0 ? name : $"{folder}/{name}";
    }

    /// <summary>
    /// Whether trying again is of no use. A database that fails may recover; a request it will not have stays refused, and so does
    /// a file that cannot be copied, unless it was the database that was busy.
    /// </summary>
    private static bool IsRefusal(Exception exception, TrackedWork work) => exception is not MlflowException { ErrorCode: var code }
        || code is ErrorCodes.InvalidParameterValue or ErrorCodes.ResourceDoesNotExist or ErrorCodes.ResourceAlreadyExists or ErrorCodes.NotImplemented
        || (work is ArtifactWork && code != ErrorCodes.TemporarilyUnavailable);
}
