using MLflow;

namespace Diffusion.Trackers;

/// <summary>A run as the caller holds it. All but the calls of <see cref="ITrackedRun"/> belongs to the tracker's worker.</summary>
internal sealed class MlflowRun(TrackedRunDescription description, Action<MlflowRun, TrackedWork> post) : ITrackedRun
{
    public TrackedRunDescription Description { get; } = description;

    /// <summary>What is still to be stored, in order.</summary>
    public Queue<TrackedWork> Pending { get; } = new();

    /// <summary>Whether the run stands in the tracker's queue.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>MLflow's id, or null where MLflow refuses the run; null until the first attempt to make it, and after one that failed.</summary>
    public Task<string?>? RunId { get; set; }

    /// <inheritdoc/>
    public void LogMetrics(IReadOnlyList<TrackedMetric> metrics) => post(this, new PointsWork([.. metrics]));

    /// <inheritdoc/>
    public void LogArtifact(string path, string folder = "") => post(this, new ArtifactWork(Path.GetFullPath(path), folder));

    /// <inheritdoc/>
    public void End(TrackedRunStatus status, DateTimeOffset ended)
        => post(this, new EndedWork(
            status switch
            {
                TrackedRunStatus.Finished => RunStatus.Finished,
                TrackedRunStatus.Failed => RunStatus.Failed,
                _ => RunStatus.Killed,
            },
            ended));
}

/// <summary>Something to store for a run.</summary>
internal abstract record TrackedWork;

/// <summary>The run itself.</summary>
internal sealed record BegunWork : TrackedWork;

internal sealed record PointsWork(IReadOnlyList<TrackedMetric> Metrics) : TrackedWork;

internal sealed record ArtifactWork(string Path, string Folder) : TrackedWork;

internal sealed record EndedWork(RunStatus Status, DateTimeOffset Time) : TrackedWork;
