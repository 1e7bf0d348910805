using System.Text.Json.Nodes;
using MLflow;

namespace Diffusion.Trackers;

/// <summary>A run as the caller holds it. All but the calls of <see cref="ITrackedRun"/> belongs to the tracker's worker.</summary>
internal sealed class MlflowRun(TrackedRunDescription description, Action<MlflowRun, TrackedWork> post) : ITrackedRun
{
    private MlflowRun? _successor;

    public TrackedRunDescription Description { get; } = description;

    /// <summary>What is still to be stored, in order.</summary>
    public Queue<TrackedWork> Pending { get; private set; } = new();

    /// <summary>How many of the first of them are in the outbox.</summary>
    public int Kept { get; set; }

    /// <summary>Whether its end has been handed over.</summary>
    public bool HasEnded { get; set; }

    /// <summary>Whether storing any of it has failed.</summary>
    public bool HasFailed { get; set; }

    /// <summary>Whether the run stands in the tracker's queue.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>MLflow's id; null until the first attempt to make the run, and after one that failed.</summary>
    public Task<string>? RunId { get; set; }

    /// <summary>What adds to the run until it ends.</summary>
    public IDisposable? Companion { get; set; }

    /// <summary>The same run as this session knows it, where it has taken over.</summary>
    public MlflowRun Current => _successor ?? this;

    /// <summary>Takes the first off the queue: it is stored, or never can be.</summary>
    public void Done()
    {
        Pending.Dequeue();
        Kept = Math.Max(0, Kept - 1);
    }

    /// <summary>Adds what is already in the outbox; null for that nothing waits any more.</summary>
    public void Adopt(TrackedWork? work)
    {
        if (work is null)
            Pending.Clear();
        else
            Pending.Enqueue(work);
        Kept = Pending.Count;
    }

    /// <summary>Puts what an earlier session left for the same run before what this one has.</summary>
    public void TakeOver(MlflowRun earlier)
    {
        Pending = new Queue<TrackedWork>(earlier.Pending.Concat(Pending));
        Kept = earlier.Kept;
        earlier.Pending.Clear();
        earlier.Kept = 0;
        earlier._successor = this;
    }

    /// <inheritdoc/>
    public void LogMetrics(IReadOnlyList<TrackedMetric> metrics) => post(this, new PointsWork([.. metrics]));

    /// <inheritdoc/>
    public void LogArtifact(string path, string folder = "") => post(this, new ArtifactWork(Path.GetFullPath(path), folder));

    /// <inheritdoc/>
    public void SetTags(IReadOnlyDictionary<string, string> tags) => post(this, new TagsWork(new Dictionary<string, string>(tags)));

    /// <inheritdoc/>
    public void LogTable(string name, TrackedTable table) =>
        post(this, new TableWork(name, [.. table.Columns], [.. table.Rows.Select(row => (IReadOnlyList<JsonNode?>)[.. row.Select(Cell)])]));

    // JSON has no word for numbers that are not finite.
    private static JsonNode? Cell(object? cell) => cell switch
    {
        string text => JsonValue.Create(text),
        double number when double.IsFinite(number) => JsonValue.Create(number),
        double or null => null,
        bool flag => JsonValue.Create(flag),
        _ => throw new ArgumentException($"A cell of a table is a text, a number, true, false or null, and this is a {cell.GetType().Name}.", nameof(cell)),
    };

    /// <inheritdoc/>
    public void End(TrackedRunStatus status, DateTimeOffset ended)
    {
        Companion?.Dispose();
        post(this, new EndedWork(
            status switch
            {
                TrackedRunStatus.Finished => RunStatus.Finished,
                TrackedRunStatus.Failed => RunStatus.Failed,
                _ => RunStatus.Killed,
            },
            ended));
    }
}

/// <summary>Something to store for a run.</summary>
internal abstract record TrackedWork;

/// <summary>The run itself.</summary>
internal sealed record BegunWork : TrackedWork;

internal sealed record PointsWork(IReadOnlyList<TrackedMetric> Metrics) : TrackedWork;

internal sealed record TagsWork(IReadOnlyDictionary<string, string> Tags) : TrackedWork;

internal sealed record TableWork(string Name, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<JsonNode?>> Rows) : TrackedWork;

internal sealed record ArtifactWork(string Path, string Folder) : TrackedWork;

internal sealed record EndedWork(RunStatus Status, DateTimeOffset Time) : TrackedWork;

/// <summary>A look for another run that the store may have made although creating this one had been given up.</summary>
/// <param name="Time">When that was last possible to begin.</param>
internal sealed record CheckWork(DateTimeOffset Time) : TrackedWork;
