namespace Diffusion.Trackers;

/// <summary>Tracks nothing.</summary>
[Component(ComponentKind.Tracker, "none", "Tracks nothing; the records in the results folder are all there is.")]
public sealed class NoTracker : ITracker
{
    /// <inheritdoc/>
    public string? HowToLook => null;

    /// <inheritdoc/>
    public ITrackedRun Begin(TrackedRunDescription description) => new Run();

    /// <inheritdoc/>
    public Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Run : ITrackedRun
    {
        public void LogMetrics(IReadOnlyList<TrackedMetric> metrics)
        {
        }

        public void LogArtifact(string path, string folder = "")
        {
        }

        public void End(TrackedRunStatus status, DateTimeOffset ended)
        {
        }
    }
}
