using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Serialization.Metadata;
using MLflow.Rules;

namespace MLflow.Http;

/// <summary>Experiments and runs on an MLflow tracking server, over its REST API.</summary>
internal sealed class HttpTrackingStore : ITrackingStore
{
    private const string Api = "/api/2.0/mlflow";
    private const int RunsPerPage = 1000;
    private const int ExperimentsPerPage = 1000;

    // Servers from 3.7 on answer a history that names no maximum with no points and an endless chain of pages.
    private const int PointsPerPage = 25000;

    private readonly ServerConnection _server;
    private readonly ProxiedArtifacts _artifacts;
    private readonly ConcurrentDictionary<string, string> _artifactUris = new(StringComparer.Ordinal);

    // Creations given up whose outcome is unknown, with the time of it, and the runs that carry their tags: the server may yet make others.
    private readonly ConcurrentDictionary<(string ExperimentId, RunTag Tag), long> _doubts = new();
    private readonly ConcurrentDictionary<string, Doubt> _doubtful = new(StringComparer.Ordinal);

    public HttpTrackingStore(ServerConnection server)
    {
        _server = server;
        _artifacts = new ProxiedArtifacts(server);
        Models = new HttpModelStore(server, _artifacts);
    }

    public IModelStore? Models { get; }

    public async Task<Experiment> CreateExperimentAsync(
        string name, string? artifactLocation, IReadOnlyList<ExperimentTag>? tags, CancellationToken cancellationToken)
    {
        var request = new CreateExperimentRequest(name, artifactLocation, WireMapping.ToWire(tags ?? [], WireMapping.ToWire));
        string id = await _server.RepeatAsync(
            async (failed, token) =>
            {
                // An attempt whose answer was lost has made it.
                if (failed > 0
                    && await FindExperimentAsync(name, Repeatable.Never, token).ConfigureAwait(false) is { LifecycleStage: LifecycleStage.Active } made
                    && (tags ?? []).All(made.Tags.Contains))
                    return made.ExperimentId;
                CreateExperimentAnswer answer = await PostAsync(
                    "experiments/create", request, MlflowJson.Wire.CreateExperimentRequest, MlflowJson.Wire.CreateExperimentAnswer, Repeatable.Never,
                    token).ConfigureAwait(false);
                return Required(answer.ExperimentId, "experiment_id");
            },
            cancellationToken).ConfigureAwait(false);
        return await GetExperimentAsync(id, cancellationToken).ConfigureAwait(false);
    }

    public async Task<Experiment> GetExperimentAsync(string experimentId, CancellationToken cancellationToken)
    {
        ExperimentAnswer answer = await _server.GetAsync(
            $"{Api}/experiments/get", [("experiment_id", experimentId)], MlflowJson.Wire.ExperimentAnswer, cancellationToken).ConfigureAwait(false);
        return WireMapping.ToExperiment(Required(answer.Experiment, "experiment"));
    }

    public Task<Experiment?> FindExperimentAsync(string name, CancellationToken cancellationToken)
        => FindExperimentAsync(name, Repeatable.Always, cancellationToken);

    public async Task<IReadOnlyList<Experiment>> ListExperimentsAsync(ViewType view, CancellationToken cancellationToken)
    {
        var found = new List<Experiment>();
        await foreach (SearchExperimentsAnswer answer in PagesAsync(
            token => PostAsync(
                "experiments/search", new SearchExperimentsRequest(ExperimentsPerPage, token, null, view.ToWire()), MlflowJson.Wire.SearchExperimentsRequest,
                MlflowJson.Wire.SearchExperimentsAnswer, Repeatable.Always, cancellationToken),
            page => (page.Experiments?.Length ?? 0, page.NextPageToken)).ConfigureAwait(false))
        {
            found.AddRange(answer.Experiments!.Select(WireMapping.ToExperiment));
        }
        return found;
    }

