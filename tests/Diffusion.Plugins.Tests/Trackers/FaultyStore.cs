using MLflow;

namespace Diffusion.Plugins.Tests.Trackers;

/// <summary>A store that can be made to stand still, or to fail before or after the real one has done its work.</summary>
internal sealed class FaultyStore(ITrackingStore store) : ITrackingStore
{
    private volatile TaskCompletionSource? _still;

    public MlflowException? FailsBefore { get; set; }

    public MlflowException? FailsAfter { get; set; }

    /// <summary>Calls of <see cref="LogBatchAsync"/> that carried metrics.</summary>
    public int MetricBatches { get; private set; }

    public void StandStill() => _still = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void GoOn() => _still!.SetResult();

    public Task<Experiment> CreateExperimentAsync(
        string name, string? artifactLocation, IReadOnlyList<ExperimentTag>? tags, CancellationToken cancellationToken)
        => With(() => store.CreateExperimentAsync(name, artifactLocation, tags, cancellationToken));

    public Task<Experiment> GetExperimentAsync(string experimentId, CancellationToken cancellationToken)
        => With(() => store.GetExperimentAsync(experimentId, cancellationToken));

    public Task<Experiment?> FindExperimentAsync(string name, CancellationToken cancellationToken)
        => With(() => store.FindExperimentAsync(name, cancellationToken));

    public Task RenameExperimentAsync(string experimentId, string name, CancellationToken cancellationToken)
        => With(() => Done(store.RenameExperimentAsync(experimentId, name, cancellationToken)));

    public Task DeleteExperimentAsync(string experimentId, CancellationToken cancellationToken)
        => With(() => Done(store.DeleteExperimentAsync(experimentId, cancellationToken)));

    public Task RestoreExperimentAsync(string experimentId, CancellationToken cancellationToken)
        => With(() => Done(store.RestoreExperimentAsync(experimentId, cancellationToken)));

    public Task DeleteArtifactsAsync(string runId, string artifactPath, CancellationToken cancellationToken)
        => With(() => Done(store.DeleteArtifactsAsync(runId, artifactPath, cancellationToken)));

    public Task<Run> CreateRunAsync(RunCreation creation, CancellationToken cancellationToken)
        => With(() => store.CreateRunAsync(creation, cancellationToken));

    public Task<Run> GetRunAsync(string runId, CancellationToken cancellationToken)
        => With(() => store.GetRunAsync(runId, cancellationToken));

    public Task<IReadOnlyList<Run>> SearchRunsAsync(RunQuery query, CancellationToken cancellationToken)
        => With(() => store.SearchRunsAsync(query, cancellationToken));

    public Task UpdateRunAsync(string runId, RunUpdate update, CancellationToken cancellationToken)
        => With(() => Done(store.UpdateRunAsync(runId, update, cancellationToken)));

    public Task LogBatchAsync(
        string runId, IReadOnlyList<Metric> metrics, IReadOnlyList<Param> parameters, IReadOnlyList<RunTag> tags, CancellationToken cancellationToken)
    {
        MetricBatches += metrics.Count > 0 ? 1 : 0;
        return With(() => Done(store.LogBatchAsync(runId, metrics, parameters, tags, cancellationToken)));
    }

    public Task DeleteTagAsync(string runId, string key, CancellationToken cancellationToken)
        => With(() => Done(store.DeleteTagAsync(runId, key, cancellationToken)));

    public Task LogInputsAsync(string runId, IReadOnlyList<DatasetInput> inputs, CancellationToken cancellationToken)
        => With(() => Done(store.LogInputsAsync(runId, inputs, cancellationToken)));

    public Task<IReadOnlyList<Metric>> GetMetricHistoryAsync(string runId, string key, CancellationToken cancellationToken)
        => With(() => store.GetMetricHistoryAsync(runId, key, cancellationToken));

    public Task LogArtifactAsync(string runId, string artifactPath, Stream content, CancellationToken cancellationToken)
        => With(() => Done(store.LogArtifactAsync(runId, artifactPath, content, cancellationToken)));

    public Task<IReadOnlyList<Experiment>> ListExperimentsAsync(ViewType view, CancellationToken cancellationToken)
        => With(() => store.ListExperimentsAsync(view, cancellationToken));

    public Task SetExperimentTagAsync(string experimentId, ExperimentTag tag, CancellationToken cancellationToken)
        => With(() => Done(store.SetExperimentTagAsync(experimentId, tag, cancellationToken)));

    public Task DeleteRunAsync(string runId, CancellationToken cancellationToken)
        => With(() => Done(store.DeleteRunAsync(runId, cancellationToken)));

    public Task RestoreRunAsync(string runId, CancellationToken cancellationToken)
        => With(() => Done(store.RestoreRunAsync(runId, cancellationToken)));

    public Task<IReadOnlyList<ArtifactFile>> ListArtifactsAsync(string runId, string folder, CancellationToken cancellationToken)
        => With(() => store.ListArtifactsAsync(runId, folder, cancellationToken));

    public Task<Stream> OpenArtifactAsync(string runId, string artifactPath, CancellationToken cancellationToken)
        => With(() => store.OpenArtifactAsync(runId, artifactPath, cancellationToken));

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private static async Task<bool> Done(Task task)
    {
        await task;
        return true;
    }

    private async Task<T> With<T>(Func<Task<T>> call)
    {
        if (_still is { } still)
            await still.Task;
        if (FailsBefore is not null)
            throw FailsBefore;
        T result = await call();
        return FailsAfter is null ? result : throw FailsAfter;
    }
}
