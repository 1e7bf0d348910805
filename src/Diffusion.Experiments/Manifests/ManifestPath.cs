using System.Globalization;
using System.Text.RegularExpressions;

namespace Diffusion.Experiments.Manifests;

/// <summary>A place in a manifest as <c>--set</c> and sweep axes write it: <c>solver.eta</c>, <c>metrics[0].projections</c>.</summary>
internal sealed partial record ManifestPath(IReadOnlyList<ManifestPath.Segment> Segments)
{
    private const string Axes = "sweep.axes.";
    private const int Longest = 1000;

    /// <summary>A key of an object or, where <see cref="Key"/> is null, an index of an array.</summary>
    internal readonly record struct Segment(string? Key, int Index);

    /// <summary>The first key.</summary>
    public string Section => Segments[0].Key!;

    public override string ToString() => Format(Segments)[2..];

    /// <summary>Reads a path.</summary>
    /// <param name="text">The path. What follows <c>sweep.axes.</c> is one key, dots and all, because an axis is called by a path.</param>
    /// <returns>Null when the text is not a path, or one that no setting has.</returns>
    public static ManifestPath? Parse(string text)
    {
        // No setting lies deeper, and what follows a path goes one call down at each key.
        if (text.Length > Longest)
            return null;
        if (text.StartsWith(Axes, StringComparison.Ordinal) && text.Length > Axes.Length && text[Axes.Length] != '[')
            return new([new("sweep", 0), new("axes", 0), new(text[Axes.Length..], 0)]);

        MatchCollection matches = SegmentPattern().Matches("." + text);
        if (matches.Count == 0 || matches.Sum(m => m.Length) != text.Length + 1 || !matches[0].Groups["key"].Success)
            return null;

        List<Segment> segments = [];
        foreach (Match match in matches)
        {
            if (match.Groups["index"].Success)
            {
                if (!int.TryParse(match.Groups["index"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int index))
                    return null;
                segments.Add(new(null, index));
            }
            else
            {
                segments.Add(new(match.Groups["key"].Success ? match.Groups["key"].Value : match.Groups["quoted"].Value, 0));
            }
        }

        return new(segments);
    }

    /// <summary>Whether <paramref name="other"/> lies at or below this place.</summary>
    public bool Covers(ManifestPath other) => other.Segments.Take(Segments.Count).SequenceEqual(Segments);

    /// <summary>The JSONPath of a key of the object at <paramref name="parent"/>.</summary>
    public static string Child(string parent, string key) => PlainKey().IsMatch(key) ? $"{parent}.{key}" : $"{parent}['{key}']";

    /// <summary>The JSONPath of an element of the array at <paramref name="parent"/>.</summary>
    public static string Child(string parent, int index) => string.Create(CultureInfo.InvariantCulture, $"{parent}[{index}]");

    /// <summary>The JSONPath of the first <paramref name="count"/> segments.</summary>
    public string JsonPath(int count) => Format(Segments.Take(count));

    private static string Format(IEnumerable<Segment> segments)
    {
        string path = "$";
        foreach (Segment segment in segments)
            path = segment.Key is { } key ? Child(path, key) : Child(path, segment.Index);
        return path;
    }

    [GeneratedRegex(@"\.(?<key>[^.\[\]']+)|\[(?<index>\d+)\]|\['(?<quoted>[^']+)'\]", RegexOptions.ExplicitCapture)]
    private static partial Regex SegmentPattern();

    [GeneratedRegex("^[A-Za-z_$][A-Za-z0-9_$-]*$")]
    private static partial Regex PlainKey();
}