    public async Task RenameExperimentAsync(string experimentId, string name, CancellationToken cancellationToken)
    {
        // A server answers to both as to what passes.
        if ((await GetExperimentAsync(experimentId, cancellationToken).ConfigureAwait(false)).LifecycleStage != LifecycleStage.Active)
            throw new MlflowException(ErrorCodes.InvalidState, "Cannot rename a non-active experiment.");
        if (await FindExperimentAsync(name, cancellationToken).ConfigureAwait(false) is { } taken && taken.ExperimentId != experimentId)
            throw new MlflowException(ErrorCodes.ResourceAlreadyExists, $"Experiment(name={name}) already exists.");
        await PostAsync(
            "experiments/update", new UpdateExperimentRequest(experimentId, name), MlflowJson.Wire.UpdateExperimentRequest, MlflowJson.Wire.Nothing,
            Repeatable.Always, cancellationToken).ConfigureAwait(false);
    }

    public Task DeleteExperimentAsync(string experimentId, CancellationToken cancellationToken)
        => SetExperimentStageAsync(experimentId, LifecycleStage.Deleted, "experiments/delete", cancellationToken);

    public Task RestoreExperimentAsync(string experimentId, CancellationToken cancellationToken)
        => SetExperimentStageAsync(experimentId, LifecycleStage.Active, "experiments/restore", cancellationToken);

    public Task SetExperimentTagAsync(string experimentId, ExperimentTag tag, CancellationToken cancellationToken)
        => PostAsync(
            "experiments/set-experiment-tag", new SetExperimentTagRequest(experimentId, tag.Key, tag.Value), MlflowJson.Wire.SetExperimentTagRequest,
            MlflowJson.Wire.Nothing, Repeatable.Always, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>
    /// A server that has made a run may fail to say so. With a <see cref="RunCreation.UniqueTag"/> the run is looked for before each attempt
    /// and after it; without one, an attempt whose outcome is unknown is the last.
    /// </remarks>
    public async Task<Run> CreateRunAsync(RunCreation creation, CancellationToken cancellationToken)
    {
        if (creation.UniqueTag is null)
            return await CreateAsync(creation, Repeatable.IfUnsent, cancellationToken).ConfigureAwait(false);
        RunTag tag = creation.Tags.First(tag => tag.Key == creation.UniqueTag);
        Run run = await _server.RepeatAsync(
            async (_, token) =>
            {
                if (await FindOneAsync(creation.ExperimentId, tag, null, Repeatable.Never, token).ConfigureAwait(false) is { } found)
                    return found;
                Run made;
                try
                {
                    made = await CreateAsync(creation, Repeatable.Never, token).ConfigureAwait(false);
                }
                catch (MlflowException exception) when (exception.IsTransient)
                {
                    // Whoever answers for the server itself has ended the request; after others, it may still be at work.
                    if (exception.StatusCode is null or 408 or 502 or 504 && !ServerConnection.IsUnsent(exception))
                        _doubts[(creation.ExperimentId, tag)] = Stopwatch.GetTimestamp();
                    throw;
                }
                // A proxy may have sent the request twice, and two processes may have made the run at once.
                return await FindOneAsync(creation.ExperimentId, tag, null, Repeatable.Never, token).ConfigureAwait(false) ?? made;
            },
            cancellationToken).ConfigureAwait(false);
        return Noted(run, tag);
    }

    public Task<Run> GetRunAsync(string runId, CancellationToken cancellationToken) => GetRunAsync(runId, Repeatable.Always, cancellationToken);

    public Task<IReadOnlyList<Run>> SearchRunsAsync(RunQuery query, CancellationToken cancellationToken)
        => SearchRunsAsync(query, Repeatable.Always, cancellationToken);

    public async Task UpdateRunAsync(string runId, RunUpdate update, CancellationToken cancellationToken)
    {
        var request = new UpdateRunRequest(
            runId, update.Status is { } status ? RunStatusNames.Write(status) : null, update.EndTime?.ToUnixTimeMilliseconds(), update.RunName);
        await WriteAsync(
            runId,
            update,
            static (update, run) => ReadBack.Shows(run.Info, update) ? null : update,
            (_, token) => PostAsync("runs/update", request, MlflowJson.Wire.UpdateRunRequest, MlflowJson.Wire.Nothing, Repeatable.Never, token),
            cancellationToken).ConfigureAwait(false);
        if (update.EndTime is not null && _doubtful.TryGetValue(runId, out Doubt doubt) && Remaining(doubt) == TimeSpan.Zero)
            await ResolveAsync(runId, doubt, cancellationToken).ConfigureAwait(false);
    }

    public Task DeleteRunAsync(string runId, CancellationToken cancellationToken) => DeleteRunAsync(runId, Repeatable.Always, cancellationToken);

    public Task RestoreRunAsync(string runId, CancellationToken cancellationToken)
        => PostAsync("runs/restore", new RunIdRequest(runId), MlflowJson.Wire.RunIdRequest, MlflowJson.Wire.Nothing, Repeatable.Always, cancellationToken);

    public Task LogBatchAsync(
        string runId, IReadOnlyList<Metric> metrics, IReadOnlyList<Param> parameters, IReadOnlyList<RunTag> tags, CancellationToken cancellationToken)
        => WriteAsync(
            runId,
            new Batch(metrics, parameters, tags),
            static (batch, run) => ReadBack.Missing(batch, run) is { Count: > 0 } missing ? missing : null,
            (batch, token) => PostAsync(
                "runs/log-batch",
                new LogBatchRequest(
                    runId, WireMapping.ToWire(batch.Metrics, WireMapping.ToWire), WireMapping.ToWire(batch.Parameters, WireMapping.ToWire),
                    WireMapping.ToWire(batch.Tags, WireMapping.ToWire)),
                MlflowJson.Wire.LogBatchRequest,
                MlflowJson.Wire.Nothing,
                Repeatable.Never,
                token),
            cancellationToken);

    public async Task DeleteTagAsync(string runId, string key, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(
                runId,
                key,
                static (key, run) => run.Tag(key) is null ? null : key,
                (key, token) => PostAsync(
                    "runs/delete-tag", new DeleteTagRequest(runId, key), MlflowJson.Wire.DeleteTagRequest, MlflowJson.Wire.Nothing, Repeatable.Never, token),
                cancellationToken).ConfigureAwait(false);
        }
        catch (MlflowException exception) when (exception.ErrorCode == ErrorCodes.ResourceDoesNotExist)
        {
            // Said of a tag that is not there, and of a run.
            await GetRunAsync(runId, cancellationToken).ConfigureAwait(false);
        }
    }

