using System.Text.Json.Nodes;

namespace MLflow.TestServer;

/// <summary>A point as a server's database holds it; an infinity has become the largest double.</summary>
public readonly record struct StoredPoint(string Key, double Value, long Timestamp, long Step);

/// <summary>A run as the server holds it.</summary>
public sealed class StoredRun(string id, string experimentId)
{
    public string Id { get; } = id;

    public string ExperimentId { get; } = experimentId;

    public string Name { get; set; } = "";

    public string UserId { get; set; } = "";

    public string Status { get; set; } = "RUNNING";

    public long StartTime { get; set; }

    public long? EndTime { get; set; }

    public bool IsDeleted { get; set; }

    public string ArtifactUri { get; set; } = "";

    /// <summary>Every point, each once, in order of arrival.</summary>
    public IReadOnlyList<StoredPoint> Points => _points;

    public Dictionary<string, string> Params { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Tags { get; } = new(StringComparer.Ordinal);

    /// <summary>Data sets by name and digest.</summary>
    public SortedDictionary<string, JsonObject> Inputs { get; } = new(StringComparer.Ordinal);

    /// <summary>Models the run made.</summary>
    public List<string> ModelOutputs { get; } = [];

    /// <summary>Models the run used.</summary>
    public List<string> ModelInputs { get; } = [];

    private readonly List<StoredPoint> _points = [];
    private readonly HashSet<StoredPoint> _known = [];

    internal void Add(StoredPoint point)
    {
        if (_known.Add(point))
            _points.Add(point);
    }

    internal IEnumerable<StoredPoint> Latest() => _points
        .GroupBy(point => point.Key, StringComparer.Ordinal)
        .Select(
            points => points.OrderBy(point => point.Step).ThenBy(point => point.Timestamp).ThenBy(point => double.IsNaN(point.Value) ? 0 : point.Value).Last());
}
