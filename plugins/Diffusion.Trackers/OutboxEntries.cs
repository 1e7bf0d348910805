using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using MLflow;

namespace Diffusion.Trackers;

/// <summary>A line of a journal: the store it is for, a run's description, or a piece of work for a run.</summary>
internal sealed record Entry
{
    public string? Uri { get; init; }

    public int Run { get; init; }

    public KeptDescription? Description { get; init; }

    public bool Begun { get; init; }

    /// <summary>Whether everything said of the run so far is stored.</summary>
    public bool Done { get; init; }

    public IReadOnlyList<TrackedMetric>? Metrics { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    public KeptTable? Table { get; init; }

    public string? Artifact { get; init; }

    public string? Folder { get; init; }

    public RunStatus? Status { get; init; }

    public DateTimeOffset? Ended { get; init; }

    public DateTimeOffset? Doubted { get; init; }

    /// <param name="outbox">Files of the results folder that the outbox lies in are named relative to the outbox, so that the two can move.</param>
    public static Entry FromWork(int run, TrackedWork work, string outbox) => work switch
    {
        PointsWork points => new Entry { Run = run, Metrics = points.Metrics },
        TagsWork tags => new Entry { Run = run, Tags = tags.Tags },
        TableWork table => new Entry { Run = run, Table = new(table.Name, table.Columns, table.Rows) },
        ArtifactWork artifact => new Entry { Run = run, Artifact = Relative(artifact.Path, outbox), Folder = artifact.Folder },
        EndedWork ended => new Entry { Run = run, Status = ended.Status, Ended = ended.Time },
        CheckWork check => new Entry { Run = run, Doubted = check.Time },
        _ => new Entry { Run = run, Begun = true },
    };

    public TrackedWork? ToWork(string outbox)
    {
        if (Metrics is not null)
            return new PointsWork(Metrics);
        if (Tags is not null)
            return new TagsWork(Tags);
        if (Table is { } table)
            return new TableWork(table.Name, table.Columns, table.Rows);
        if (Artifact is not null)
            return new ArtifactWork(Path.GetFullPath(Artifact, outbox), Folder ?? "");
        if (Status is { } status)
            return new EndedWork(status, Ended ?? default);
        if (Doubted is { } doubted)
            return new CheckWork(doubted);
        return Begun ? new BegunWork() : null;
    }

    private static string Relative(string path, string outbox)
        => path.StartsWith(Path.GetDirectoryName(outbox) + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? Path.GetRelativePath(outbox, path) : path;
}

/// <summary>A run's description with its parent as a number.</summary>
internal sealed record KeptDescription(
    string Experiment,
    string Name,
    string Key,
    int? Parent,
    DateTimeOffset Started,
    IReadOnlyDictionary<string, string> Parameters,
    IReadOnlyDictionary<string, string> Tags,
    KeptData? Data)
{
    public static KeptDescription FromDescription(TrackedRunDescription description, int? parent) => new(
        description.Experiment,
        description.Name,
        description.Key,
        parent,
        description.Started,
        description.Parameters,
        description.Tags,
        description.Data is { } data ? new KeptData(data.Name, data.Shape, data.Columns, data.Source, data.Digest) : null);

    public TrackedRunDescription ToDescription(ITrackedRun? parent) => new()
    {
        Experiment = Experiment,
        Name = Name,
        Key = Key,
        Parent = parent,
        Started = Started,
        Parameters = Parameters,
        Tags = Tags,
        Data = Data is { } data
            ? new DataDescription { Name = data.Name, Shape = data.Shape, Columns = data.Columns, Source = data.Source, Digest = data.Digest }
            : null,
    };
}

/// <summary>A table that waits.</summary>
internal sealed record KeptTable(string Name, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<JsonNode?>> Rows);

/// <summary>What a tracker stores of a data set.</summary>
internal sealed record KeptData(string Name, IReadOnlyList<long> Shape, IReadOnlyList<string> Columns, string Source, string Digest);

[JsonSerializable(typeof(Entry))]
internal sealed partial class OutboxJson : JsonSerializerContext
{
    public static OutboxJson Lines { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
