using Microsoft.Extensions.Logging;
using MLflow;

namespace Diffusion.Trackers;

/// <summary>Brings what is pending for a run into the store. Several runs may take turns at it, on one scheduler that runs a task at a time.</summary>
/// <param name="settling">How long a store may be at work on a request that was given up.</param>
internal sealed class MlflowRunWriter(MlflowClient client, ILogger logger, TimeProvider time, TimeSpan settling)
{
    /// <summary>The tag that holds a run's key, by which it is found again.</summary>
    public const string KeyTag = "diffusion.key";

    private const int MostRefusalsTold = 10;

    // Set when a run is made, and no one else's to set.
    private static readonly string[] PlacingTags = [KeyTag, MlflowTags.ParentRunId, MlflowTags.RunName];

    private readonly Dictionary<string, string> _experiments = new(StringComparer.Ordinal);
    private readonly HashSet<(string Run, string What)> _refused = [];

    /// <summary>The first run without a parent that was stored.</summary>
    public RunInfo? First { get; private set; }

    /// <summary>
    /// Stores everything pending and takes it off the queue, piece by piece. A piece that the store refuses by its content is left out, with a warning; the
    /// rest goes on.
    /// </summary>
    /// <exception cref="MlflowException">The store fails, or refuses the run as a whole; what remains on the queue may be tried again.</exception>
    public async Task WriteAsync(MlflowRun run)
    {
        while (run.Pending.TryPeek(out TrackedWork? work))
        {
            PointsWork[] points = [.. run.Pending.TakeWhile(waiting => waiting is PointsWork).Cast<PointsWork>()];
            if (points.Length > 1)
                work = new PointsWork([.. points.SelectMany(piece => piece.Metrics)]);
            await StoreAsync(run, await CreatedAsync(run), work);
            for (int stored = Math.Max(1, points.Length); stored > 0; stored--)
                run.Done();
        }
    }

    private Task StoreAsync(MlflowRun run, string runId, TrackedWork work) => work switch
    {
        PointsWork points => LogAsync(run, runId, [.. points.Metrics.Select(ToMetric)], [], []),
        TagsWork tags => TagAsync(run, runId, tags),
        TableWork table => LogTableAsync(run, runId, table),
        ArtifactWork artifact => CopyAsync(run, runId, artifact),
        EndedWork ended => client.SetTerminatedAsync(runId, ended.Status, ended.Time),
        CheckWork check => CheckAsync(run, check),
        _ => Task.CompletedTask,
    };

    private async Task LogAsync(MlflowRun run, string runId, IReadOnlyList<Metric> metrics, IReadOnlyList<Param> parameters, IReadOnlyList<RunTag> tags)
    {
        foreach (RefusedEntity refused in await client.LogAcceptedAsync(runId, metrics, parameters, tags))
            Refused(run, $"{refused.Kind} {refused.Key}", refused.ToString());
    }

    private async Task TagAsync(MlflowRun run, string runId, TagsWork tags)
    {
        var texts = new LongTexts();
        await LogAsync(run, runId, [], [], Tags(run.Description with { Tags = tags.Tags }, texts));
        await LogTextsAsync(run, runId, texts);
    }

    private async Task LogTableAsync(MlflowRun run, string runId, TableWork table)
    {
        string what = $"the table '{table.Name}'";
        if (await client.FindRefusalAsync(
            runId, () => client.LogTableAsync(runId, $"{MlflowKeys.Clean(table.Name)}.json", table.Columns, table.Rows)) is { } refusal)
            Refused(run, what, $"{what}: {refusal.Message}");
    }

