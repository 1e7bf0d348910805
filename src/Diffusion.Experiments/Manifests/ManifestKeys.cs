using Diffusion.Experiments.Planning;

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
    public const string Range = "range";
    public const string LogRange = "logRange";
    public const string Random = "random";
    public const string Whole = "whole";
    public const string Start = "start";
    public const string Steps = "steps";
    public const string Nfe = "nfe";
    public const string Repeats = "repeats";
    public const string Noise = "noise";
    public const string Weighting = "weighting";
    public const string TimeSampler = "timeSampler";

    /// <summary>The key that names a component.</summary>
    public const string Use = "use";

    // Where components stand, by the keys that lead there.
    private static readonly Dictionary<string, ComponentSlot> Slots = ManifestSection.Root.Slots.Select(slot => (slot.Key, slot))
        .Concat(ManifestSection.Training.Slots.Select(slot => ($"{Training}.{slot.Key}", slot)))
        .ToDictionary();

    /// <summary>The key that a key takes the place of: steps follow from a budget of evaluations, or are stated.</summary>
    public static string? Opposite(string key) => key switch
    {
        Steps => Nfe,
        Nfe => Steps,
        _ => null,
    };

    /// <summary>The kind of component that stands at a path; null when none does.</summary>
    public static ComponentKind? KindAt(ManifestPath path) => SlotAt(path, path.Segments.Count)?.Kind;

    /// <summary>Whether a component stands at these keys, so that "ddim" means { "use": "ddim" } there.</summary>
    public static bool IsComponent(IEnumerable<string> keys) => Slots.TryGetValue(string.Join('.', keys), out ComponentSlot? slot) && !slot.IsList;

    /// <summary>Whether a component stands at the first <paramref name="count"/> segments of a path.</summary>
    public static bool IsComponent(ManifestPath path, int count) => SlotAt(path, count) is not null;

    private static ComponentSlot? SlotAt(ManifestPath path, int count)
    {
        ManifestPath.Segment[] segments = [.. path.Segments.Take(count)];
        bool isElement = segments.Length > 0 && segments[^1].Key is null;
        IEnumerable<ManifestPath.Segment> keys = isElement ? segments[..^1] : segments;
        return keys.All(segment => segment.Key is not null) && Slots.TryGetValue(string.Join('.', keys.Select(segment => segment.Key)), out ComponentSlot? slot) && slot.IsList == isElement
            ? slot
            : null;
    }
}
