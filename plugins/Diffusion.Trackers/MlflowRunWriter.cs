using Microsoft.Extensions.Logging;
using MLflow;

namespace Diffusion.Trackers;

/// <summary>Brings what is pending for a run into the store. Several runs may take turns at it, on one scheduler that runs a task at a time.</summary>
/// <param name="settling">How long a store may be at work on a request that was given up.</param>
internal sealed class MlflowRunWriter(MlflowClient client, ILogger logger, TimeProvider time, TimeSpan settling)
{
    /// <summary>The tag that holds a run's key, by which it is found again.</summary>
    public const string KeyTag = "diffusion.key";

    private readonly Dictionary<string, string> _experiments = new(StringComparer.Ordinal);
    private bool _warned;

    /// <summary>The first run without a parent that was stored.</summary>
    public RunInfo? First { get; private set; }

    /// <summary>Stores everything pending and takes it off the queue, piece by piece. What the store refuses for good is dropped.</summary>
    /// <exception cref="MlflowException">The store fails; what remains on the queue may be tried again.</exception>
    public async Task WriteAsync(MlflowRun run)
    {
        while (run.Pending.TryPeek(out TrackedWork? work))
        {
            PointsWork[] points = [.. run.Pending.TakeWhile(waiting => waiting is PointsWork).Cast<PointsWork>()];
            if (points.Length > 1)
                work = new PointsWork([.. points.SelectMany(piece => piece.Metrics)]);
            if (!await AttemptAsync(run, work) && points.Length > 1)
            {
                // One refused point must not take the others with it.
                foreach (PointsWork piece in points)
                    await AttemptAsync(run, piece);
            }
            for (int stored = Math.Max(1, points.Length); stored > 0; stored--)
                run.Done();
        }
    }

    /// <summary>Stores one piece; false where it is refused for good.</summary>
    private async Task<bool> AttemptAsync(MlflowRun run, TrackedWork work)
    {
        if (await CreatedAsync(run) is not { } runId)
            return false;
        try
        {
            await StoreAsync(run, runId, work);
            return true;
        }
        catch (Exception exception) when (IsRefusal(exception, work))
        {
            Refused(run, exception);
            return false;
        }
    }

    private void Refused(MlflowRun run, Exception exception)
    {
        if (!_warned)
            logger.LogWarning("Part of the run {Run} cannot be tracked: {Reason}", run.Description.Name, exception.Message);
        _warned = true;
    }

    private Task StoreAsync(MlflowRun run, string runId, TrackedWork work) => work switch
    {
        PointsWork points => client.LogBatchAsync(runId, [.. points.Metrics.Select(ToMetric)]),
        ArtifactWork artifact => client.LogFileAsync(runId, artifact.Path, ArtifactPath(artifact)),
        EndedWork ended => client.SetTerminatedAsync(runId, ended.Status, ended.Time),
        CheckWork check => CheckAsync(run, check),
        _ => Task.CompletedTask,
    };

    /// <summary>Looks for the run again when nothing given up can still be under way; the store clears away what is too much.</summary>
    private async Task CheckAsync(MlflowRun run, CheckWork check)
    {
        TimeSpan remaining = check.Time + settling - time.GetUtcNow();
        if (remaining > TimeSpan.Zero)
            await Task.Delay(remaining);
        string? parentId = run.Description.Parent is MlflowRun parent ? await CreatedAsync(parent.Current) : null;
        await client.CreateRunAsync(await CreationAsync(run.Description, parentId, new LongTexts()));
    }

    /// <summary>The run's id, made first where it is not there yet; null where the store refuses it.</summary>
    private async Task<string?> CreatedAsync(MlflowRun run)
    {
        Task<string?> creation = run.RunId ??= CreateAsync(run);
        try
        {
            return await creation;
        }
        catch
        {
            if (run.RunId == creation)
                run.RunId = null;
            throw;
        }
    }

    /// <summary>Makes a run, or finds the one of its key. Every step may be repeated.</summary>
    private async Task<string?> CreateAsync(MlflowRun run)
    {
        TrackedRunDescription description = run.Description;
        string? parentId = description.Parent is MlflowRun parent ? await CreatedAsync(parent.Current) : null;
        try
        {
            // A run of an earlier session that only has a child to add to stays as it ended.
            return await CreateAsync(description, parentId, reopens: run.Pending.Any(work => work is BegunWork));
        }
        catch (Exception exception) when (IsRefusal(exception, new BegunWork()))
        {
            Refused(run, exception);
            return null;
        }
    }

    private async Task<string> CreateAsync(TrackedRunDescription description, string? parentId, bool reopens)
    {
        var texts = new LongTexts();
        Run stored = await client.CreateRunAsync(await CreationAsync(description, parentId, texts));
        string runId = stored.Info.RunId;
        if (parentId is null)
            First ??= stored.Info;
        if (reopens && stored.Info.Status != RunStatus.Running)
            await client.UpdateRunAsync(runId, new RunUpdate { Status = RunStatus.Running });
        await client.LogBatchAsync(runId, parameters: Parameters(description, texts));
        if (description.Data is not null)
            await client.LogInputsAsync(runId, [DatasetInputs.From(description.Data)]);
        foreach ((string path, string text) in texts.Whole)
            await client.LogTextAsync(runId, path, text);
        return runId;
    }

    private async Task<RunCreation> CreationAsync(TrackedRunDescription description, string? parentId, LongTexts texts)
        => new(await ExperimentAsync(description.Experiment))
        {
            RunName = description.Name,
            UserId = Environment.UserName,
            StartTime = description.Started,
            Tags = Tags(description, parentId, texts),
            UniqueTag = KeyTag,
        };

    private async Task<string> ExperimentAsync(string name)
    {
        if (_experiments.TryGetValue(name, out string? id))
            return id;
        return _experiments[name] = (await client.GetOrCreateExperimentAsync(name)).ExperimentId;
    }

    private static List<RunTag> Tags(TrackedRunDescription description, string? parentId, LongTexts texts)
    {
        var tags = new SortedDictionary<string, string>(StringComparer.Ordinal);
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
    /// Whether trying again is of no use. A store that fails may recover, and credentials may be mended; a request it will not have
    /// stays refused, and so does a file that cannot be copied.
    /// </summary>
    private static bool IsRefusal(Exception exception, TrackedWork work) => exception is not MlflowException { ErrorCode: var code, IsTransient: var isTransient }
        || (!isTransient && code is (ErrorCodes.InvalidParameterValue or ErrorCodes.BadRequest or ErrorCodes.ResourceDoesNotExist or ErrorCodes.ResourceAlreadyExists or ErrorCodes.NotImplemented))
        || (!isTransient && work is ArtifactWork && code == ErrorCodes.InternalError);
}
