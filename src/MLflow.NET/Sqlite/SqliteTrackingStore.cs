using System.Globalization;
using MLflow.Artifacts;

namespace MLflow.Sqlite;

/// <summary>
/// Experiments and runs in one SQLite file in MLflow's own tables, which <c>mlflow ui</c> opens; artifacts in a folder beside it.
/// Several processes may write at once: each call is one short transaction that waits for the lock.
/// </summary>
internal sealed class SqliteTrackingStore : ITrackingStore
{
    private readonly SqliteSession _session;
    private readonly string _artifactRoot;
    private readonly TimeProvider _time;
    private readonly Func<string> _newId;
    private readonly UniqueRuns _unique;

    /// <param name="path">The database file; made when first used, with its folders.</param>
    /// <param name="artifactRoot">The folder that keeps the artifacts of experiments made by this store.</param>
    /// <param name="newId">Makes ids of 32 lower-case hexadecimal digits.</param>
    /// <param name="verifies">Whether a file that is there already is looked through for damage before its first use.</param>
    public SqliteTrackingStore(
        string path, string artifactRoot, TimeSpan busyTimeout, TimeProvider time, Func<string> newId, bool verifies = false)
    {
        _artifactRoot = LocalArtifacts.ToUri(artifactRoot);
        _time = time;
        _newId = newId;
        _unique = new UniqueRuns(newId);
        _session = new SqliteSession(path, busyTimeout, verifies, session => SqliteSchema.Ensure(session, _artifactRoot, _time.GetUtcNow()));
        Models = new SqliteModelStore(_session, time, ArtifactUriAsync);
    }

    public IModelStore? Models { get; }

    public Task<Experiment> CreateExperimentAsync(
        string name, string? artifactLocation, IReadOnlyList<ExperimentTag>? tags, CancellationToken cancellationToken)
        => _session.WriteAsync(
            session =>
            {
                if (ExperimentRows.Find(session, name) is not null)
                    throw new MlflowException(ErrorCodes.ResourceAlreadyExists, $"Experiment(name={name}) already exists.");
                // Counted here and not by SQLite: later schemas need not number the column by themselves.
                string id = Convert.ToString(session.Scalar("SELECT COALESCE(MAX(experiment_id), 0) + 1 FROM experiments"), CultureInfo.InvariantCulture)!;
                SqliteSchema.InsertExperiment(session, id, name, artifactLocation ?? DefaultLocation(id), _time.GetUtcNow());
                foreach (ExperimentTag tag in tags ?? [])
                    session.Execute("INSERT INTO experiment_tags (key, value, experiment_id) VALUES ($1, $2, $3)", tag.Key, tag.Value, ExperimentRows.Key(id));
                return ExperimentRows.Get(session, id);
            },
            cancellationToken);

    public Task<Experiment> GetExperimentAsync(string experimentId, CancellationToken cancellationToken)
        => _session.ReadAsync(session => ExperimentRows.Get(session, experimentId), cancellationToken);

    public Task<Experiment?> FindExperimentAsync(string name, CancellationToken cancellationToken)
        => _session.ReadAsync(session => ExperimentRows.Find(session, name), cancellationToken);

    public Task<IReadOnlyList<Experiment>> ListExperimentsAsync(ViewType view, CancellationToken cancellationToken)
        => _session.ReadAsync<IReadOnlyList<Experiment>>(session => ExperimentRows.List(session, view), cancellationToken);

    public Task RenameExperimentAsync(string experimentId, string name, CancellationToken cancellationToken)
        => _session.WriteAsync(
            session =>
            {
                Experiment experiment = ExperimentRows.Get(session, experimentId);
                if (experiment.LifecycleStage != LifecycleStage.Active)
                    throw new MlflowException(ErrorCodes.InvalidState, "Cannot rename a non-active experiment.");
                if (ExperimentRows.Find(session, name) is { } taken && taken.ExperimentId != experiment.ExperimentId)
                    throw new MlflowException(ErrorCodes.ResourceAlreadyExists, $"Experiment(name={name}) already exists.");
                ExperimentRows.Rename(session, experimentId, name, _time.GetUtcNow());
                return true;
            },
            cancellationToken);

