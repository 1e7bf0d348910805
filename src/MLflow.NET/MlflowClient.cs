using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MLflow.Artifacts;
using MLflow.Http;
using MLflow.Images;
using MLflow.Rules;
using MLflow.Sqlite;

namespace MLflow;

/// <summary>
/// Logs experiments and runs to an MLflow tracking store. Checks keys and lengths before anything is written, in the words of MLflow's
/// servers, and splits what is too much for one request; a call that is split is stored part by part.
/// </summary>
/// <remarks>Every call may be repeated after a failure: nothing is stored twice. Safe for use by several threads.</remarks>
public sealed class MlflowClient : IAsyncDisposable
{
    private readonly ITrackingStore _store;
    private readonly TimeProvider _time;

    /// <summary>A client over a store of one's own; the client disposes it.</summary>
    public MlflowClient(ITrackingStore store, TimeProvider? timeProvider = null)
    {
        _store = store;
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <summary>
    /// A client for a tracking URI: <c>http://host:port</c> or <c>https://host/path</c> for a tracking server,
    /// <c>sqlite:///relative/path.db</c> or <c>sqlite:////absolute/path.db</c> for the embedded store. Touches no file and no server: the first
    /// call that needs one does.
    /// </summary>
    /// <exception cref="TrackingUriNotSupportedException">The URI is of another kind.</exception>
    /// <exception cref="MlflowException">An environment variable or a certificate file cannot be used.</exception>
    public static MlflowClient Open(string trackingUri, MlflowClientOptions? options = null)
    {
        options ??= new MlflowClientOptions();
        ITrackingStore store = trackingUri.StartsWith(SqliteTrackingUri.Scheme, StringComparison.OrdinalIgnoreCase)
            ? OpenFile(trackingUri, options)
            : OpenServer(trackingUri, options);
        return new MlflowClient(store, options.TimeProvider);
    }

    /// <summary>A client for the tracking URI of the environment variable <c>MLFLOW_TRACKING_URI</c>; <c>sqlite:///mlflow.db</c> where it is not set.</summary>
    /// <inheritdoc cref="Open(string, MlflowClientOptions?)"/>
    public static MlflowClient FromEnvironment(MlflowClientOptions? options = null)
        => Open(Environment.GetEnvironmentVariable("MLFLOW_TRACKING_URI") is { Length: > 0 } uri ? uri : "sqlite:///mlflow.db", options);

    /// <summary>The store's logged models and registry.</summary>
    /// <exception cref="MlflowException">The store keeps no models.</exception>
    public MlflowModels Models => new(_store, _store.Models ?? throw new MlflowException(ErrorCodes.NotImplemented, "The store keeps no models."));

    /// <inheritdoc cref="ITrackingStore.CreateExperimentAsync"/>
    public async Task<Experiment> CreateExperimentAsync(
        string name,
        string? artifactLocation = null,
        IReadOnlyList<ExperimentTag>? tags = null,
        CancellationToken cancellationToken = default)
    {
        EntityRules.CheckExperimentName(name);
        foreach (ExperimentTag tag in tags ?? [])
            EntityRules.Check(tag);
        return await _store.CreateExperimentAsync(name, artifactLocation, tags, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="ITrackingStore.GetExperimentAsync"/>
    public Task<Experiment> GetExperimentAsync(string experimentId, CancellationToken cancellationToken = default)
        => _store.GetExperimentAsync(experimentId, cancellationToken);

    /// <inheritdoc cref="ITrackingStore.FindExperimentAsync"/>
    public Task<Experiment?> FindExperimentAsync(string name, CancellationToken cancellationToken = default)
        => _store.FindExperimentAsync(name, cancellationToken);

    /// <summary>The active experiment of this name, made if there is none.</summary>
    /// <exception cref="MlflowException">The name belongs to a deleted experiment.</exception>
    public async Task<Experiment> GetOrCreateExperimentAsync(string name, CancellationToken cancellationToken = default)
    {
        Experiment? experiment = await _store.FindExperimentAsync(name, cancellationToken).ConfigureAwait(false);
        if (experiment is null)
        {
            try
            {
                experiment = await CreateExperimentAsync(name, cancellationToken: cancellationToken).ConfigureAwait(false);
            }
            catch (MlflowException exception) when (exception.ErrorCode == ErrorCodes.ResourceAlreadyExists)
            {
                // Another process made it between the two calls.
                experiment = await _store.FindExperimentAsync(name, cancellationToken).ConfigureAwait(false);
                if (experiment is null)
                    throw;
            }
        }
        return experiment.LifecycleStage == LifecycleStage.Active
            ? experiment
            : throw new MlflowException(ErrorCodes.ResourceAlreadyExists, $"The experiment '{name}' is deleted. Restore it in MLflow, or use another name.");
    }

    /// <inheritdoc cref="ITrackingStore.ListExperimentsAsync"/>
    public Task<IReadOnlyList<Experiment>> ListExperimentsAsync(ViewType view = ViewType.ActiveOnly, CancellationToken cancellationToken = default)
        => _store.ListExperimentsAsync(view, cancellationToken);

    /// <inheritdoc cref="ITrackingStore.RenameExperimentAsync"/>
    public async Task RenameExperimentAsync(string experimentId, string name, CancellationToken cancellationToken = default)
    {
        EntityRules.CheckExperimentName(name);
        await _store.RenameExperimentAsync(experimentId, name, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="ITrackingStore.DeleteExperimentAsync"/>
    public Task DeleteExperimentAsync(string experimentId, CancellationToken cancellationToken = default)
        => _store.DeleteExperimentAsync(experimentId, cancellationToken);

    /// <inheritdoc cref="ITrackingStore.RestoreExperimentAsync"/>
    public Task RestoreExperimentAsync(string experimentId, CancellationToken cancellationToken = default)
        => _store.RestoreExperimentAsync(experimentId, cancellationToken);

    /// <inheritdoc cref="ITrackingStore.SetExperimentTagAsync"/>
    public async Task SetExperimentTagAsync(string experimentId, string key, string value, CancellationToken cancellationToken = default)
    {
        var tag = new ExperimentTag(key, value);
        EntityRules.Check(tag);
        await _store.SetExperimentTagAsync(experimentId, tag, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="ITrackingStore.CreateRunAsync"/>
    public async Task<Run> CreateRunAsync(RunCreation creation, CancellationToken cancellationToken = default)
    {
        EntityRules.Check(creation);
        return await _store.CreateRunAsync(creation with { StartTime = creation.StartTime ?? _time.GetUtcNow() }, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="ITrackingStore.SettleAsync"/>
    public Task<IReadOnlyList<RunTag>> SettleAsync(CancellationToken cancellationToken = default) => _store.SettleAsync(cancellationToken);

    /// <inheritdoc cref="ITrackingStore.GetRunAsync"/>
    public Task<Run> GetRunAsync(string runId, CancellationToken cancellationToken = default) => _store.GetRunAsync(runId, cancellationToken);

    /// <inheritdoc cref="ITrackingStore.SearchRunsAsync"/>
    public Task<IReadOnlyList<Run>> SearchRunsAsync(RunQuery query, CancellationToken cancellationToken = default)
        => _store.SearchRunsAsync(query, cancellationToken);

    /// <summary>Logs any number of metric points, parameters and tags. All are checked before the first is written.</summary>
    /// <exception cref="MlflowException">A key or value breaks a rule, or a parameter has another value already.</exception>
    public async Task LogBatchAsync(
        string runId,
        IReadOnlyList<Metric>? metrics = null,
        IReadOnlyList<Param>? parameters = null,
        IReadOnlyList<RunTag>? tags = null,
        CancellationToken cancellationToken = default)
    {
        metrics ??= [];
        parameters ??= [];
        tags ??= [];
        foreach (Metric metric in metrics)
            EntityRules.Check(metric);
        foreach (Param param in parameters)
            EntityRules.Check(param);
        foreach (RunTag tag in tags)
            EntityRules.Check(tag);
        EntityRules.CheckUnique(parameters);
        foreach (Batch batch in Batch.Split(metrics, parameters, tags))
            await _store.LogBatchAsync(runId, batch.Metrics, batch.Parameters, batch.Tags, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Logs as <see cref="LogBatchAsync"/> does, except that what breaks a rule, or what the store refuses by its content, keeps nothing else from being
    /// stored.
    /// </summary>
    /// <returns>What is refused, each with the reason. Everything else is stored.</returns>
    /// <exception cref="MlflowException">The store fails, or refuses the run as a whole, which may be deleted. The call may be repeated.</exception>
    public async Task<IReadOnlyList<RefusedEntity>> LogAcceptedAsync(
        string runId,
        IReadOnlyList<Metric>? metrics = null,
        IReadOnlyList<Param>? parameters = null,
        IReadOnlyList<RunTag>? tags = null,
        CancellationToken cancellationToken = default)
    {
        var batches = new AcceptedBatches(_store, runId);
        await batches.LogAsync(metrics ?? [], parameters ?? [], tags ?? [], cancellationToken).ConfigureAwait(false);
        return batches.Refused;
    }

    /// <summary>Does another write to a run, and tells a refusal of its content from a refusal of the run as a whole.</summary>
    /// <returns>Why the store will never take what is written, be it for a name or a length; null where it is stored.</returns>
    /// <exception cref="MlflowException">The store fails, or refuses the run as a whole, which may be deleted.</exception>
    public async Task<MlflowException?> FindRefusalAsync(string runId, Func<Task> write, CancellationToken cancellationToken = default)
    {
        try
        {
            await write().ConfigureAwait(false);
            return null;
        }
        catch (MlflowException exception) when (AcceptedBatches.IsOfContent(exception))
        {
            await new AcceptedBatches(_store, runId).RequireWritesAsync(cancellationToken).ConfigureAwait(false);
            return exception;
        }
    }

    /// <summary>Logs one point of a metric, now.</summary>
    public Task LogMetricAsync(string runId, string key, double value, long step = 0, CancellationToken cancellationToken = default)
        => LogBatchAsync(runId, metrics: [new Metric(key, value, _time.GetUtcNow(), step)], cancellationToken: cancellationToken);

    /// <summary>Logs one parameter.</summary>
    public Task LogParamAsync(string runId, string key, string value, CancellationToken cancellationToken = default)
        => LogBatchAsync(runId, parameters: [new Param(key, value)], cancellationToken: cancellationToken);

    /// <summary>Sets one tag.</summary>
    public Task SetTagAsync(string runId, string key, string value, CancellationToken cancellationToken = default)
        => LogBatchAsync(runId, tags: [new RunTag(key, value)], cancellationToken: cancellationToken);

    /// <inheritdoc cref="ITrackingStore.DeleteTagAsync"/>
    public Task DeleteTagAsync(string runId, string key, CancellationToken cancellationToken = default)
        => _store.DeleteTagAsync(runId, key, cancellationToken);

    /// <inheritdoc cref="ITrackingStore.LogInputsAsync"/>
    public async Task LogInputsAsync(string runId, IReadOnlyList<DatasetInput> inputs, CancellationToken cancellationToken = default)
    {
        foreach (DatasetInput input in inputs)
            EntityRules.Check(input);
        await _store.LogInputsAsync(runId, inputs, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends a run.</summary>
    /// <param name="endTime">When it ended; now where left out.</param>
    public Task SetTerminatedAsync(
        string runId,
        RunStatus status = RunStatus.Finished,
        DateTimeOffset? endTime = null,
        CancellationToken cancellationToken = default)
        => _store.UpdateRunAsync(runId, new RunUpdate { Status = status, EndTime = endTime ?? _time.GetUtcNow() }, cancellationToken);

    /// <inheritdoc cref="ITrackingStore.UpdateRunAsync"/>
    public async Task UpdateRunAsync(string runId, RunUpdate update, CancellationToken cancellationToken = default)
    {
        if (update.RunName is not null)
            EntityRules.Check(new RunTag(MlflowTags.RunName, update.RunName));
        await _store.UpdateRunAsync(runId, update, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="ITrackingStore.DeleteRunAsync"/>
    public Task DeleteRunAsync(string runId, CancellationToken cancellationToken = default) => _store.DeleteRunAsync(runId, cancellationToken);

    /// <inheritdoc cref="ITrackingStore.RestoreRunAsync"/>
    public Task RestoreRunAsync(string runId, CancellationToken cancellationToken = default) => _store.RestoreRunAsync(runId, cancellationToken);

    /// <inheritdoc cref="ITrackingStore.GetMetricHistoryAsync"/>
    public Task<IReadOnlyList<Metric>> GetMetricHistoryAsync(string runId, string key, CancellationToken cancellationToken = default)
        => _store.GetMetricHistoryAsync(runId, key, cancellationToken);

    /// <inheritdoc cref="ITrackingStore.LogArtifactAsync"/>
    public Task LogArtifactAsync(string runId, string artifactPath, Stream content, CancellationToken cancellationToken = default)
        => _store.LogArtifactAsync(runId, artifactPath, content, cancellationToken);

    /// <summary>Writes a text as UTF-8 among a run's artifacts.</summary>
    public async Task LogTextAsync(string runId, string artifactPath, string text, CancellationToken cancellationToken = default)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text), writable: false);
        await _store.LogArtifactAsync(runId, artifactPath, content, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a JSON value, indented, among a run's artifacts.</summary>
    public Task LogJsonAsync(string runId, string artifactPath, JsonNode? value, CancellationToken cancellationToken = default)
    {
        using var content = new MemoryStream();
        using (var writer = new Utf8JsonWriter(content, new JsonWriterOptions { Indented = true }))
        {
            if (value is null)
                writer.WriteNullValue();
            else
                value.WriteTo(writer);
        }
        return LogTextAsync(runId, artifactPath, Encoding.UTF8.GetString(content.ToArray()), cancellationToken);
    }

    /// <summary>Copies the files of a folder of this machine, and of the folders in it, among a run's artifacts.</summary>
    /// <param name="artifactFolder">The place below the run's artifact folder, or "" for that one.</param>
    public async Task LogFolderAsync(string runId, string folder, string artifactFolder = "", CancellationToken cancellationToken = default)
    {
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string place = Path.GetRelativePath(folder, file).Replace('\\', '/');
            await LogFileAsync(runId, file, artifactFolder.Length == 0 ? place : $"{artifactFolder}/{place}", cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Copies a file of this machine among a run's artifacts.</summary>
    /// <param name="artifactPath">The place below the run's artifact folder; the file's own name where left out.</param>
    public async Task LogFileAsync(string runId, string file, string? artifactPath = null, CancellationToken cancellationToken = default)
    {
        FileStream content = File.OpenRead(file);
        await using (content.ConfigureAwait(false))
            await _store.LogArtifactAsync(runId, artifactPath ?? Path.GetFileName(file), content, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Logs a table that MLflow's UI shows and compares between runs.</summary>
    /// <param name="artifactPath">Ends with <c>.json</c>.</param>
    /// <param name="rows">Each has a cell a column: a text, a number, true, false or null.</param>
    public async Task LogTableAsync(
        string runId,
        string artifactPath,
        IReadOnlyList<string> columns,
        IReadOnlyList<IReadOnlyList<JsonNode?>> rows,
        CancellationToken cancellationToken = default)
    {
        LoggedTables.CheckPath(artifactPath);
        using var content = new MemoryStream(LoggedTables.Write(columns, rows), writable: false);
        await _store.LogArtifactAsync(runId, artifactPath, content, cancellationToken).ConfigureAwait(false);
        Run run = await _store.GetRunAsync(runId, cancellationToken).ConfigureAwait(false);
        if (LoggedTables.WithTable(run.Tag(LoggedTables.Tag), artifactPath) is { } tag)
            await SetTagAsync(runId, LoggedTables.Tag, tag, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a table that was logged.</summary>
    /// <exception cref="MlflowException">There is no such artifact, or it is no table.</exception>
    public async Task<LoggedTable> LoadTableAsync(string runId, string artifactPath, CancellationToken cancellationToken = default)
    {
        Stream content = await _store.OpenArtifactAsync(runId, artifactPath, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
            return await LoggedTables.ReadAsync(content, artifactPath, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Logs an image of a step for the image grid of MLflow's UI. The image is its own thumbnail: the grid shrinks what it shows.</summary>
    /// <param name="key">Letters, digits and <c>_ - . / space</c>.</param>
    /// <param name="png">A PNG file.</param>
    public async Task LogImageAsync(string runId, string key, ReadOnlyMemory<byte> png, long step = 0, CancellationToken cancellationToken = default)
    {
        (string imagePath, string thumbnailPath) = LoggedPictures.Paths(key, step, _time.GetUtcNow(), Guid.NewGuid());
        byte[] image = png.ToArray();
        foreach (string path in new[] { imagePath, thumbnailPath })
        {
            using var content = new MemoryStream(image, writable: false);
            await _store.LogArtifactAsync(runId, path, content, cancellationToken).ConfigureAwait(false);
        }
        await SetTagAsync(runId, LoggedPictures.Tag, "True", cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="ITrackingStore.ListArtifactsAsync"/>
    public Task<IReadOnlyList<ArtifactFile>> ListArtifactsAsync(string runId, string folder = "", CancellationToken cancellationToken = default)
        => _store.ListArtifactsAsync(runId, folder, cancellationToken);

    /// <inheritdoc cref="ITrackingStore.DeleteArtifactsAsync"/>
    public Task DeleteArtifactsAsync(string runId, string artifactPath, CancellationToken cancellationToken = default)
        => _store.DeleteArtifactsAsync(runId, artifactPath, cancellationToken);

    /// <inheritdoc cref="ITrackingStore.OpenArtifactAsync"/>
    public Task<Stream> OpenArtifactAsync(string runId, string artifactPath, CancellationToken cancellationToken = default)
        => _store.OpenArtifactAsync(runId, artifactPath, cancellationToken);

    /// <summary>Copies a run's artifacts, or those below one of their folders, into a folder of this machine. No file can land outside it.</summary>
    /// <returns>The files written.</returns>
    public Task<IReadOnlyList<string>> DownloadArtifactsAsync(
        string runId, string destination, string folder = "", CancellationToken cancellationToken = default)
        => ArtifactTree.DownloadAsync(
            place => _store.ListArtifactsAsync(runId, place, cancellationToken),
            place => _store.OpenArtifactAsync(runId, place, cancellationToken),
            folder,
            destination,
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private static SqliteTrackingStore OpenFile(string trackingUri, MlflowClientOptions options)
    {
        string path = SqliteTrackingUri.ToPath(trackingUri);
        string artifactRoot = Path.GetFullPath(options.ArtifactRoot ?? Path.Combine(Path.GetDirectoryName(path)!, "mlartifacts"));
        return new SqliteTrackingStore(
            path, artifactRoot, options.BusyTimeout, options.TimeProvider, static () => Guid.NewGuid().ToString("N"), options.VerifyDatabase);
    }

    private static HttpTrackingStore OpenServer(string trackingUri, MlflowClientOptions options)
    {
        if (!Uri.TryCreate(trackingUri, UriKind.Absolute, out Uri? uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
            throw Unsupported(trackingUri);
        return new HttpTrackingStore(new ServerConnection(
            uri, options.Server ?? MlflowServerOptions.FromEnvironment(), options.HttpClient, options.TimeProvider));
    }

    private static TrackingUriNotSupportedException Unsupported(string trackingUri)
    {
        const string instead = "use http://host:port, https://host/path, sqlite:///relative/path.db or sqlite:////absolute/path.db.";
        // Only the scheme is repeated: the rest of a URI may hold a password.
        int colon = trackingUri.IndexOf(':', StringComparison.Ordinal);
        string scheme = colon < 0 ? "" : trackingUri[..colon].ToLowerInvariant();
        return new TrackingUriNotSupportedException(scheme switch
        {
            "http" or "https" => $"The tracking URI that starts with '{scheme}:' names no server; {instead}",
            "" or "file" => $"MLflow's file store is not supported, which MLflow itself refuses from 3.13 on; {instead}",
            _ => $"Tracking URIs that start with '{scheme}:' are not supported by MLflow.NET; {instead}",
        });
    }
}