    /// <summary>Copies a file. One that is gone will not come back, and a place that this machine cannot reach stays out of reach.</summary>
    private async Task CopyAsync(MlflowRun run, string runId, ArtifactWork artifact)
    {
        string what = $"the file '{artifact.Path}'";
        try
        {
            if (await client.FindRefusalAsync(runId, () => client.LogFileAsync(runId, artifact.Path, ArtifactPath(artifact))) is { } refusal)
                Refused(run, what, $"{what}: {refusal.Message}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or MlflowException { ErrorCode: ErrorCodes.NotImplemented })
        {
            Refused(run, what, $"{what}: {exception.Message}");
        }
    }

    private async Task LogInputAsync(MlflowRun run, string runId, DataDescription data)
    {
        string what = $"the data set '{data.Name}'";
        if (await client.FindRefusalAsync(runId, () => client.LogInputsAsync(runId, [DatasetInputs.From(data)])) is { } refusal)
            Refused(run, what, $"{what}: {refusal.Message}");
    }

    /// <summary>Tells of a piece that is not stored; once, however often the run is tried again.</summary>
    private void Refused(MlflowRun run, string what, string reason)
    {
        if (!_refused.Add((run.Description.Key, what)) || _refused.Count > MostRefusalsTold)
            return;
        logger.LogWarning(
            "A part of the run '{Run}' is left out of the tracking, since it can never be stored: {Reason} The rest of the run is tracked.{More}",
            run.Description.Name, reason, _refused.Count == MostRefusalsTold ? " Other such parts are not listed." : "");
    }

    /// <summary>Looks for the run again when nothing given up can still be under way; the store clears away what is too much.</summary>
    private async Task CheckAsync(MlflowRun run, CheckWork check)
    {
        TimeSpan remaining = check.Time + settling - time.GetUtcNow();
        if (remaining > TimeSpan.Zero)
            await Task.Delay(remaining);
        string? parentId = run.Description.Parent is MlflowRun parent ? await CreatedAsync(parent.Current) : null;
        await client.CreateRunAsync(await CreationAsync(run.Description, parentId));
    }

    /// <summary>The run's id, made first where it is not there yet.</summary>
    private async Task<string> CreatedAsync(MlflowRun run)
    {
        Task<string> creation = run.RunId ??= CreateAsync(run);
        try
        {
            return await creation;
        }
        catch
        {
            if (run.RunId == creation)
                run.RunId = null;
            // It may have been deleted and made anew by the next attempt.
            _experiments.Remove(run.Description.Experiment);
            throw;
        }
    }

    /// <summary>Makes a run, or finds the one of its key. Every step may be repeated.</summary>
    private async Task<string> CreateAsync(MlflowRun run)
    {
        TrackedRunDescription description = run.Description;
        string? parentId = description.Parent is MlflowRun parent ? await CreatedAsync(parent.Current) : null;
        Run stored = await client.CreateRunAsync(await CreationAsync(description, parentId));
        string runId = stored.Info.RunId;
        if (parentId is null)
            First ??= stored.Info;
        // A run of an earlier session that only has a child to add to stays as it ended.
        if (run.Pending.Any(work => work is BegunWork) && stored.Info.Status != RunStatus.Running)
            await client.UpdateRunAsync(runId, new RunUpdate { Status = RunStatus.Running });
        var texts = new LongTexts();
        await LogAsync(run, runId, [], Parameters(description, texts), Tags(description, texts));
        if (description.Data is { } data)
            await LogInputAsync(run, runId, data);
        await LogTextsAsync(run, runId, texts);
        return runId;
    }

    private async Task LogTextsAsync(MlflowRun run, string runId, LongTexts texts)
    {
        foreach ((string path, string text) in texts.Whole)
        {
            string what = $"the text '{path}'";
            if (await client.FindRefusalAsync(runId, () => client.LogTextAsync(runId, path, text)) is { } refusal)
                Refused(run, what, $"{what}: {refusal.Message}");
        }
    }

    /// <summary>A run with no tags but those by which it is found and placed: one that the store refuses must not keep the run from being made.</summary>
    private async Task<RunCreation> CreationAsync(TrackedRunDescription description, string? parentId)
        => new(await ExperimentAsync(description.Experiment))
        {
            RunName = description.Name,
            UserId = Environment.UserName,
            StartTime = description.Started,
            Tags = [new RunTag(KeyTag, description.Key), .. parentId is null ? Array.Empty<RunTag>() : [new RunTag(MlflowTags.ParentRunId, parentId)]],
            UniqueTag = KeyTag,
        };

    private async Task<string> ExperimentAsync(string name)
    {
        if (_experiments.TryGetValue(name, out string? id))
            return id;
        return _experiments[name] = (await client.GetOrCreateExperimentAsync(name)).ExperimentId;
    }

    private static List<RunTag> Tags(TrackedRunDescription description, LongTexts texts)
        => [.. MlflowKeys.Clean(description.Tags)
            .Where(tag => !PlacingTags.Contains(tag.Key))
            .Select(tag => new RunTag(tag.Key, texts.Fit("tags", tag.Key, tag.Value, Limits.TagValueLength)))];

    private static List<Param> Parameters(TrackedRunDescription description, LongTexts texts)
        => [.. MlflowKeys.Clean(description.Parameters)
            .Select(param => new Param(param.Key, texts.Fit("params", param.Key, param.Value, Limits.ParamValueLength)))];

    private static Metric ToMetric(TrackedMetric metric) => new(MlflowKeys.Clean(metric.Key), metric.Value, metric.Time, metric.Step);

    private static string ArtifactPath(ArtifactWork artifact)
    {
        string name = Path.GetFileName(artifact.Path).Replace('#', '_');
        string folder = artifact.Folder.Replace('\\', '/').Trim('/');
        return folder.Length == 0 ? name : $"{folder}/{name}";
    }
}
