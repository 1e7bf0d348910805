using System.Globalization;
using System.IO.Enumeration;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;

namespace Diffusion.Experiments.Planning;

/// <summary>Reads what an axis takes: a list, patterns of component names, a range, or seeded random draws.</summary>
/// <param name="catalogue">The components that patterns can name.</param>
/// <param name="problems">Where everything goes that is wrong.</param>
internal sealed class SweepValues(ComponentCatalogue catalogue, ManifestProblems problems)
{
    private const int MaximumValues = 10_000;

    private static readonly string[] Forms = [ManifestKeys.Range, ManifestKeys.LogRange, ManifestKeys.Random];
    private static readonly string[] RandomKeys = ["uniform", "logUniform", "count", "seed"];

    /// <summary>The values of an axis in order.</summary>
    /// <returns>Null, with a problem added, when there are none.</returns>
    public IReadOnlyList<ManifestNode>? Read(ManifestPath path, ManifestNode stated)
    {
        bool isWhole = stated[ManifestKeys.Whole]?.Text == "true";
        IReadOnlyList<ManifestNode>? values = stated.Kind switch
        {
            ManifestNodeKind.Array when stated.Items.Count > MaximumValues =>
                Refuse(stated.Origin, FormattableString.Invariant($"the axis has {stated.Items.Count} values; at most {MaximumValues} are possible")),
            ManifestNodeKind.Array => [.. stated.Items.SelectMany(item => Expand(path, item))],
            ManifestNodeKind.Object when stated[ManifestKeys.Whole] is { Kind: not ManifestNodeKind.Boolean } flag =>
                Refuse(flag.Origin, $"expected true or false, found {flag.KindInWords}"),
            ManifestNodeKind.Object when stated.Without(ManifestKeys.Whole).Members is [var form] => form.Name switch
            {
                ManifestKeys.Range => WholeIf(isWhole, ReadRange(form.Value)),
                ManifestKeys.LogRange => WholeIf(isWhole, ReadLogRange(form.Value)),
                ManifestKeys.Random => ReadRandom(form.Value, isWhole),
                _ => Refuse(form.NameOrigin, $"unknown kind of values '{form.Name}'{NameSuggestions.Hint(form.Name, Forms)}"),
            },
            _ => Refuse(stated.Origin, $"expected an array of values, or an object with one of {string.Join(", ", Forms)}, found {stated.KindInWords}"),
        };
        if (values is { Count: 0 })
            return stated.Kind == ManifestNodeKind.Array && stated.Items.Count > 0 ? null : Refuse(stated.Origin, "an axis needs at least one value");

        HashSet<string> labels = [];
        foreach (ManifestNode value in values ?? [])
        {
            if (!labels.Add(AxisLabel.Format(value)))
                problems.Add(value.Origin, $"{AxisLabel.Format(value)} is listed twice on this axis");
        }

        return values;
    }

    // "dpm*" where a component stands is every component of that kind whose name fits.
    private IEnumerable<ManifestNode> Expand(ManifestPath path, ManifestNode item)
    {
        if (item.Kind != ManifestNodeKind.String || !item.Text.Contains('*', StringComparison.Ordinal) || ManifestSection.Places.KindAt(path) is not { } kind)
            return [item];

        string[] names = [.. catalogue.All.Where(c => c.Kind == kind && FileSystemName.MatchesSimpleExpression(item.Text, c.Name)).Select(c => c.Name)];
        if (names.Length == 0)
            problems.Add(item.Origin, $"no {kind.Prose()} matches '{item.Text}' (known: {string.Join(", ", catalogue.Names(kind))})");
        return names.Select(name => ManifestNode.Scalar(ManifestNodeKind.String, name, item.Origin));
    }

    // Numbers that meet in one whole number are one value.
    private static IReadOnlyList<ManifestNode>? WholeIf(bool isWhole, IReadOnlyList<ManifestNode>? values) => !isWhole
        ? values
        : values?.Select(node => Number(Math.Round(double.Parse(node.Text, CultureInfo.InvariantCulture), MidpointRounding.AwayFromZero), node.Origin))
            .DistinctBy(node => node.Text)
            .ToArray();

    private IReadOnlyList<ManifestNode>? ReadRange(ManifestNode stated)
    {
        if (Numbers(stated, 3) is not [double first, double last, double step])
            return Refuse(stated.Origin, "expected [first, last, step]");
        if (step == 0 || (last - first) / step < 0)
            return Refuse(stated.Origin, "the step does not lead from the first number to the last");

        // The last number belongs to the range though rounding may put it just beyond.
        double count = Math.Floor(((last - first) / step) + 1e-9) + 1;
        return count <= MaximumValues
            ? [.. Enumerable.Range(0, (int)count).Select(i => Number(Rounded(first + (i * step)), stated.Origin))]
            : Refuse(stated.Origin, FormattableString.Invariant($"the range has {count} values; at most {MaximumValues} are possible"));
    }

