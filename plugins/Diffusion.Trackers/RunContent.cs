using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MLflow;

namespace Diffusion.Trackers;

/// <summary>What a run is to be in MLflow: names, limits and places as MLflow has them.</summary>
internal sealed class RunContent
{
    /// <summary>How the names of all tags begin that only the tracker sets.</summary>
    public const string OwnTags = "diffusion.";

    /// <summary>The tag that holds a run's key, by which it is found again.</summary>
    public const string KeyTag = "diffusion.key";

    /// <summary>The tag that holds the key of the run at the top, by which everything of a sweep is found at once.</summary>
    public const string SweepTag = "diffusion.sweep";

    /// <summary>
    /// The tag that holds <see cref="FixedDigest"/>. Parameters and data sets cannot be taken back, and others may add some of their own: that these are of
    /// earlier records shows in another digest.
    /// </summary>
    public const string FixedTag = "diffusion.fixed";

    /// <summary>What follows in a tag's name is an artifact's; its value is the name that it had before it was made to fit.</summary>
    public const string ArtifactTag = "diffusion.artifact.";

    // Of a program that a user runs, as against a job of a scheduler or a notebook.
    private const string SourceType = "LOCAL";

    private readonly Dictionary<string, HashSet<Metric>> _metrics = new(StringComparer.Ordinal);
    private readonly List<RunArtifact> _artifacts = [];

    public RunContent(
        TrackedRunDescription description, string sweep, IEnumerable<TrackedMetric> points, IReadOnlyDictionary<string, string> tags,
        IReadOnlyDictionary<string, byte[]> tables, IEnumerable<(string Path, string Folder)> artifacts,
        (TrackedRunStatus Status, DateTimeOffset Time)? ended)
    {
        Name = description.Name;
        Started = description.Started;
        Goal = description.Goal;
        User = description.Origin?.User ?? "";
        LongTexts texts = new();
        Parameters = [.. MlflowKeys.Clean(description.Parameters)
            .Select(param => new Param(param.Key, texts.Fit("params", param.Key, param.Value, Limits.ParamValueLength)))];
        Dictionary<string, string> stated = new(description.Tags);
        foreach ((string name, string value) in tags)
            stated[name] = value;
        Dictionary<string, string> all = MlflowKeys.Clean(WithOrigin(stated, description)).ToDictionary(
            tag => tag.Key, tag => texts.Fit("tags", tag.Key, tag.Value, Limits.TagValueLength));
        foreach (TrackedMetric point in points)
        {
            string key = MlflowKeys.Clean(point.Key);
            if (!_metrics.TryGetValue(key, out HashSet<Metric>? known))
                _metrics[key] = known = [];
            known.Add(new Metric(key, point.Value, DateTimeOffset.FromUnixTimeMilliseconds(point.Time.ToUnixTimeMilliseconds()), point.Step));
        }

        HashSet<string> places = new(StringComparer.Ordinal);
        foreach ((string name, byte[] table) in tables)
        {
            string path = Place($"{MlflowKeys.Clean(name)}.json", places, all);
            _artifacts.Add(new(path, null, table));
        }

        if (_artifacts.Count > 0)
            all[LoggedTable.Tag] = LoggedTable.FormatTag([.. _artifacts.Select(table => table.Place)]);
        foreach ((string path, string folder) in artifacts.Distinct())
        {
            string[] parts = [.. folder.Split(['\\', '/'], StringSplitOptions.RemoveEmptyEntries), Path.GetFileName(path)];
            _artifacts.Add(new(Place(string.Join('/', parts), places, all), path, null));
        }

        foreach ((string path, string text) in texts.Whole)
            _artifacts.Add(new(Place(path, places, all), null, Encoding.UTF8.GetBytes(text)));
        all[KeyTag] = description.Key;
        all[SweepTag] = sweep;
        Tags = [.. all.Select(tag => new RunTag(tag.Key, tag.Value))];
        Input = description.Data is { } data ? DatasetInputs.FromDescription(data, description.DataUse) : null;
        if (ended is { } end)
        {
            Status = end.Status switch
            {
                TrackedRunStatus.Finished => RunStatus.Finished,
                TrackedRunStatus.Failed => RunStatus.Failed,
                _ => RunStatus.Killed,
            };
            EndTime = DateTimeOffset.FromUnixTimeMilliseconds(end.Time.ToUnixTimeMilliseconds());
        }
    }

    public string Name { get; }

    public DateTimeOffset Started { get; }

