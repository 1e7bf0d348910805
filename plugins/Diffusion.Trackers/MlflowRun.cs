namespace Diffusion.Trackers;

/// <summary>A run as the caller holds it: what it was told, and how far the store has it.</summary>
internal sealed class MlflowRun(TrackedRunDescription description, MlflowRun? parent, Action<MlflowRun> changed) : ITrackedRun
{
    private readonly Lock _lock = new();
    private readonly List<TrackedMetric> _points = [];
    private readonly Dictionary<string, string> _tags = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _tables = new(StringComparer.Ordinal);
    private readonly List<(string Path, string Folder)> _artifacts = [];
    private readonly List<TrackedMetric> _load = [];
    private (TrackedRunStatus Status, DateTimeOffset Time)? _ended;
    private int _seen = -1;

    public TrackedRunDescription Description { get; } = description;

    public (string Experiment, string Key) Identity => (Description.Experiment, Description.Key);

    /// <summary>The run it is part of, as it was when this one was begun.</summary>
    public MlflowRun? Parent { get; } = parent;

    /// <summary>The run that has no parent among those above it, or itself.</summary>
    public MlflowRun Root => Parent?.Root ?? this;

    /// <summary>What adds to the run until it ends.</summary>
    public SystemMetricsTimer? Companion { get; set; }

    /// <summary>How often it was told something.</summary>
    public int Version { get; private set; }

    /// <summary>Whether it stands in the tracker's queue; the worker's to know.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>Whether the store was seen to have everything.</summary>
    public bool IsComplete => _seen == Version;

    /// <inheritdoc/>
    public void LogMetrics(IReadOnlyList<TrackedMetric> metrics) => Change(() => _points.AddRange(metrics));

    /// <inheritdoc/>
    public void LogArtifact(string path, string folder = "") => Change(() => _artifacts.Add((Path.GetFullPath(path), folder)));

    /// <inheritdoc/>
    public void SetTags(IReadOnlyDictionary<string, string> tags) => Change(() =>
    {
        foreach ((string name, string value) in tags)
            _tags[name] = value;
    });

    /// <inheritdoc/>
    public void LogTable(string name, TrackedTable table)
    {
        byte[] content = RunContent.Format(table);
        Change(() => _tables[name] = content);
    }

    /// <inheritdoc/>
    public void End(TrackedRunStatus status, DateTimeOffset ended)
    {
        Companion?.Dispose();
        Change(() => _ended = (status, ended));
    }

    /// <summary>Adds the machine's load, which is told once and is no result.</summary>
    public void LogLoad(IReadOnlyList<TrackedMetric> metrics) => Change(() => _load.AddRange(metrics));

    /// <summary>What the store is to have of what was told so far.</summary>
    public RunContent Content()
    {
        lock (_lock)
            return new RunContent(Description, Root.Description.Key, _points, _tags, _tables, _artifacts, _ended);
    }

    /// <summary>The load that is not sent yet.</summary>
    public IReadOnlyList<TrackedMetric> Load()
    {
        lock (_lock)
            return [.. _load];
    }

    /// <summary>The first points of the load are sent.</summary>
    public void LoadSent(int count)
    {
        lock (_lock)
            _load.RemoveRange(0, count);
    }

    /// <summary>The store was seen to have what was told up to a version; null for that something is missing.</summary>
    public void Seen(int? version) => _seen = version ?? -1;

    private void Change(Action change)
    {
        lock (_lock)
        {
            change();
            Version++;
        }

        changed(this);
    }
}
