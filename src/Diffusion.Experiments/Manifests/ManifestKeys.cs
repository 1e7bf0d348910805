namespace Diffusion.Experiments.Manifests;

/// <summary>The keys of a manifest.</summary>
internal static class ManifestKeys
{
    public const string Schema = "$schema";
    public const string Name = "name";
    public const string Description = "description";
    public const string Extends = "extends";
    public const string Data = "data";
    public const string Device = "device";
    public const string Schedule = "schedule";
    public const string Model = "model";
    public const string Loss = "loss";
    public const string Training = "training";
    public const string Grid = "grid";
    public const string Solver = "solver";
    public const string Metrics = "metrics";
    public const string Sweep = "sweep";
    public const string Axes = "axes";
    public const string Zip = "zip";
    public const string When = "when";
    public const string If = "if";
    public const string Union = "union";
    public const string Exclude = "exclude";
    public const string Steps = "steps";
    public const string Nfe = "nfe";
    public const string Repeats = "repeats";
    public const string Noise = "noise";
    public const string Weighting = "weighting";
    public const string TimeSampler = "timeSampler";

    /// <summary>The key that names a component.</summary>
    public const string Use = "use";

    private const string TrainingSchedule = $"{Training}.{Schedule}";
    private const string TrainingWeighting = $"{Training}.{Weighting}";
    private const string TrainingTimeSampler = $"{Training}.{TimeSampler}";

    /// <summary>The key that a key takes the place of: steps follow from a budget of evaluations, or are stated.</summary>
    public static string? Opposite(string key) => key switch
    {
        Steps => Nfe,
        Nfe => Steps,
        _ => null,
    };

    /// <summary>The kind of component that stands at a path; null when none does.</summary>
    public static ComponentKind? KindAt(ManifestPath path) => !IsComponent(path, path.Segments.Count) ? null : path.Segments[^1].Key switch
    {
        Data => ComponentKind.Data,
        Schedule => ComponentKind.Schedule,
        Model => ComponentKind.ScoreModel,
        Loss => ComponentKind.Loss,
        Grid => ComponentKind.Grid,
        Solver => ComponentKind.Solver,
        TimeSampler => ComponentKind.TimeSampler,
        null => ComponentKind.Metric,
        _ => null,
    };

    /// <summary>Whether a component stands at these keys, so that "ddim" means { "use": "ddim" } there.</summary>
    public static bool IsComponent(IEnumerable<string> keys) =>
        string.Join('.', keys) is Data or Schedule or Model or Loss or Grid or Solver or TrainingSchedule or TrainingWeighting or TrainingTimeSampler;

    /// <summary>Whether a component stands at the first <paramref name="count"/> segments of a path.</summary>
    public static bool IsComponent(ManifestPath path, int count)
    {
        IReadOnlyList<ManifestPath.Segment> segments = path.Segments;
        if (count == 2 && segments[0].Key == Metrics && segments[1].Key is null)
            return true;
        return segments.Take(count).All(s => s.Key is not null) && IsComponent(segments.Take(count).Select(s => s.Key!));
    }
}