    public Task LogInputsAsync(string runId, IReadOnlyList<DatasetInput> inputs, CancellationToken cancellationToken)
        => WriteAsync(
            runId,
            inputs,
            static (inputs, run) => ReadBack.Missing(inputs, run) is { Count: > 0 } missing ? missing : null,
            (inputs, token) => PostAsync(
                "runs/log-inputs", new LogInputsRequest(
                    runId, [.. inputs.Select(WireMapping.ToWire)]), MlflowJson.Wire.LogInputsRequest, MlflowJson.Wire.Nothing, Repeatable.Never, token),
            cancellationToken);

    public async Task<IReadOnlyList<Metric>> GetMetricHistoryAsync(string runId, string key, CancellationToken cancellationToken)
    {
        var points = new List<Metric>();
        string most = PointsPerPage.ToString(System.Globalization.CultureInfo.InvariantCulture);
        await foreach (MetricHistoryAnswer answer in PagesAsync(
            token => _server.GetAsync(
                $"{Api}/metrics/get-history", [("run_id", runId), ("metric_key", key), ("max_results", most), ("page_token", token)],
                MlflowJson.Wire.MetricHistoryAnswer, cancellationToken),
            page => (page.Metrics?.Length ?? 0, page.NextPageToken)).ConfigureAwait(false))
        {
            points.AddRange(answer.Metrics!.Select(WireMapping.ToMetric));
        }
        return [.. points.OrderBy(point => point.Timestamp).ThenBy(point => point.Step).ThenBy(point => point.Value)];
    }

