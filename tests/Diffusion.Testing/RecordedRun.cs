namespace Diffusion.Testing;

/// <summary>A run of <see cref="RecordingTracker"/>.</summary>
/// <param name="description">What it was opened with.</param>
public sealed class RecordedRun(TrackedRunDescription description) : ITrackedRun
{
    private readonly Lock _lock = new();
    private readonly List<TrackedMetric> _metrics = [];
    private readonly List<(string Path, string Folder)> _artifacts = [];
    private readonly Dictionary<string, string> _tags = [];
    private readonly Dictionary<string, TrackedTable> _tables = [];

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

    /// <summary>Tags that were set after its beginning.</summary>
    public IReadOnlyDictionary<string, string> Tags
    {
        get
        {
            lock (_lock)
                return new Dictionary<string, string>(_tags);
        }
    }

    /// <summary>Tables, by name.</summary>
    public IReadOnlyDictionary<string, TrackedTable> Tables
    {
        get
        {
            lock (_lock)
                return new Dictionary<string, TrackedTable>(_tables);
        }
    }

    /// <inheritdoc/>
    public void SetTags(IReadOnlyDictionary<string, string> tags)
    {
        lock (_lock)
        {
            foreach ((string name, string value) in tags)
                _tags[name] = value;
        }
    }

    /// <inheritdoc/>
    public void LogTable(string name, TrackedTable table)
    {
        lock (_lock)
            _tables[name] = table;
    }

    /// <inheritdoc/>
    public void End(TrackedRunStatus status, DateTimeOffset ended) => Ended = (status, ended);
}