    public string User { get; }

    public TrackedGoal? Goal { get; }

    public IReadOnlyList<Param> Parameters { get; }

    /// <summary>All tags but that of the parent.</summary>
    public IReadOnlyList<RunTag> Tags { get; }

    /// <summary>Points by key, their times to the millisecond.</summary>
    public IReadOnlyDictionary<string, HashSet<Metric>> Metrics => _metrics;

    public IReadOnlyList<RunArtifact> Artifacts => _artifacts;

    public DatasetInput? Input { get; }

    /// <summary>A digest of what is told once, with the run itself: parameters and data set.</summary>
    public string FixedDigest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(
        '\0',
        Parameters.OrderBy(param => param.Key, StringComparer.Ordinal).Select(param => $"{param.Key}\0{param.Value}")
            .Append($"{Input?.Dataset.Name}\0{Input?.Dataset.Digest}")))));

    public RunStatus Status { get; } = RunStatus.Running;

    /// <summary>When it ended; null while it has not been told whole.</summary>
    public DateTimeOffset? EndTime { get; }

    /// <summary>Whether a tag is the tracker's own, and follows from the records: one that they do not say is to go.</summary>
    public static bool IsOwnTag(string key) => key.StartsWith(OwnTags, StringComparison.Ordinal) && key != FixedTag;

    /// <summary>A table as the file that MLflow's UI shows as one.</summary>
    /// <exception cref="ArgumentException">A cell is neither a text, a number, true, false nor null.</exception>
    public static byte[] Format(TrackedTable table) =>
        LoggedTable.Format(table.Columns, [.. table.Rows.Select(row => (IReadOnlyList<JsonNode?>)[.. row.Select(Cell)])]);

    /// <summary>The tags with what MLflow has tags of its own for, as its UI looks for them. Tags that are stated are kept.</summary>
    private static Dictionary<string, string> WithOrigin(Dictionary<string, string> tags, TrackedRunDescription description)
    {
        (string Key, string? Value)[] known =
        [
            (MlflowTags.NoteContent, description.Note),
            (MlflowTags.User, description.Origin?.User),
            (MlflowTags.SourceName, description.Origin?.Program),
            (MlflowTags.SourceType, description.Origin?.Program is null ? null : SourceType),
            (MlflowTags.GitCommit, description.Origin?.Commit),
        ];
        foreach ((string key, string? value) in known)
        {
            if (!string.IsNullOrEmpty(value))
                tags.TryAdd(key, value);
        }

        // Set with the run itself, and no one else's to set.
        foreach (string key in new[] { KeyTag, SweepTag, FixedTag, MlflowTags.ParentRunId, MlflowTags.RunName })
            tags.Remove(key);
        return tags;
    }

    /// <summary>A place that every server can give back: ASCII alone, and no other artifact's.</summary>
    private static string Place(string path, HashSet<string> taken, Dictionary<string, string> tags)
    {
        string place = string.Concat(path.Select(c => c is '#' or '\\' || !char.IsAscii(c) || char.IsControl(c) ? '_' : c));
        string unique = place;
        for (int number = 2; !taken.Add(unique); number++)
            unique = Path.ChangeExtension(place, null) + FormattableString.Invariant($"_{number}") + Path.GetExtension(place);
        if (unique != path)
            tags[MlflowKeys.Clean(ArtifactTag + unique)] = path;
        return unique;
    }

    // JSON has no word for numbers that are not finite.
    private static JsonNode? Cell(object? cell) => cell switch
    {
        string text => JsonValue.Create(text),
        double number when double.IsFinite(number) => JsonValue.Create(number),
        double or null => null,
        bool flag => JsonValue.Create(flag),
        _ => throw new ArgumentException($"A cell of a table is a text, a number, true, false or null, and this is a {cell.GetType().Name}.", nameof(cell)),
    };
}

/// <summary>A file among a run's artifacts.</summary>
/// <param name="Place">Where it is to lie.</param>
/// <param name="File">The file of this machine; null where <paramref name="Content"/> is it.</param>
internal sealed record RunArtifact(string Place, string? File, byte[]? Content)
{
    /// <summary>The length in bytes; null where the file is gone.</summary>
    public long? Length => Content is not null ? Content.Length : System.IO.File.Exists(File) ? new FileInfo(File!).Length : null;

    public Stream Open() => Content is not null ? new MemoryStream(Content, writable: false) : System.IO.File.OpenRead(File!);
}