    public async Task LogArtifactAsync(string runId, string artifactPath, Stream content, CancellationToken cancellationToken)
        => await _artifacts.WriteAsync(await ArtifactUriAsync(runId, cancellationToken).ConfigureAwait(false), artifactPath, content, cancellationToken)
            .ConfigureAwait(false);

    public async Task<IReadOnlyList<ArtifactFile>> ListArtifactsAsync(string runId, string folder, CancellationToken cancellationToken)
    {
        (string, string?)[] query = [("run_id", runId), ("path", folder.Length == 0 ? null : Artifacts.ArtifactPaths.Checked(folder))];
        ArtifactsAnswer answer = await _server.GetAsync($"{Api}/artifacts/list", query, MlflowJson.Wire.ArtifactsAnswer, cancellationToken)
            .ConfigureAwait(false);
        return ProxiedArtifacts.Files(answer, folder);
    }

    public async Task<Stream> OpenArtifactAsync(string runId, string artifactPath, CancellationToken cancellationToken)
        => await _artifacts.OpenAsync(await ArtifactUriAsync(runId, cancellationToken).ConfigureAwait(false), artifactPath, cancellationToken)
            .ConfigureAwait(false);

    public async Task DeleteArtifactsAsync(string runId, string artifactPath, CancellationToken cancellationToken)
        => await _artifacts.DeleteAsync(await ArtifactUriAsync(runId, cancellationToken).ConfigureAwait(false), artifactPath, cancellationToken)
            .ConfigureAwait(false);

    public async Task<IReadOnlyList<RunTag>> SettleAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach ((string runId, Doubt doubt) in _doubtful)
            {
                await Task.Delay(Remaining(doubt), cancellationToken).ConfigureAwait(false);
                await ResolveAsync(runId, doubt, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (MlflowException)
        {
            // A server that fails now has been told to the caller by other calls; what is left to do is returned.
        }
        return [.. _doubtful.Values.Select(doubt => doubt.Tag), .. _doubts.Keys.Select(doubt => doubt.Tag)];
    }

    public async ValueTask DisposeAsync()
    {
        await SettleAsync(CancellationToken.None).ConfigureAwait(false);
        _server.Dispose();
    }

    private static T Required<T>(T? value, string field)
        where T : class
        => value ?? throw new MlflowException(ErrorCodes.InternalError, $"The server's answer lacks '{field}'.");

    /// <summary>The pages of a list. Ends with an empty page or a token seen before, too: some servers go on for ever.</summary>
    private static async IAsyncEnumerable<TPage> PagesAsync<TPage>(Func<string?, Task<TPage>> next, Func<TPage, (int Count, string? Token)> look)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        string? token = null;
        while (true)
        {
            TPage page = await next(token).ConfigureAwait(false);
            (int count, token) = look(page);
            if (count == 0)
                yield break;
            yield return page;
            if (string.IsNullOrEmpty(token) || !seen.Add(token))
                yield break;
        }
    }

    /// <summary>Deletes or restores an experiment. A server refuses the second of two that are equal, as if there were no such experiment.</summary>
    private Task<bool> SetExperimentStageAsync(string experimentId, LifecycleStage stage, string path, CancellationToken cancellationToken)
        => _server.RepeatAsync(
            async (_, token) =>
            {
                ExperimentAnswer answer = await _server.GetAsync(
                    $"{Api}/experiments/get", [("experiment_id", experimentId)], MlflowJson.Wire.ExperimentAnswer, Repeatable.Never, token)
                    .ConfigureAwait(false);
                if (WireMapping.ToExperiment(Required(answer.Experiment, "experiment")).LifecycleStage != stage)
                {
                    await PostAsync(
                        path, new ExperimentIdRequest(experimentId), MlflowJson.Wire.ExperimentIdRequest, MlflowJson.Wire.Nothing, Repeatable.Never, token)
                        .ConfigureAwait(false);
                }
                return true;
            },
            cancellationToken);

