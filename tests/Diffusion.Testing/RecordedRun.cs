namespace Diffusion.Testing;

/// <summary>A run of <see cref="RecordingTracker"/>.</summary>
/// <param name="description">What it was opened with.</param>
public sealed class RecordedRun(TrackedRunDescription description) : ITrackedRun
{
    private readonly Lock _lock = new();
    private readonly List<TrackedMetric> _metrics = [];
    private readonly List<(string Path, string Folder)> _artifacts = [];

    /// <summary>What it was opened with.</summary>
    public TrackedRunDescription Description { get; } = description;

    /// <summary>How and when it ended; null while it is open.</summary>
    public (TrackedRunStatus Status, DateTimeOffset Time)? Ended { get; private set; }

    /// <summary>Metric points, in the order they came.</summary>
    public IReadOnlyList<TrackedMetric> Metrics
    {
        get
        {
            lock (_lock)
                return [.. _metrics];
        }
    }

    /// <summary>Files, in the order they came.</summary>
    public IReadOnlyList<(string Path, string Folder)> Artifacts
    {
        get
        {
            lock (_lock)
                return [.. _artifacts];
        }
    }

    /// <inheritdoc/>
    public void LogMetrics(IReadOnlyList<TrackedMetric> metrics)
    {
        lock (_lock)
            _metrics.AddRange(metrics);
    }

    /// <inheritdoc/>
    public void LogArtifact(string path, string folder = "")
    {
        lock (_lock)
            _artifacts.Add((path, folder));
    }

    /// <inheritdoc/>
    public void End(TrackedRunStatus status, DateTimeOffset ended) => Ended = (status, ended);
}