    public Task DeleteExperimentAsync(string experimentId, CancellationToken cancellationToken)
        => SetExperimentStageAsync(experimentId, LifecycleStage.Deleted, cancellationToken);

    public Task RestoreExperimentAsync(string experimentId, CancellationToken cancellationToken)
        => SetExperimentStageAsync(experimentId, LifecycleStage.Active, cancellationToken);

    public Task SetExperimentTagAsync(string experimentId, ExperimentTag tag, CancellationToken cancellationToken)
        => _session.WriteAsync(
            session =>
            {
                Experiment experiment = ExperimentRows.Get(session, experimentId);
                session.Execute(
                    "INSERT INTO experiment_tags (key, value, experiment_id) VALUES ($1, $2, $3) ON CONFLICT (key, "
                        + "experiment_id) DO UPDATE SET value = excluded.value",
                    tag.Key, tag.Value, ExperimentRows.Key(experiment.ExperimentId));
                return true;
            },
            cancellationToken);

    public async Task<Run> CreateRunAsync(RunCreation creation, CancellationToken cancellationToken)
    {
        Run run = await _session.WriteAsync(
            session =>
            {
                Experiment experiment = ExperimentRows.Get(session, creation.ExperimentId);
                if (experiment.LifecycleStage != LifecycleStage.Active)
                    throw MlflowException.Invalid($"The experiment {experiment.ExperimentId} must be in the 'active' state. Current state is deleted.");
                string artifactLocation = experiment.ArtifactLocation.Length > 0 ? experiment.ArtifactLocation : DefaultLocation(experiment.ExperimentId);
                string runId = _unique.Find(session, creation)
                    ?? RunRows.Insert(session, creation, _unique.NewId(session, creation), artifactLocation, _time.GetUtcNow());
                return RunRows.Get(session, runId);
            },
            cancellationToken).ConfigureAwait(false);
        return run;
    }

    public Task<Run> GetRunAsync(string runId, CancellationToken cancellationToken)
        => _session.ReadAsync(session => RunRows.Get(session, runId), cancellationToken);

    public Task<IReadOnlyList<Run>> SearchRunsAsync(RunQuery query, CancellationToken cancellationToken)
        => _session.ReadAsync<IReadOnlyList<Run>>(
            session => RunRows.Search(session, query).ConvertAll(runId => RunRows.Get(session, runId)),
            cancellationToken);

    public Task UpdateRunAsync(string runId, RunUpdate update, CancellationToken cancellationToken)
        => _session.WriteAsync(
            session =>
            {
                RunRows.RequireActive(session, runId);
                if (update.Status is { } status)
                    session.Execute("UPDATE runs SET status = $1 WHERE run_uuid = $2", RunStatusNames.Write(status), runId);
                if (update.EndTime is { } end)
                    session.Execute("UPDATE runs SET end_time = $1 WHERE run_uuid = $2", end.ToUnixTimeMilliseconds(), runId);
                if (update.RunName is { } name)
                    RunRows.SetTag(session, runId, new RunTag(MlflowTags.RunName, name));
                return true;
            },
            cancellationToken);

    public Task DeleteRunAsync(string runId, CancellationToken cancellationToken) => SetStageAsync(runId, "deleted", _time.GetUtcNow(), cancellationToken);

    public Task RestoreRunAsync(string runId, CancellationToken cancellationToken) => SetStageAsync(runId, "active", null, cancellationToken);