    private Task<TAnswer> PostAsync<TRequest, TAnswer>(
        string path, TRequest request, JsonTypeInfo<TRequest> requestType, JsonTypeInfo<TAnswer> answerType, Repeatable repeatable,
        CancellationToken cancellationToken)
        => _server.SendAsync(HttpMethod.Post, $"{Api}/{path}", request, requestType, answerType, repeatable, cancellationToken);

    /// <summary>
    /// Writes to a run. A write that failed may have been carried out, in part, or be under way still, and servers answer to the second of two that
    /// are equal with errors of their database. So after any failure the run is read back, and only what it lacks is sent again.
    /// </summary>
    /// <param name="missing">What of the content a run lacks; null for nothing.</param>
    private async Task WriteAsync<TContent>(
        string runId, TContent content, Func<TContent, Run, TContent?> missing, Func<TContent, CancellationToken, Task> send,
        CancellationToken cancellationToken)
        where TContent : class
        => await _server.RepeatAsync(
            async (failed, token) =>
            {
                TContent? left = failed == 0 ? content : missing(content, await GetRunAsync(runId, Repeatable.Never, token).ConfigureAwait(false));
                if (left is not null)
                    await send(left, token).ConfigureAwait(false);
                return true;
            },
            cancellationToken).ConfigureAwait(false);

    private async Task<Experiment?> FindExperimentAsync(string name, Repeatable repeatable, CancellationToken cancellationToken)
    {
        try
        {
            ExperimentAnswer answer = await _server.GetAsync(
                $"{Api}/experiments/get-by-name", [("experiment_name", name)], MlflowJson.Wire.ExperimentAnswer, repeatable, cancellationToken)
                .ConfigureAwait(false);
            return WireMapping.ToExperiment(Required(answer.Experiment, "experiment"));
        }
        catch (MlflowException exception) when (exception.ErrorCode == ErrorCodes.ResourceDoesNotExist)
        {
            return null;
        }
    }

    private async Task<Run> GetRunAsync(string runId, Repeatable repeatable, CancellationToken cancellationToken)
    {
        RunAnswer answer = await _server.GetAsync($"{Api}/runs/get", [("run_id", runId)], MlflowJson.Wire.RunAnswer, repeatable, cancellationToken)
            .ConfigureAwait(false);
        return Remembered(WireMapping.ToRun(Required(answer.Run, "run")));
    }

    private async Task DeleteRunAsync(string runId, Repeatable repeatable, CancellationToken cancellationToken)
        => await PostAsync(
            "runs/delete", new RunIdRequest(runId), MlflowJson.Wire.RunIdRequest, MlflowJson.Wire.Nothing, repeatable, cancellationToken).ConfigureAwait(false);

    private async Task<IReadOnlyList<Run>> SearchRunsAsync(RunQuery query, Repeatable repeatable, CancellationToken cancellationToken)
    {
        var found = new List<Run>();
        if (query.ExperimentIds.Count == 0 || query.MaxResults <= 0)
            return found;
        string? filter = SearchLanguage.And(query.Filter, query.Tags);
        string[] order = query.OrderBy.Count > 0 ? [.. query.OrderBy] : ["attributes.start_time DESC"];
        await foreach (SearchRunsAnswer answer in PagesAsync(
            token => PostAsync(
                "runs/search",
                new SearchRunsRequest([.. query.ExperimentIds], filter, query.View.ToWire(), Math.Min(query.MaxResults, RunsPerPage), order, token),
                MlflowJson.Wire.SearchRunsRequest,
                MlflowJson.Wire.SearchRunsAnswer,
                repeatable,
                cancellationToken),
            page => (page.Runs?.Length ?? 0, page.NextPageToken)).ConfigureAwait(false))
        {
            // The search language cannot express every value, and some servers compare without regard to case.
            found.AddRange(answer.Runs!.Select(WireMapping.ToRun).Where(run => query.Tags.All(tag => run.Tag(tag.Key) == tag.Value)));
            if (found.Count >= query.MaxResults)
                return found[..query.MaxResults];
        }
        return found;
    }

