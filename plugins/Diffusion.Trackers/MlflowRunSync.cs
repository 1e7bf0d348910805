using Microsoft.Extensions.Logging;
using MLflow;

namespace Diffusion.Trackers;

/// <summary>
/// Compares runs with what the store has of them and brings it up to date. What a failed write has done is told by looking, never by its answer. Several runs
/// may take turns at it, on one scheduler that runs a task at a time.
/// </summary>
/// <param name="sends">Whether what is missing is sent.</param>
internal sealed class MlflowRunSync(MlflowClient client, ILogger logger, bool sends)
{
    private const int MostRefusalsTold = 10;

    // Contents of files up to this are compared byte by byte; of larger ones, which are weights of a network under its digest, the length says enough.
    private const long LongestCompared = 4 << 20;

    // What is missing after it was sent and read back twice is not under way any more.
    private const int MostRounds = 3;

    private readonly Dictionary<(string Experiment, string Key), RunState> _states = [];
    private readonly Dictionary<string, Task<Experiment?>> _experiments = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Experiment, string Sweep), Task<ILookup<string, Run>>> _found = [];
    private int _refusals;

    /// <summary>The first run without a parent that was seen.</summary>
    public RunInfo? First { get; private set; }

    /// <summary>Compares a run and sends what is missing.</summary>
    /// <param name="run">The run.</param>
    /// <param name="replaced">Told of a run that has got another id.</param>
    /// <returns>What the store still lacks, in words; null where it was seen to have everything.</returns>
    /// <exception cref="MlflowException">The store fails, or refuses the run as a whole. It may be tried again.</exception>
    public async Task<string?> SyncAsync(MlflowRun run, Action<MlflowRun> replaced)
    {
        RunContent content = run.Content();
        RunState state = StateOf(run);
        for (int round = 0; ; round++)
        {
            string? parentId = run.Parent is { } parent ? await IdAsync(parent) : null;
            if (await IdAsync(run) is not { } id)
                return "is not there";
            Run stored = await client.GetRunAsync(id);
            if (stored.Info.LifecycleStage == LifecycleStage.Deleted)
            {
                // By someone else, while this session was at work.
                Forget(run);
                if (!sends || round == MostRounds)
                    return "is deleted";
                replaced(run);
                continue;
            }

            if (sends)
                await SendLoadAsync(run, id);
            RunGap gap = await CompareAsync(state, run, content, stored, parentId);
            if (gap.IsNone)
            {
                if (run.Parent is null)
                    await RequireGoalAsync(run, content);
                return null;
            }

            if (!sends || round == MostRounds)
                return gap.ToString();
            if (gap.IsStale)
            {
                try
                {
                    await ReplaceAsync(state, run, content, stored, parentId);
                }
                catch
                {
                    // It may be deleted, and nobody is to take its id for the run's any more.
                    Forget(run);
                    throw;
                }
                finally
                {
                    replaced(run);
                }
            }
            else
            {
                await SendAsync(state, run, content, id, gap);
            }
        }
    }

    private RunState StateOf(MlflowRun run)
    {
        if (!_states.TryGetValue(run.Identity, out RunState? state))
            _states[run.Identity] = state = new();
        return state;
    }

    private void Forget(MlflowRun run)
    {
        StateOf(run).Id = null;
        // Both may be otherwise at the next attempt.
        _experiments.Remove(run.Description.Experiment);
        _found.Remove((run.Description.Experiment, run.Root.Description.Key));
    }

    /// <summary>The run's id; made first where it is not there yet and something may be sent. Null where it is not there.</summary>
    private async Task<string?> IdAsync(MlflowRun run)
    {
        RunState state = StateOf(run);
        Task<string?> finding = state.Id ??= FindAsync(run, state);
        try
        {
            return await finding;
        }
        catch
        {
            if (state.Id == finding)
                Forget(run);
            throw;
        }
    }

    private async Task<string?> FindAsync(MlflowRun run, RunState state)
    {
        TrackedRunDescription description = run.Description;
        if (await ExperimentAsync(description.Experiment) is not { } experiment)
            return null;
        string? parentId = run.Parent is { } parent ? await IdAsync(parent) : null;
        Run? found = await OneAsync(experiment, run);
        if (found is null && sends)
        {
            found = await client.CreateRunAsync(Creation(experiment.ExperimentId, run.Content(), description.Key, parentId));
            state.IsNew = found.Metrics.Count == 0;
        }

        if (found is not null && run.Parent is null)
            First ??= found.Info;
        return found?.Info.RunId;
    }

    /// <summary>The run of the key. Where creating it was given up and came about all the same, there are several: the one that holds most is kept.</summary>
    private async Task<Run?> OneAsync(Experiment experiment, MlflowRun run)
    {
        (string Experiment, string Key) sweep = (run.Description.Experiment, run.Root.Description.Key);
        if (!_found.TryGetValue(sweep, out Task<ILookup<string, Run>>? finding))
            _found[sweep] = finding = SearchAsync(experiment.ExperimentId, sweep.Key);
        Run[] all = [.. (await finding)[run.Description.Key].OrderByDescending(one => one.Metrics.Count + one.Params.Count + one.Inputs.Count)
            .ThenBy(one => one.Info.RunId, StringComparer.Ordinal)];
        foreach (Run surplus in all.Skip(1).Where(_ => sends))
            await client.DeleteRunAsync(surplus.Info.RunId);
        return all.FirstOrDefault();
    }

    private async Task<ILookup<string, Run>> SearchAsync(string experimentId, string sweep)
    {
        IReadOnlyList<Run> runs = await client.SearchRunsAsync(new RunQuery([experimentId]) { Tags = [new RunTag(RunContent.SweepTag, sweep)] });
        return runs.ToLookup(run => run.Tag(RunContent.KeyTag) ?? "");
    }

    private Task<Experiment?> ExperimentAsync(string name)
    {
        if (!_experiments.TryGetValue(name, out Task<Experiment?>? finding))
            _experiments[name] = finding = Find();
        return finding;

        async Task<Experiment?> Find() => sends
            ? await client.GetOrCreateExperimentAsync(name)
            : await client.FindExperimentAsync(name) is { LifecycleStage: LifecycleStage.Active } found ? found : null;
    }

    /// <summary>A run with no tags but those by which it is found and placed: one that the store refuses must not keep the run from being made.</summary>
    private static RunCreation Creation(string experimentId, RunContent content, string key, string? parentId) => new(experimentId)
    {
        RunName = content.Name,
        UserId = content.User,
        StartTime = content.Started,
        Tags =
        [
            new RunTag(RunContent.KeyTag, key), content.Tags.First(tag => tag.Key == RunContent.SweepTag),
            new RunTag(RunContent.FixedTag, content.FixedDigest),
            .. parentId is null ? Array.Empty<RunTag>() : [new RunTag(MlflowTags.ParentRunId, parentId)],
        ],
        UniqueTag = RunContent.KeyTag,
    };

    /// <summary>
    /// What the store has cannot be taken back point by point. A run that holds what its records do not say goes to MLflow's bin, and one that does takes its
    /// place, with the tags that others have set.
    /// </summary>
    private async Task ReplaceAsync(RunState state, MlflowRun run, RunContent content, Run stored, string? parentId)
    {
        await client.DeleteRunAsync(stored.Info.RunId);
        Run made = await client.CreateRunAsync(Creation(stored.Info.ExperimentId, content, run.Description.Key, parentId));
        state.Id = Task.FromResult<string?>(made.Info.RunId);
        state.IsNew = true;
        if (First?.RunId == stored.Info.RunId)
            First = made.Info;
        RunTag[] others = [.. stored.Tags.Where(tag => !tag.Key.StartsWith("mlflow.", StringComparison.Ordinal)
            && !tag.Key.StartsWith(RunContent.OwnTags, StringComparison.Ordinal))];
        if (others.Length > 0)
            await client.LogBatchAsync(made.Info.RunId, tags: others);
        logger.LogInformation(
            "The tracked run '{Run}' held what its records do not say (any more); it is deleted in the store, and another has taken its place.", content.Name);
    }

    private async Task<RunGap> CompareAsync(RunState state, MlflowRun run, RunContent content, Run stored, string? parentId)
    {
        bool isWhole = content.EndTime is not null;
        Dictionary<string, string> parameters = stored.Params.ToDictionary(param => param.Key, param => param.Value, StringComparer.Ordinal);
        Dictionary<string, string> tags = stored.Tags.ToDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal);
        bool isStale = content.Parameters.Any(param => parameters.TryGetValue(param.Key, out string? value) && value != param.Value)
            || (tags.TryGetValue(RunContent.FixedTag, out string? digest) && digest != content.FixedDigest);
        List<Metric> missing = [];
        foreach (Metric latest in stored.Metrics)
            // Of a run of which nothing is measured (any more), everything that is there is of other records.
            isStale |= content.Metrics.Count == 0 && !SystemMetrics.Contains(latest.Key);
        foreach ((string key, HashSet<Metric> points) in content.Metrics)
        {
            Metric? latest = stored.Metrics.Where(metric => metric.Key == key).Select(metric => (Metric?)metric).FirstOrDefault();
            HashSet<Metric> known = latest switch
            {
                null => [],
                // There can be none before it.
                { } only when state.IsNew && points.Count == 1 => [only],
                _ => [.. await client.GetMetricHistoryAsync(stored.Info.RunId, key)],
            };
            missing.AddRange(points.Where(point => !known.Contains(point) && !state.Refused.Contains($"metric {key}")));
            isStale |= known.Any(point => !points.Contains(point));
        }

        RunTag[] wantedTags = [.. content.Tags, new(MlflowTags.RunName, content.Name), .. parentId is null ? Array.Empty<RunTag>() : [new(
            MlflowTags.ParentRunId, parentId)]];
        return new RunGap
        {
            IsStale = isStale && isWhole,
            Metrics = missing,
            Parameters = [.. content.Parameters.Where(param => !parameters.ContainsKey(param.Key) && !state.Refused.Contains($"parameter {param.Key}"))],
            Tags =
            [
                .. wantedTags.Where(tag => (tags.GetValueOrDefault(tag.Key) != tag.Value || (tag.Key == MlflowTags.RunName && stored.Info.RunName != tag.Value))
                    && !state.Refused.Contains($"tag {tag.Key}")),
            ],
            // A run that is not told whole yet may still be told them.
            StaleTags = isWhole ? [.. tags.Keys.Where(key => RunContent.IsOwnTag(key) && wantedTags.All(tag => tag.Key != key))] : [],
            Input = content.Input is { } input && !state.Refused.Contains("data set") && !Has(stored, input) ? input : null,
            Artifacts = await MissingArtifactsAsync(state, run, content, stored.Info.RunId),
            Ending = stored.Info.Status != content.Status || (isWhole && stored.Info.EndTime != content.EndTime),
        };
    }

    private static bool Has(Run stored, DatasetInput input) =>
        stored.Inputs.Any(known => known.Dataset.Name == input.Dataset.Name && known.Dataset.Digest == input.Dataset.Digest);

    private async Task<IReadOnlyList<RunArtifact>> MissingArtifactsAsync(RunState state, MlflowRun run, RunContent content, string runId)
    {
        List<RunArtifact> missing = [];
        RunArtifact[] wanted = [.. content.Artifacts.Where(artifact => !state.Refused.Contains($"artifact {artifact.Place}"))];
        foreach (IGrouping<string, RunArtifact> folder in wanted.GroupBy(artifact => FolderOf(artifact.Place)))
        {
            IReadOnlyList<ArtifactFile> there;
            try
            {
                there = await client.ListArtifactsAsync(runId, folder.Key);
            }
            catch (MlflowException exception) when (exception.ErrorCode == ErrorCodes.NotImplemented)
            {
                // A place that this machine cannot reach stays out of reach.
                foreach (RunArtifact artifact in folder)
                    Refused(state, run, $"artifact {artifact.Place}", $"the file '{artifact.Place}': {exception.Message}");
                continue;
            }

            foreach (RunArtifact artifact in folder)
            {
                if (artifact.Length is not { } length)
                    Refused(state, run, $"artifact {artifact.Place}", $"the file '{artifact.File}' is gone.");
                else if (there.FirstOrDefault(file => file.Path == artifact.Place && !file.IsFolder) is not { } file
                    || (file.Size is { } size && size != length)
                    || ((length <= LongestCompared || file.Size is null) && !await IsSameAsync(runId, artifact)))
                    missing.Add(artifact);
            }
        }

        return missing;
    }

    private static string FolderOf(string place) => place.LastIndexOf('/') is var end and > 0 ? place[..end] : "";

    private async Task<bool> IsSameAsync(string runId, RunArtifact artifact)
    {
        try
        {
            await using Stream stored = await client.OpenArtifactAsync(runId, artifact.Place);
            await using Stream wanted = artifact.Open();
            using MemoryStream one = new(), other = new();
            await stored.CopyToAsync(one);
            await wanted.CopyToAsync(other);
            return one.GetBuffer().AsSpan(0, (int)one.Length).SequenceEqual(other.GetBuffer().AsSpan(0, (int)other.Length));
        }
        catch (MlflowException exception) when (exception.ErrorCode == ErrorCodes.ResourceDoesNotExist)
        {
            return false;
        }
    }

    private async Task SendAsync(RunState state, MlflowRun run, RunContent content, string id, RunGap gap)
    {
        if (gap.Metrics.Count + gap.Parameters.Count + gap.Tags.Count > 0)
        {
            foreach (RefusedEntity refused in await client.LogAcceptedAsync(id, gap.Metrics, gap.Parameters, gap.Tags))
                Refused(state, run, $"{Word(refused.Kind)} {refused.Key}", refused.ToString());
        }

        foreach (string key in gap.StaleTags)
            await client.DeleteTagAsync(id, key);
        if (gap.Input is { } input && await client.FindRefusalAsync(id, () => client.LogInputsAsync(id, [input])) is { } refusal)
            Refused(state, run, "data set", $"the data set '{input.Dataset.Name}': {refusal.Message}");
        foreach (RunArtifact artifact in gap.Artifacts)
            await SendAsync(state, run, id, artifact);
        if (gap.Ending)
            await client.UpdateRunAsync(id, new RunUpdate { Status = content.Status, EndTime = content.EndTime });
    }

    private async Task SendLoadAsync(MlflowRun run, string id)
    {
        IReadOnlyList<TrackedMetric> load = run.Load();
        if (load.Count == 0)
            return;
        await client.LogAcceptedAsync(id, [.. load.Select(point => new Metric(MlflowKeys.Clean(point.Key), point.Value, point.Time, point.Step))]);
        run.LoadSent(load.Count);
    }

    private async Task SendAsync(RunState state, MlflowRun run, string id, RunArtifact artifact)
    {
        string what = $"the file '{artifact.File ?? artifact.Place}'";
        try
        {
            if (await client.FindRefusalAsync(id, LogAsync) is { } refusal)
                Refused(state, run, $"artifact {artifact.Place}", $"{what}: {refusal.Message}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Refused(state, run, $"artifact {artifact.Place}", $"{what}: {exception.Message}");
        }

        async Task LogAsync()
        {
            await using Stream content = artifact.Open();
            await client.LogArtifactAsync(id, artifact.Place, content);
        }
    }

    /// <summary>Says what the experiment's runs are compared by, where nobody has said so.</summary>
    private async Task RequireGoalAsync(MlflowRun run, RunContent content)
    {
        if (content.Goal is not { } goal || !sends || await ExperimentAsync(run.Description.Experiment) is not { } known)
            return;
        Experiment experiment = await client.GetExperimentAsync(known.ExperimentId);
        if (experiment.Tags.Any(tag => tag.Key == MlflowTags.PrimaryMetricName))
            return;
        await client.SetExperimentTagAsync(experiment.ExperimentId, MlflowTags.PrimaryMetricGreaterIsBetter, goal.GreaterIsBetter ? "True" : "False");
        await client.SetExperimentTagAsync(experiment.ExperimentId, MlflowTags.PrimaryMetricName, MlflowKeys.Clean(goal.Metric));
    }

    private static string Word(EntityKind kind) => kind switch
    {
        EntityKind.Metric => "metric",
        EntityKind.Parameter => "parameter",
        _ => "tag",
    };

    /// <summary>Tells of a piece that can never be stored; once.</summary>
    private void Refused(RunState state, MlflowRun run, string what, string reason)
    {
        if (!state.Refused.Add(what) || ++_refusals > MostRefusalsTold)
            return;
        logger.LogWarning(
            "A part of the run '{Run}' is left out of the tracking, since it can never be stored: {Reason} The rest of the run is tracked.{More}",
            run.Description.Name, reason, _refusals == MostRefusalsTold ? " Other such parts are not listed." : "");
    }

    /// <summary>What is known of a run in the store.</summary>
    private sealed class RunState
    {
        /// <summary>
        /// MLflow's id; null until the first attempt to find or make the run, and after one that failed. Of one that is not there, the task has none.
        /// </summary>
        public Task<string?>? Id { get; set; }

        /// <summary>Whether this session made it, so that it holds nothing else.</summary>
        public bool IsNew { get; set; }

        /// <summary>What the store refuses by its content, be it for a name or a length: it is left out.</summary>
        public HashSet<string> Refused { get; } = new(StringComparer.Ordinal);
    }
}