    public Task LogBatchAsync(
        string runId,
        IReadOnlyList<Metric> metrics,
        IReadOnlyList<Param> parameters,
        IReadOnlyList<RunTag> tags,
        CancellationToken cancellationToken)
        => _session.WriteAsync(
            session =>
            {
                RunRows.RequireActive(session, runId);
                RunRows.InsertParams(session, runId, parameters);
                MetricRows.Insert(session, runId, metrics);
                foreach (RunTag tag in tags)
                    RunRows.SetTag(session, runId, tag);
                return true;
            },
            cancellationToken);

    public Task DeleteTagAsync(string runId, string key, CancellationToken cancellationToken)
        => _session.WriteAsync(
            session =>
            {
                RunRows.RequireActive(session, runId);
                session.Execute("DELETE FROM tags WHERE run_uuid = $1 AND key = $2", runId, key);
                return true;
            },
            cancellationToken);

    public Task LogInputsAsync(string runId, IReadOnlyList<DatasetInput> inputs, CancellationToken cancellationToken)
        => _session.WriteAsync(
            session =>
            {
                long experiment = RunRows.RequireActive(session, runId);
                foreach (DatasetInput input in inputs)
                    DatasetRows.Insert(session, runId, experiment, input, _newId);
                return true;
            },
            cancellationToken);

    public Task<IReadOnlyList<Metric>> GetMetricHistoryAsync(string runId, string key, CancellationToken cancellationToken)
        => _session.ReadAsync<IReadOnlyList<Metric>>(session => MetricRows.History(session, runId, key), cancellationToken);

    public async Task LogArtifactAsync(string runId, string artifactPath, Stream content, CancellationToken cancellationToken)
    {
        string artifactUri = await _session.ReadAsync(
            session =>
            {
                RunRows.RequireActive(session, runId);
                return RunRows.ArtifactUri(session, runId);
            },
            cancellationToken).ConfigureAwait(false);
        await LocalArtifacts.WriteAsync(artifactUri, artifactPath, content, cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<ArtifactFile>> ListArtifactsAsync(string runId, string folder, CancellationToken cancellationToken)
        => LocalArtifacts.List(await ArtifactUriAsync(runId, cancellationToken).ConfigureAwait(false), folder);

    public async Task<Stream> OpenArtifactAsync(string runId, string artifactPath, CancellationToken cancellationToken)
        => LocalArtifacts.Open(await ArtifactUriAsync(runId, cancellationToken).ConfigureAwait(false), artifactPath);

    public async Task DeleteArtifactsAsync(string runId, string artifactPath, CancellationToken cancellationToken)
        => LocalArtifacts.Delete(await ArtifactUriAsync(runId, cancellationToken).ConfigureAwait(false), artifactPath);

    public ValueTask DisposeAsync() => _session.DisposeAsync();

    private Task<string> ArtifactUriAsync(string runId, CancellationToken cancellationToken)
        => _session.ReadAsync(session => RunRows.Get(session, runId).Info.ArtifactUri, cancellationToken);

    private Task<bool> SetExperimentStageAsync(string experimentId, LifecycleStage stage, CancellationToken cancellationToken)
        => _session.WriteAsync(
            session =>
            {
                // One that is there already keeps the runs that were deleted one by one.
                if (ExperimentRows.Get(session, experimentId).LifecycleStage != stage)
                    ExperimentRows.SetStage(session, experimentId, stage, _time.GetUtcNow());
                return true;
            },
            cancellationToken);

    private Task<bool> SetStageAsync(string runId, string stage, DateTimeOffset? deleted, CancellationToken cancellationToken)
        => _session.WriteAsync(
            session =>
            {
                if (session.Execute(
                    "UPDATE runs SET lifecycle_stage = $1, deleted_time = $2 WHERE run_uuid = $3", stage, deleted?.ToUnixTimeMilliseconds(), runId) == 0)
                    throw RunRows.Missing(runId);
                return true;
            },
            cancellationToken);

    private string DefaultLocation(string experimentId) => $"{_artifactRoot}/{experimentId}";
}