    private async Task<Run> CreateAsync(RunCreation creation, Repeatable repeatable, CancellationToken cancellationToken)
    {
        // Without a name in the request, newer servers give the run one of their own and overwrite the tag's.
        string? name = creation.RunName ?? creation.Tags.Where(tag => tag.Key == MlflowTags.RunName).Select(tag => tag.Value).FirstOrDefault();
        var request = new CreateRunRequest(
            creation.ExperimentId,
            creation.UserId.Length > 0 ? creation.UserId : null,
            name,
            creation.StartTime?.ToUnixTimeMilliseconds(),
            WireMapping.ToWire(creation.Tags, WireMapping.ToWire));
        RunAnswer answer = await _server.SendAsync(
            HttpMethod.Post, $"{Api}/runs/create", request, MlflowJson.Wire.CreateRunRequest, MlflowJson.Wire.RunAnswer, repeatable, cancellationToken)
            .ConfigureAwait(false);
        return Remembered(WireMapping.ToRun(Required(answer.Run, "run")));
    }

    /// <summary>
    /// The active run that carries a tag which belongs to one run only. Where an attempt that seemed to fail has left another, the
    /// one that something was done with counts, and those that are as they were made go to the bin.
    /// </summary>
    /// <param name="known">The run that counts, where that is known.</param>
    private async Task<Run?> FindOneAsync(string experimentId, RunTag tag, string? known, Repeatable repeatable, CancellationToken cancellationToken)
    {
        IReadOnlyList<Run> found = await SearchRunsAsync(new RunQuery([experimentId]) { Tags = [tag] }, repeatable, cancellationToken).ConfigureAwait(false);
        Run? kept = found
            .OrderBy(run => run.Info.RunId != known)
            .ThenBy(IsUntouched)
            .ThenBy(run => run.Info.RunId, StringComparer.Ordinal)
            .FirstOrDefault();
        foreach (Run surplus in found.Where(run => run != kept && IsUntouched(run)))
            await DeleteRunAsync(surplus.Info.RunId, repeatable, cancellationToken).ConfigureAwait(false);
        return kept is null ? null : Remembered(kept);

        static bool IsUntouched(Run run) => run.Metrics.Count == 0 && run.Params.Count == 0 && run.Inputs.Count == 0 && run.Info.EndTime is null;
    }

    private Run Noted(Run run, RunTag tag)
    {
        if (_doubts.TryRemove((run.Info.ExperimentId, tag), out long since))
            _doubtful[run.Info.RunId] = new Doubt(run.Info.ExperimentId, tag, since);
        return run;
    }

    /// <summary>How long the server may still be at work on what was given up: as long again as it was waited for.</summary>
    private TimeSpan Remaining(Doubt doubt)
    {
        TimeSpan remaining = _server.Options.RequestTimeout - Stopwatch.GetElapsedTime(doubt.Since);
        return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
    }

    private async Task ResolveAsync(string runId, Doubt doubt, CancellationToken cancellationToken)
    {
        await FindOneAsync(doubt.ExperimentId, doubt.Tag, runId, Repeatable.Always, cancellationToken).ConfigureAwait(false);
        _doubtful.TryRemove(runId, out _);
    }

    private async ValueTask<string> ArtifactUriAsync(string runId, CancellationToken cancellationToken)
        => _artifactUris.TryGetValue(runId, out string? uri) ? uri : (await GetRunAsync(runId, cancellationToken).ConfigureAwait(false)).Info.ArtifactUri;

    private Run Remembered(Run run)
    {
        _artifactUris[run.Info.RunId] = run.Info.ArtifactUri;
        return run;
    }

    private readonly record struct Doubt(string ExperimentId, RunTag Tag, long Since);
}
