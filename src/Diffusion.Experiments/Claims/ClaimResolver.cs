using System.Globalization;
using System.Text.RegularExpressions;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;

namespace Diffusion.Experiments.Claims;

/// <summary>Finds the cells of a sweep that claims are about, and what must hold of them.</summary>
/// <param name="axes">Paths of the sweep's axes, in its order.</param>
/// <param name="configurations">The sweep's configurations, in its order.</param>
/// <param name="problems">Where everything goes that is wrong.</param>
internal sealed partial class ClaimResolver(
    IReadOnlyList<string> axes, IReadOnlyList<ClaimedConfiguration> configurations, ManifestProblems problems)
{
    // Each is looked at with every look at the records.
    private const int MostComparisons = 100_000;

    /// <summary>What claims come to. Those in which something is wrong are left out, with problems added.</summary>
    public IReadOnlyList<ResolvedClaim> Resolve(IReadOnlyList<StatedClaim> claims)
    {
        List<ResolvedClaim> resolved = [];
        foreach (StatedClaim stated in claims)
        {
            if (Comparisons(stated) is not { } found)
                continue;
            ClaimedComparison[] comparisons = [.. found.Take(MostComparisons + 1)];
            if (comparisons.Length > MostComparisons)
                problems.Add(stated.OriginOf(ManifestKeys.Where), FormattableString.Invariant(
                    $"the claim is about more than {MostComparisons} comparisons; at most that many can be judged"));
            else if (comparisons.Length > 0)
                resolved.Add(new(stated, comparisons));
        }

        return resolved;
    }

    // Null, or none of them, with problems added, where something is wrong.
    private IEnumerable<ClaimedComparison>? Comparisons(StatedClaim stated) =>
        Select(stated, ManifestKeys.Where, stated.Claim.Where, configurations) is not { } cells ? null : stated.Claim switch
        {
            ValueClaim value => cells.Select(cell => new ClaimedContrast(Title(cell, cells), [new(1, cell, value.Metric)], value.Region)),
            BoundClaim bound => cells.SelectMany(cell => Bounds(bound, cell, Title(cell, cells))),
            LessClaim less => Differences(stated, cells, less),
            EquivalentClaim same => Pairs(stated, cells, same.Left, same.Right)?.Select(pair => new ClaimedContrast(
                pair.Place,
                [new(1, pair.Left, same.Metric, same.Left.IsExactSampler), new(-1, pair.Right, same.Metric, same.Right.IsExactSampler)],
                new(-same.Within, same.Within))),
            IdenticalClaim identical => Identities(stated, cells, identical),
            MonotoneClaim monotone => Along(stated, cells, monotone.Along, 2, null)?.SelectMany(line => Steps(monotone, line)),
            OrderClaim order => Along(stated, cells, order.Along, OrderClaim.FewestPoints, order.Range)?.Select(line => Slope(order, line)),
            RankAgreementClaim ranks => Rankings(stated, cells, ranks),
            var other => throw new InvalidOperationException($"{other.GetType().Name} has no meaning yet."),
        };

    private IEnumerable<ClaimedComparison>? Differences(StatedClaim stated, IReadOnlyList<ClaimedConfiguration> cells, LessClaim claim)
    {
        if (claim.MeanOver is { } axis && !Knows(stated, ManifestKeys.MeanOver, axis, cells))
            return null;
        // Pairs that differ in the axis alone have one place.
        return Pairs(stated, cells, claim.Left, claim.Right, claim.MeanOver)?
            .GroupBy(pair => claim.MeanOver is null ? (object)pair : pair.Place)
            .Select(group => new ClaimedContrast(
                group.First().Place,
                [.. group.SelectMany(pair => (ContrastTerm[])
                [
                    new(1.0 / group.Count(), pair.Left, claim.Metric, claim.Left.IsExactSampler),
                    new(-1.0 / group.Count(), pair.Right, claim.Metric, claim.Right.IsExactSampler),
                ])],
                new(null, 0 - claim.ByAtLeast, IsBelowHigh: claim.ByAtLeast == 0),
                claim.Logarithmic));
    }

    private static IEnumerable<ClaimedComparison> Bounds(BoundClaim claim, ClaimedConfiguration cell, string place)
    {
        if (claim.AtMost is { } above)
            yield return new ClaimedContrast(place, [new(1, cell, claim.Metric), new(-above.Times, cell, above.Metric)], new(null, 0));
        if (claim.AtLeast is { } below)
            yield return new ClaimedContrast(place, [new(1, cell, claim.Metric), new(-below.Times, cell, below.Metric)], new(0, null));
    }

    // The cells among some that meet conditions; every value that is stated must be that of one of them.
    private IReadOnlyList<ClaimedConfiguration>? Select(
        StatedClaim stated, string key, CellConditions conditions, IReadOnlyList<ClaimedConfiguration> among)
    {
        if (conditions.All.Count == 0)
            return among;
        ManifestNode node = stated.Node[key]!;
        bool isKnown = true;
        foreach (CellCondition condition in conditions.All)
        {
            if (axes.Contains(condition.Path) || configurations.Any(cell => cell.LabelOf(condition.Path) is not null))
                continue;
            problems.Add(node.Member(condition.Path)!.NameOrigin, $"unknown path '{condition.Path}'{NameSuggestions.Hint(condition.Path, [.. axes])}");
            isKnown = false;
        }

        if (!isKnown)
            return null;
        ClaimedConfiguration[] met = [.. among.Where(cell => cell.Meets(conditions))];
        // A value that stands nowhere explains more than two that stand nowhere together.
        foreach (IReadOnlyList<ClaimedConfiguration> cells in new[] { among, met })
        {
            foreach ((CellCondition condition, int index, string value) in conditions.All.SelectMany(
                condition => condition.Values.Index().Select(value => (condition, value.Index, value.Item))))
            {
                if (cells.Any(cell => cell.Meets(condition.Path, value)))
                    continue;
                ManifestNode place = node[condition.Path]!;
                string[] labels = [.. among.Select(cell => cell.LabelOf(condition.Path)).OfType<string>().Distinct()];
                problems.Add(
                    (place.Kind == ManifestNodeKind.Array ? place.Items[index] : place).Origin,
                    cells == met
                        ? $"no cell with {condition.Path} {value} meets the other conditions too"
                        : $"no cell has {condition.Path} '{value}'{NameSuggestions.Hint(value, labels)}");
                return null;
            }
        }

        if (met.Length > 0)
            return met;
        problems.Add(node.Origin, "no cell meets this");
        return null;
    }

    private IReadOnlyList<(string Place, ClaimedConfiguration Left, ClaimedConfiguration Right)>? Pairs(
        StatedClaim stated, IReadOnlyList<ClaimedConfiguration> cells, ComparedSide left, ComparedSide right, string? meanOver = null)
    {
        if (left.IsExactSampler && right.IsExactSampler)
        {
            problems.Add(stated.OriginOf(ManifestKeys.Right), "the exact sampler is compared with itself");
            return null;
        }

        if (left.Conditions is null || right.Conditions is null)
        {
            string key = left.IsExactSampler ? ManifestKeys.Right : ManifestKeys.Left;
            return Select(stated, key, (left.Conditions ?? right.Conditions)!, cells) is { } alone
                ? [.. alone.Select(cell => (Title(cell, alone, meanOver), cell, cell))]
                : null;
        }

        IReadOnlyList<ClaimedConfiguration>? lefts = Select(stated, ManifestKeys.Left, left.Conditions, cells),
            rights = Select(stated, ManifestKeys.Right, right.Conditions, cells);
        if (lefts is null || rights is null)
            return null;
        string[] pinned = [.. left.Conditions.All.Concat(right.Conditions.All).Select(condition => condition.Path)];
        string[] free = [.. axes.Where(axis => !pinned.Any(path => IsWithin(axis, path) || IsWithin(path, axis)))];
        ILookup<string, ClaimedConfiguration> beside = rights.ToLookup(cell => Key(cell, free));
        HashSet<string> own = [.. lefts.Select(cell => Key(cell, free))];
        if (!own.Any(beside.Contains))
        {
            string[] differing = [.. free.Where(axis => !lefts.Select(cell => cell.Axes[axis]).Intersect(rights.Select(cell => cell.Axes[axis])).Any())];
            problems.Add(
                stated.Node.Origin,
                $"no cell of '{ManifestKeys.Left}' stands beside one of '{ManifestKeys.Right}': they differ in "
                    + $"{string.Join(" and ", differing.Length > 0 ? differing : free)}, "
                    + $"and only what '{ManifestKeys.Left}' or '{ManifestKeys.Right}' names may differ");
            return null;
        }

        foreach ((IReadOnlyList<ClaimedConfiguration> side, string key, Func<string, bool> hasPartner, string other) in new (
            IReadOnlyList<ClaimedConfiguration>, string, Func<string, bool>, string)[]
        {
            (lefts, ManifestKeys.Left, beside.Contains, ManifestKeys.Right), (rights, ManifestKeys.Right, own.Contains, ManifestKeys.Left),
        })
        {
            if (side.FirstOrDefault(cell => !hasPartner(Key(cell, free))) is not { } lone)
                continue;
            problems.Add(stated.OriginOf(key), $"'{other}' has no cell beside that at {Labels(lone, free)}; 'where' can leave it out");
            return null;
        }

        (ClaimedConfiguration Left, ClaimedConfiguration Right)[] pairs =
            [.. lefts.SelectMany(cell => beside[Key(cell, free)].Select(partner => (cell, partner)))];
        if (Array.Exists(pairs, pair => pair.Left == pair.Right))
        {
            problems.Add(stated.OriginOf(ManifestKeys.Right), $"'{ManifestKeys.Left}' and '{ManifestKeys.Right}' mean the same cells");
            return null;
        }

        string[] varying = [.. axes.Where(axis => !IsAveraged(axis, meanOver) && (free.Contains(axis)
            ? Varies(lefts, axis)
            : Varies(lefts, axis) || Varies(rights, axis)))];
        return [.. pairs.Select(pair => (Place(pair.Left, pair.Right, varying, free), pair.Left, pair.Right))];
    }

    private IEnumerable<ClaimedComparison>? Identities(StatedClaim stated, IReadOnlyList<ClaimedConfiguration> cells, IdenticalClaim claim)
    {
        foreach ((ComparedSide side, string key) in new[] { (claim.Left, ManifestKeys.Left), (claim.Right, ManifestKeys.Right) })
        {
            if (!side.IsExactSampler)
                continue;
            problems.Add(stated.OriginOf(key), "an exact sampler draws samples of its own; 'equivalent' compares values with those of one");
            return null;
        }

        return Pairs(stated, cells, claim.Left, claim.Right)?.Select(pair => new ClaimedIdentity(pair.Place, pair.Left, pair.Right));
    }

    // The cells that differ in nothing but a number, from the smallest on.
    private List<(string Place, (double Number, ClaimedConfiguration Cell)[] Points)>? Along(
        StatedClaim stated, IReadOnlyList<ClaimedConfiguration> cells, string along, int fewest, IReadOnlyList<double>? range)
    {
        if (!Knows(stated, ManifestKeys.Along, along, cells))
            return null;
        List<(double Number, ClaimedConfiguration Cell)> points = [];
        foreach (ClaimedConfiguration cell in cells)
        {
            string label = cell.LabelOf(along) ?? "";
            if (Number(label) is not { } number)
            {
                problems.Add(
                    stated.OriginOf(ManifestKeys.Along), $"'{along}' is no number everywhere: a cell has {(label.Length == 0 ? "none" : $"'{label}'")}");
                return null;
            }

            if (number <= 0 && fewest > 2)
            {
                problems.Add(
                    stated.OriginOf(ManifestKeys.Along), FormattableString.Invariant($"an order needs positive numbers, and '{along}' takes {number}"));
                return null;
            }

            if (range is not [var first, var last] || (first <= number && number <= last))
                points.Add((number, cell));
        }

        if (points.Count == 0)
        {
            problems.Add(stated.OriginOf("range"), $"no cell has a number of '{along}' in this range");
            return null;
        }

        string[] free = [.. axes.Where(axis => !IsWithin(axis, along))];
        string[] varying = [.. free.Where(axis => Varies([.. points.Select(point => point.Cell)], axis))];
        List<(string, (double, ClaimedConfiguration)[])> lines = [];
        foreach (IGrouping<string, (double Number, ClaimedConfiguration Cell)> line in points.GroupBy(point => Key(point.Cell, free)))
        {
            (double Number, ClaimedConfiguration Cell)[] ordered = [.. line.OrderBy(point => point.Number)];
            string at = varying.Length == 0 ? "" : $" at {Labels(ordered[0].Cell, varying)}";
            if (ordered.Zip(ordered.Skip(1)).Any(pair => pair.First.Number == pair.Second.Number))
                problems.Add(stated.OriginOf(ManifestKeys.Along), $"two cells have the same number of '{along}'{at}");
            else if (ordered.Length < fewest)
                problems.Add(stated.OriginOf(ManifestKeys.Along), FormattableString.Invariant(
                    $"'{along}' takes {ordered.Length} {(ordered.Length == 1 ? "number" : "numbers")}{at}; the claim needs at least {fewest}"));
            else
                lines.Add((Labels(ordered[0].Cell, varying), ordered));
        }

        return lines;
    }

    private static IEnumerable<ClaimedComparison> Steps(MonotoneClaim claim, (string Place, (double Number, ClaimedConfiguration Cell)[] Points) line)
    {
        double sign = claim.Direction == MonotoneDirection.Decreasing ? 1 : -1;
        return line.Points.Zip(line.Points.Skip(1), (before, after) => new ClaimedContrast(
            Join(line.Place, FormattableString.Invariant($"{claim.Along} {before.Number} to {after.Number}")),
            [new(sign, after.Cell, claim.Metric), new(-sign, before.Cell, claim.Metric)],
            new(null, 0, IsBelowHigh: true)));
    }

    // Minus the slope of log value against log number, as the sum over points that least squares takes.
    private static ClaimedContrast Slope(OrderClaim claim, (string Place, (double Number, ClaimedConfiguration Cell)[] Points) line)
    {
        double[] logarithms = [.. line.Points.Select(point => Math.Log(point.Number))];
        double mean = logarithms.Average(), squares = logarithms.Sum(x => (x - mean) * (x - mean));
        return new(
            line.Place, [.. line.Points.Zip(logarithms, (point, x) => new ContrastTerm(-(x - mean) / squares, point.Cell, claim.Metric))], claim.Region,
            IsLogarithmic: true);
    }

    private List<ClaimedRanking>? Rankings(StatedClaim stated, IReadOnlyList<ClaimedConfiguration> cells, RankAgreementClaim claim)
    {
        if (!Knows(stated, ManifestKeys.Over, claim.Over, cells) || References(stated, claim) is not { } references)
            return null;
        string[] free = [.. axes.Where(axis => !IsWithin(axis, claim.Over))];
        string[] varying = [.. free.Where(axis => Varies(cells, axis))];
        List<ClaimedRanking> rankings = [];
        foreach (IGrouping<string, ClaimedConfiguration> group in cells.GroupBy(cell => Key(cell, free)))
        {
            List<(string Name, ClaimedConfiguration Configuration, double Reference)> ranked = [];
            foreach ((string name, double reference) in references)
            {
                ClaimedConfiguration[] meant = [.. group.Where(cell => cell.LabelOf(claim.Over) == name)];
                meant = meant.Length > 0 ? meant : [.. group.Where(cell => cell.Meets(claim.Over, name))];
                if (meant.Length > 1)
                {
                    problems.Add(stated.OriginOf("reference"), $"'{name}' of the file means {meant.Length} cells at one place: "
                        + $"{string.Join(", ", meant.Select(cell => cell.LabelOf(claim.Over)))}");
                    return null;
                }

                ranked.AddRange(meant.Select(cell => (name, cell, reference)));
            }

            string place = Labels(group.First(), varying);
            int different = ranked.Select(one => one.Reference).Distinct().Count();
            if (different < RankAgreementClaim.FewestRanked)
            {
                string at = place.Length == 0 ? "" : $" at {place}";
                problems.Add(stated.OriginOf("reference"), $"the file has different numbers for {different} values of '{claim.Over}'{at}; a ranking needs at "
                    + $"least {RankAgreementClaim.FewestRanked} "
                    + $"(known: {string.Join(", ", group.Select(cell => cell.LabelOf(claim.Over)).OfType<string>().Distinct())})");
                return null;
            }

            rankings.Add(new(place, claim.Metric, ranked, claim.TauAtLeast));
        }

        return rankings;
    }

    private List<(string Name, double Number)>? References(StatedClaim stated, RankAgreementClaim claim)
    {
        ManifestNode? root;
        try
        {
            root = ManifestParser.ParseFile(File.ReadAllBytes(claim.Reference), ManifestSource.OfFile(claim.Reference), problems);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(stated.OriginOf("reference"), $"{claim.Reference} cannot be read: {e.Message}");
            return null;
        }

        if (root is null)
            return null;
        if (root.Kind == ManifestNodeKind.Object && root.Members.All(member => member.Value.Kind == ManifestNodeKind.Number))
            return [.. root.Members.Select(member => (member.Name, double.Parse(member.Value.Text, NumberStyles.Float, CultureInfo.InvariantCulture)))];
        ManifestNode wrong = root.Members.FirstOrDefault(member => member.Value.Kind != ManifestNodeKind.Number)?.Value ?? root;
        problems.Add(wrong.Origin, $"expected {(wrong == root ? "an object of numbers, one for each name" : "a number")}, found {wrong.KindInWords}");
        return null;
    }

    private bool Knows(StatedClaim stated, string key, string path, IReadOnlyList<ClaimedConfiguration> cells)
    {
        if (axes.Contains(path) || cells.Any(cell => cell.LabelOf(path) is not null))
            return true;
        problems.Add(stated.OriginOf(key), $"the sweep has no axis '{path}'{NameSuggestions.Hint(path, [.. axes])}");
        return false;
    }

    // "solver.eta" and "solver[0]" are within "solver".
    private static bool IsWithin(string path, string outer) =>
        path == outer || (path.StartsWith(outer, StringComparison.Ordinal) && path[outer.Length] is '.' or '[');

    private static bool Varies(IReadOnlyList<ClaimedConfiguration> cells, string axis) => cells.Any(cell => cell.Axes[axis] != cells[0].Axes[axis]);

    private static string Key(ClaimedConfiguration cell, string[] axes) => string.Join('\n', axes.Select(axis => cell.Axes[axis]));

    private static string Labels(ClaimedConfiguration cell, IEnumerable<string> axes) =>
        string.Join(", ", axes.Where(axis => cell.Axes[axis].Length > 0).Select(axis => $"{axis} {cell.Axes[axis]}"));

    // What sets a cell apart from the others of its claim.
    private string Title(ClaimedConfiguration cell, IReadOnlyList<ClaimedConfiguration> cells, string? meanOver = null) =>
        Labels(cell, axes.Where(axis => !IsAveraged(axis, meanOver) && Varies(cells, axis)));

    private static bool IsAveraged(string axis, string? meanOver) => meanOver is not null && IsWithin(axis, meanOver);

    private static string Place(ClaimedConfiguration left, ClaimedConfiguration right, string[] varying, string[] free) => Join(
        string.Join(", ", varying.Except(free).Select(axis => $"{axis} {Or(left.Axes[axis])} and {Or(right.Axes[axis])}")),
        Labels(left, varying.Intersect(free)));

    private static string Or(string label) => label.Length == 0 ? "none" : label;

    private static string Join(string first, string second) => first.Length == 0 ? second : second.Length == 0 ? first : $"{first}, {second}";

    private static double? Number(string label) =>
        double.TryParse(Limit().Replace(label, "$1"), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number
            : null;

    // A budget that is a limit, as an axis has it.
    [GeneratedRegex(@"^\(atMost=(\d+)\)$")]
    private static partial Regex Limit();
}
