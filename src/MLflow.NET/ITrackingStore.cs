namespace MLflow;

/// <summary>
/// A place that keeps experiments and runs. One call is one request: all of it is stored or none, and a call within
/// <see cref="Limits"/> is never cut. <see cref="MlflowClient"/> checks and splits what a caller logs before it comes here.
/// </summary>
/// <remarks>
/// <para>Every call may be repeated: a metric point, parameter, tag or data set input that is already there is left as it is.</para>
/// <para>MLflow's SQL stores have no infinity: they keep ±<see cref="double.MaxValue"/> instead, and reading maps that back.</para>
/// <para>A failure is a <see cref="MlflowException"/>; a cancelled call throws <see cref="OperationCanceledException"/>.
/// Implementations may be called from several threads at once.</para>
/// </remarks>
public interface ITrackingStore : IAsyncDisposable
{
    /// <summary>The store's models; null where it keeps none.</summary>
    IModelStore? Models => null;

    /// <summary>
    /// Clears away what the store may have made although creating it had been given up, once it cannot make it any more: waits for that
    /// at most as long as for one request.
    /// </summary>
    /// <returns>The <see cref="RunCreation.UniqueTag"/>s of runs of which that is still not known, for a later attempt to create them.</returns>
    Task<IReadOnlyList<RunTag>> SettleAsync(CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<RunTag>>([]);

    /// <summary>Makes an experiment. Throws <see cref="ErrorCodes.ResourceAlreadyExists"/> where the name is taken, by a deleted one too.</summary>
    /// <param name="artifactLocation">Where its runs keep artifacts; null leaves that to the store.</param>
    Task<Experiment> CreateExperimentAsync(
        string name,
        string? artifactLocation = null,
        IReadOnlyList<ExperimentTag>? tags = null,
        CancellationToken cancellationToken = default);

    /// <summary>The experiment of this id, deleted or not. Throws <see cref="ErrorCodes.ResourceDoesNotExist"/> where there is none.</summary>
    Task<Experiment> GetExperimentAsync(string experimentId, CancellationToken cancellationToken = default);

    /// <summary>The experiment of this name, deleted or not, or null.</summary>
    Task<Experiment?> FindExperimentAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>The experiments of a view, in no particular order.</summary>
    Task<IReadOnlyList<Experiment>> ListExperimentsAsync(ViewType view = ViewType.ActiveOnly, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives an active experiment another name. Throws <see cref="ErrorCodes.ResourceAlreadyExists"/> where another has it, a deleted one too.
    /// </summary>
    Task RenameExperimentAsync(string experimentId, string name, CancellationToken cancellationToken = default);

    /// <summary>Puts an experiment into MLflow's bin, and its runs with it. Its name stays taken.</summary>
    Task DeleteExperimentAsync(string experimentId, CancellationToken cancellationToken = default);

    /// <summary>Takes an experiment out of the bin, and all of its runs with it.</summary>
    Task RestoreExperimentAsync(string experimentId, CancellationToken cancellationToken = default);

    /// <summary>Sets a tag of an experiment.</summary>
    Task SetExperimentTagAsync(string experimentId, ExperimentTag tag, CancellationToken cancellationToken = default);

    /// <summary>Makes a run in state <see cref="RunStatus.Running"/>, or returns the one that <see cref="RunCreation.UniqueTag"/> points to.</summary>
    Task<Run> CreateRunAsync(RunCreation creation, CancellationToken cancellationToken = default);

    /// <summary>The run of this id, deleted or not. Throws <see cref="ErrorCodes.ResourceDoesNotExist"/> where there is none.</summary>
    Task<Run> GetRunAsync(string runId, CancellationToken cancellationToken = default);

    /// <summary>The runs a query selects, the latest started first unless it says otherwise.</summary>
    Task<IReadOnlyList<Run>> SearchRunsAsync(RunQuery query, CancellationToken cancellationToken = default);

    /// <summary>Changes a run's status, end or name.</summary>
    Task UpdateRunAsync(string runId, RunUpdate update, CancellationToken cancellationToken = default);

    /// <summary>Puts a run into MLflow's bin, where nothing can be logged to it.</summary>
    Task DeleteRunAsync(string runId, CancellationToken cancellationToken = default);

    /// <summary>Takes a run out of the bin.</summary>
    Task RestoreRunAsync(string runId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Writes metric points, parameters and tags of a run: at most <see cref="Limits.EntitiesPerBatch"/> of them. A batch of none stores nothing, and fails
    /// where the run takes no writes.
    /// </summary>
    Task LogBatchAsync(
        string runId,
        IReadOnlyList<Metric> metrics,
        IReadOnlyList<Param> parameters,
        IReadOnlyList<RunTag> tags,
        CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes a tag off a run; nothing happens where the run has no such tag. Throws <see cref="ErrorCodes.ResourceDoesNotExist"/> where there is no such run.
    /// </summary>
    Task DeleteTagAsync(string runId, string key, CancellationToken cancellationToken = default);

    /// <summary>Records the data sets a run uses.</summary>
    Task LogInputsAsync(string runId, IReadOnlyList<DatasetInput> inputs, CancellationToken cancellationToken = default);

    /// <summary>Every point of one metric of a run, by time, then step, then value; empty where there is none.</summary>
    Task<IReadOnlyList<Metric>> GetMetricHistoryAsync(string runId, string key, CancellationToken cancellationToken = default);

    /// <summary>Writes a file among a run's artifacts, replacing one of the same path.</summary>
    /// <param name="artifactPath">The place below the run's artifact folder, parts divided by <c>/</c>.</param>
    /// <param name="content">Read from its position to its end; not disposed.</param>
    Task LogArtifactAsync(string runId, string artifactPath, Stream content, CancellationToken cancellationToken = default);

    /// <summary>What lies directly in a folder of a run's artifacts, by path; empty where there is no such folder.</summary>
    /// <param name="folder">A folder below the run's artifact folder, or "" for that one.</param>
    Task<IReadOnlyList<ArtifactFile>> ListArtifactsAsync(string runId, string folder = "", CancellationToken cancellationToken = default);

    /// <summary>Deletes a file among a run's artifacts, or a folder with everything in it; nothing happens where there is neither.</summary>
    Task DeleteArtifactsAsync(string runId, string artifactPath, CancellationToken cancellationToken = default);

    /// <summary>Opens a file among a run's artifacts. Throws <see cref="ErrorCodes.ResourceDoesNotExist"/> where there is none.</summary>
    /// <returns>The content, to be read once and disposed by the caller.</returns>
    Task<Stream> OpenArtifactAsync(string runId, string artifactPath, CancellationToken cancellationToken = default);
}