    private IReadOnlyList<ManifestNode>? ReadLogRange(ManifestNode stated) => Numbers(stated, 3) switch
    {
        [ > 0 and var first, > 0 and var last, >= 2 and <= MaximumValues and var count] when double.IsInteger(count) =>
            [.. Enumerable.Range(0, (int)count).Select(
                i => Number(i == 0 ? first : i == (int)count - 1 ? last : NumberText.Rounded(first * Math.Pow(last / first, i / (count - 1))), stated.Origin))],
        _ => Refuse(stated.Origin, FormattableString.Invariant($"expected [first, last, count] with positive ends and 2 to {MaximumValues} values")),
    };

    private IReadOnlyList<ManifestNode>? ReadRandom(ManifestNode stated, bool isWhole)
    {
        if (stated.Kind != ManifestNodeKind.Object)
            return Refuse(stated.Origin, $"expected an object with {string.Join(", ", RandomKeys)}, found {stated.KindInWords}");
        if (stated.Members.FirstOrDefault(m => !RandomKeys.Contains(m.Name)) is { } unknown)
            return Refuse(unknown.NameOrigin, $"unknown key '{unknown.Name}' in {ManifestKeys.Random}{NameSuggestions.Hint(unknown.Name, RandomKeys)}");

        bool isLog = stated["logUniform"] is not null;
        if ((stated["uniform"] is not null) == isLog)
            return Refuse(stated.Origin, "expected one of uniform and logUniform, [low, high]");
        ManifestNode ends = stated["logUniform"] ?? stated["uniform"]!;
        if (Numbers(ends, 2) is not [double low, double high] || !(low < high) || (isLog && low <= 0))
            return Refuse(ends.Origin, $"expected [low, high] with low below high{(isLog ? ", both positive" : "")}");
        if (stated["count"] is not { } countNode || WholeNumber(countNode) is not (>= 1 and <= MaximumValues and var count))
            return Refuse((stated["count"] ?? stated).Origin, FormattableString.Invariant($"expected a count between 1 and {MaximumValues}"));
        if ((stated["seed"] is { } seedNode ? WholeNumber(seedNode) : 0) is not { } seed)
            return Refuse(stated["seed"]!.Origin, "expected a whole number");

        if (isWhole)
            return WholeDraws(stated.Origin, ends, (ulong)seed, (int)count, low, high, isLog);
        return [.. Enumerable.Range(0, (int)count).Select(i => Number(Between(low, high, isLog, Uniform((ulong)seed, (ulong)i)), stated.Origin))];
    }

    // Each whole number once: a draw that is there already is passed over, so that more draws leave the earlier ones as they are.
    private IReadOnlyList<ManifestNode>? WholeDraws(ManifestOrigin origin, ManifestNode ends, ulong seed, int count, double low, double high, bool isLog)
    {
        const int drawsForEach = 1000;
        (double first, double last) = (Math.Ceiling(low), Math.Floor(high));
        if (last - first + 1 < count || Math.Abs(first) > 1L << 52 || Math.Abs(last) > 1L << 52)
            return Refuse(ends.Origin, FormattableString.Invariant($"expected ends between which {count} whole numbers lie"));
        List<double> drawn = [];
        HashSet<double> seen = [];
        for (ulong place = 0; drawn.Count < count && place < (ulong)count * drawsForEach; place++)
        {
            double value = Math.Min(last, Math.Floor(Between(first, last + 1, isLog, Uniform(seed, place))));
            if (seen.Add(value))
                drawn.Add(value);
        }

        return drawn.Count == count
            ? [.. drawn.Select(value => Number(value, origin))]
            : Refuse(ends.Origin, FormattableString.Invariant(
                $"{count} different whole numbers are hardly ever drawn here: only {drawn.Count} came up; ask for fewer, or state a range"));
    }

    private static double Between(double low, double high, bool isLog, double u) => isLog ? low * Math.Pow(high / low, u) : low + (u * (high - low));

    // SplitMix64 (Steele, Lea & Flood 2014) of seed and place: more draws leave the earlier ones as they are.
    private static double Uniform(ulong seed, ulong place)
    {
        ulong z = seed + ((place + 1) * 0x9E3779B97F4A7C15UL);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return (z ^ (z >> 31)) * Math.Pow(2, -64);
    }

    private static double[]? Numbers(ManifestNode node, int count) =>
        node.Kind == ManifestNodeKind.Array && node.Items.Count == count && node.Items.All(item => item.Kind == ManifestNodeKind.Number)
            ? [.. node.Items.Select(item => double.Parse(item.Text, NumberStyles.Float, CultureInfo.InvariantCulture))]
            : null;

    private static long? WholeNumber(ManifestNode node) =>
        node.Kind == ManifestNodeKind.Number && long.TryParse(node.Text, CultureInfo.InvariantCulture, out long value) ? value : null;

    // 0.1 three times is 0.3 to whoever wrote the range.
    private static double Rounded(double value) => double.Parse(value.ToString("G15", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static ManifestNode Number(double value, ManifestOrigin origin) =>
        ManifestNode.Scalar(ManifestNodeKind.Number, NumberText.Format(value), origin);

    private IReadOnlyList<ManifestNode>? Refuse(ManifestOrigin origin, string message)
    {
        problems.Add(origin, message);
        return null;
    }
}
