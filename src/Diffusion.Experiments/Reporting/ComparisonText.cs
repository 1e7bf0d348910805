using System.Globalization;
using Diffusion.Experiments.Comparing;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Reporting;

/// <summary>A comparison of configurations in words and tables.</summary>
public static class ComparisonText
{
    /// <summary>As much as a screen shows; the rest is in the documents for scripts.</summary>
    public const int UsualBlocks = 4;

    private const int LinesShown = 8;

    private const int GroupsShown = 4;

    private const int AsGoodShown = 4;

    /// <summary>All of it, but of blocks and lines only as many as can be read.</summary>
    /// <param name="comparison">The comparison.</param>
    /// <param name="blocks">How many blocks are shown one by one.</param>
    public static IReadOnlyList<ReportSection> Full(ConfigurationComparison comparison, int blocks = UsualBlocks)
    {
        List<ReportSection> sections = [new() { Lines = [.. Introduction(comparison)] }, .. ConfoundsOf(comparison), Tallies(comparison)];
        sections.AddRange(comparison.Blocks.Take(blocks).Select(block => BlockOf(comparison, block)));
        sections.AddRange(Costs(comparison, [.. comparison.Blocks.Take(blocks)]));
        if (comparison.Blocks.Count > blocks)
            sections.Add(new() { Lines = [$"{Counted.Text(comparison.Blocks.Count - blocks, "more block")} not shown. --where selects blocks, "
                + $"as in --where {Example(comparison)}; --json and --csv have all."] });
        CostCurves[] shown = [.. comparison.Curves.Where(curves => curves.Front.Count > 0)
            .GroupBy(curves => Title(curves.Axes)).Take(blocks).SelectMany(curves => curves)];
        sections.AddRange(shown.SelectMany(curves => CurvesOf(comparison, curves)));
        sections.AddRange(comparison.Orders.Take(blocks).Select(orders => OrdersOf(comparison, orders)));
        return sections;
    }

    /// <summary>What fits beneath the tables of a run.</summary>
    /// <param name="comparison">The comparison.</param>
    /// <param name="run">How the command that shows all is told which run is meant.</param>
    public static ReportSection Brief(ConfigurationComparison comparison, string run)
    {
        string more = $"'diffusion compare {run}' shows differences with intervals, ranks, and quality against cost.";
        if (IsComputed(comparison))
            return new() { Lines = [$"{Computed(comparison)} {more}"] };
        if (comparison.Tested == 0)
        {
            int most = comparison.Blocks.SelectMany(block => block.Pairs).Select(pair => pair.Repeats).DefaultIfEmpty(0).Max();
            return new()
            {
                Lines = [most < MeanInference.FewestValues
                    ? $"Which {comparison.By} is better is undecided: only {Counted.Text(most, $"common {comparison.Unit.Noun()}")}, "
                        + $"and at least {MeanInference.FewestValues} are needed ({comparison.Unit.Setting()}).{OneNetwork(comparison, run)}"
                    : $"Which {comparison.By} is better cannot be tested: the differences are the same in all repeats. {more}"],
            };
        }

        return Tallies(comparison) with
        {
            Title = null,
            Lines = [$"Comparison by {comparison.By} ({comparison.Metric}), paired by repeat{Over(comparison)}, "
                + $"in {Counted.Text(comparison.Blocks.Count, "block")}, with Holm's correction for {Counted.Text(comparison.Tested, "comparison")}:"],
            Notes = [.. comparison.Confounds.Where(confound =>
                confound.Kind is not (ConfoundKind.Budget or ConfoundKind.SameNumbers)).Take(3).Select(confound => confound.Text), more],
        };
    }

    private static string Over(ConfigurationComparison comparison) => comparison switch
    {
        { HasNetworks: false } => "",
        { Unit: RepeatUnit.Network } => $" and averaged over the repeats of each of {comparison.Networks} trained networks",
        { IsOneNetwork: true } => ", for one trained network",
        _ => ", for one trained network a configuration",
    };

    // With fewer networks than a statement on training takes, one on the first network can still be had.
    private static string OneNetwork(ConfigurationComparison comparison, string run) => comparison.Unit == RepeatUnit.Network
        ? $" 'diffusion compare {run} --where {CellSelection.TrainingRepeat}=0' compares for the first network alone."
        : "";

    private static bool IsComputed(ConfigurationComparison comparison) => Estimates(comparison).Any(estimate => estimate.IsComputed);

    private static IEnumerable<Estimate> Estimates(ConfigurationComparison comparison) =>
        comparison.Blocks.SelectMany(block => block.Configurations).Select(configuration => configuration.Estimate).OfType<Estimate>();

    private static string Computed(ConfigurationComparison comparison) =>
        $"Values of {comparison.Metric} are computed, not drawn, and the same in every repeat: differences beyond the errors of their quadratures "
            + "need no test.";

    private static IEnumerable<string> Introduction(ConfigurationComparison comparison)
    {
        string[] axes = [.. comparison.Blocks.SelectMany(block => block.Axes.Keys).Distinct()];
        yield return $"{comparison.Metric} of {string.Join(" and ", comparison.Runs)}. {comparison.Goal}";
        if (comparison.Levels is { } levels)
            yield return $"Measured on the way from noise to data, at the level of each grid that is nearest to {levels.Time}, "
                + $"against the exact law there: {levels}.";
        string whom = comparison.Baseline is { } baseline ? $"each with {comparison.By} {baseline}" : "each with each";
        yield return axes.Length == 0
            ? $"{comparison.Names.Count} values of {comparison.By} are compared, {whom}."
            : $"{comparison.Names.Count} values of {comparison.By} are compared, {whom}, in {Counted.Text(comparison.Blocks.Count, "block")}. "
                + $"A block is one combination of {string.Join(", ", axes)}.";
        string needed = $"Each 95 % interval is for one difference; it needs at least {MeanInference.FewestValues} {comparison.Unit.Noun()}s.";
        yield return comparison.Unit == RepeatUnit.Network
            ? "Differences are paired by repeat and averaged over the repeats of each trained network; n counts the networks that both sides have (common n). "
                + needed
            : $"Differences are paired by repeat, over the repeats that both sides have (common n). {needed}";
        yield return $"'better' and 'worse' hold after Holm's correction for {Counted.Text(comparison.Tested, "comparison")}: "
            + "the probability that any of them is wrong is at most 5 %. Fewer comparisons (--where, --baseline) can decide more.";
        yield return Covered(comparison);
        if (comparison.Blocks.Any(block => block.Configurations.Any(configuration => configuration.Exact is not null)))
            yield return $"'exact sampler' is what a sampler without error scores with as many samples; {ComparisonCell.ExactMark} marks what is not "
                + "distinguishable from it.";
        if (IsComputed(comparison))
            yield return $"Values of {comparison.Metric} are {ComputedValues.Text(Estimates(comparison))} Differences beyond these errors need no test.";
    }

    // What an error covers is as much a part of it as its size.
    private static string Covered(ConfigurationComparison comparison)
    {
        string networks = comparison switch
        {
            { HasNetworks: false } => "",
            { Unit: RepeatUnit.Network } => $" {comparison.Networks} trained networks a configuration, each with a seed of its own: what is said holds for "
                + "training in general, and the errors include the spread between networks.",
            { IsOneNetwork: true } => " One trained network, the same in all repeats: what is said holds for this network, not for training in general.",
            _ => " Each network was trained once and is the same in all repeats: what is said holds for these networks, not for training in general.",
        };
        return comparison.References switch
        {
            [ReferenceDraw.PerRepeat] => $"Repeats draw new noise and new reference rows, so the errors include both.{networks}",
            [ReferenceDraw.Shared] when comparison.Levels is not null =>
                $"Repeats draw new noise. The reference rows are made from rows that are the same in all repeats: what is said holds for these rows.{networks}",
            [ReferenceDraw.Shared] => $"Repeats draw new noise. The reference rows are the same in all repeats: what is said holds for these rows.{networks}",
            _ => "Repeats draw new noise. Some runs also draw new reference rows in each repeat, others share theirs: "
                + $"their errors do not cover the same.{networks}",
        };
    }

    private static IEnumerable<ReportSection> ConfoundsOf(ConfigurationComparison comparison)
    {
        if (comparison.Confounds.Count == 0)
            yield break;
        yield return new()
        {
            Title = "Confounds",
            Lines = [.. comparison.Confounds.Take(LinesShown).Select(confound => confound.Text),
                .. comparison.Confounds.Count > LinesShown
                    ? [$"… and {comparison.Confounds.Count - LinesShown} more; --json has all."]
                    : Array.Empty<string>()],
        };
    }

    private static ReportSection Tallies(ConfigurationComparison comparison) => new()
    {
        Title = comparison.Baseline is { } baseline
            ? $"Wins, ties and losses against {comparison.By} {baseline}, in {Counted.Text(comparison.Blocks.Count, "block")} (tie: not distinguishable)"
            : $"Wins, ties and losses against each other, in {Counted.Text(comparison.Blocks.Count, "block")} (tie: not distinguishable)",
        Table = new(
            [comparison.By, "wins", "ties", "losses", "undecided"],
            [.. comparison.Tallies.Where(tally => tally.Name != comparison.Baseline)
                .Select(tally => (string[])[tally.Name, $"{tally.Won}", $"{tally.Tied}", $"{tally.Lost}", $"{tally.Open}"])]),
    };

    private static ReportSection BlockOf(ConfigurationComparison comparison, ComparisonBlock block)
    {
        ConfigurationResult[] measured = [.. block.Configurations.Where(configuration => configuration.Estimate is not null)];
        string? reference = comparison.Baseline ?? measured.FirstOrDefault()?.Name;
        return new()
        {
            Title = block.Axes.Count == 0 ? "All" : Title(block.Axes),
            Table = new(
                [
                    "rank", comparison.By, "mean ± standard error", "n", "evaluations", $"difference from {reference}", "95 % interval", "common n",
                    "p (Holm)", $"against {reference}",
                ],
                [.. ExactRow(block), .. block.Configurations.Select(configuration => Row(block, configuration, reference, comparison.Unit))]),
            Notes = block.NotDistinguishable.Count == 0 ? [] : [Groups(block.NotDistinguishable)],
        };
    }

    private static string Groups(IReadOnlyList<IReadOnlyList<string>> groups)
    {
        string shown = string.Join("; ", groups.Take(GroupsShown).Select(group => string.Join(", ", group)));
        return "Not distinguishable from one another: "
            + $"{shown}{(groups.Count > GroupsShown ? $"; and {groups.Count - GroupsShown} more such groups (--json)" : "")}.";
    }

    // The configurations of a block share their floor, unless they differ in data or samples.
    private static string[][] ExactRow(ComparisonBlock block) =>
    [
        .. block.Configurations.Select(configuration => configuration.Exact).OfType<Estimate>().DistinctBy(exact => exact.Mean).Take(2).ToArray() is [var exact]
            ? [["", "exact sampler", $"{exact}", $"{exact.Count}", "", "", "", "", "", ""]]
            : Array.Empty<string[]>(),
    ];

    private static string[] Row(ComparisonBlock block, ConfigurationResult configuration, string? reference, RepeatUnit unit)
    {
        string trouble = Comparing.Confounds.Trouble(configuration);
        if (configuration.Estimate is not { } estimate)
            return ["", configuration.Name, trouble, "0", Evaluations(configuration), "", "", "", "", ""];
        PairDifference? pair = reference is null || configuration.Name == reference ? null : block.Find(configuration.Name, reference);
        return
        [
            configuration.Ranks is { } ranks && ranks.Low != ranks.High ? $"{configuration.Rank} ({ranks})" : $"{configuration.Rank}",
            configuration.Name,
            $"{estimate}{(trouble.Length == 0 ? "" : $" ({trouble})")}{(configuration.IsAsExact ? $" {ComparisonCell.ExactMark}" : "")}",
            $"{estimate.Count}",
            Evaluations(configuration),
            pair?.Difference is { } difference ? Signed(difference) : "",
            pair?.Interval is { } interval ? Bracketed(interval) : "",
            pair is null ? "" : $"{pair.Repeats}",
            pair?.AdjustedPValue is { } p ? Probability(p) : "",
            pair is null ? "" : Says(pair, unit),
        ];
    }

    /// <summary>A verdict in words, from the side of the first.</summary>
    /// <param name="pair">The two.</param>
    /// <param name="unit">What counts as one repetition.</param>
    internal static string Says(PairDifference pair, RepeatUnit unit) => pair.Verdict switch
    {
        PairVerdict.Better => "better",
        PairVerdict.Worse => "worse",
        PairVerdict.Same => "the same to 5 digits",
        PairVerdict.DoesNotVary => "the same difference in all repeats: its error is unknown",
        PairVerdict.TooFewRepeats => $"undecided: fewer than {MeanInference.FewestValues} common {unit.Noun()}s",
        PairVerdict.NoCommonRepeats => "no common repeat",
        _ when pair.RepeatsNeeded is { } needed => $"not distinguishable; about {RepeatPlanning.Rounded(needed)} {unit.Noun()}s would decide",
        _ => "not distinguishable",
    };

    private static IEnumerable<ReportSection> Costs(ConfigurationComparison comparison, IReadOnlyList<ComparisonBlock> blocks)
    {
        CostMeasure[] known = [.. Enum.GetValues<CostMeasure>()
            .Where(measure => blocks.Any(block => block.Configurations.Any(configuration => configuration.CostOf(measure) is not null)))];
        // Older records have evaluations and seconds alone, which stand elsewhere.
        if (!known.Except(CostMeasureExtensions.Usual).Any())
            yield break;
        string[] axes = [.. blocks.SelectMany(block => block.Axes.Keys).Distinct()];
        yield return new()
        {
            Title = "Costs of sampling, means over repeats",
            Lines = ["Times are as measured after a warm-up, possibly while other cells ran. Memory is that of the whole process while it sampled."],
            Table = new(
                [.. axes, comparison.By, .. known.Select(measure => measure.Title())],
                [.. blocks.SelectMany(block => block.Configurations.Where(configuration => configuration.Evaluations is not null).Select(configuration =>
                    (string[])
                    [
                        .. axes.Select(axis => block.Axes.GetValueOrDefault(axis, "")),
                        configuration.Name,
                        .. known.Select(measure => measure == CostMeasure.Evaluations
                            ? Evaluations(configuration)
                            : configuration.CostOf(measure) is { } cost ? Number(cost) : ""),
                    ]))]),
        };
    }

    private static IEnumerable<ReportSection> CurvesOf(ConfigurationComparison comparison, CostCurves curves)
    {
        string unit = curves.Measure.Title(), where = curves.Axes.Count == 0 ? "" : $" ({Title(curves.Axes)})";
        // Crossings of those that do best come first.
        Dictionary<string, int> standing = comparison.Tallies.Index().ToDictionary(tally => tally.Item.Name, tally => tally.Index);
        bool hasBudgets = curves.Front.Any(point => point.Budget.Length > 0);
        yield return new()
        {
            Title = $"Quality against {unit}{where}",
            Lines = [curves.Measure switch
            {
                CostMeasure.Evaluations => "Pareto front: nothing has a better mean at the same number of evaluations or fewer. Crossings of curves are "
                    + "interpolated between budgets.",
                CostMeasure.PeakMemory => "Pareto front: nothing has a better mean with the same memory or less. It is that of the whole process while it "
                    + "sampled.",
                _ => "Pareto front: nothing has a better mean in the same time or less. Times are as measured, possibly while other cells ran.",
            }],
            Table = new(
                [unit, comparison.By, .. hasBudgets ? ["at"] : Array.Empty<string>(), "mean ± standard error", "n", "not distinguishable, at no higher cost"],
                [.. curves.Front.Select(point => (string[])
                [
                    Number(point.Cost),
                    point.Name,
                    .. hasBudgets ? [point.Budget] : Array.Empty<string>(),
                    $"{point.Estimate}",
                    $"{point.Estimate.Count}",
                    point.AsGood.Count <= AsGoodShown
                        ? string.Join(", ", point.AsGood)
                        : $"{string.Join(", ", point.AsGood.Take(AsGoodShown))} and {point.AsGood.Count - AsGoodShown} more",
                ])]),
            Notes =
            [
                .. curves.Crossings.OrderBy(crossing => standing[crossing.Below] + standing[crossing.Above]).Take(LinesShown).Select(crossing =>
                    $"{crossing.Below} beats {crossing.Above} from {Number(crossing.Range.Low)} to {Number(crossing.At)} {unit} (95 % interval of the "
                        + $"crossing {Number(crossing.Interval.Low)} to {Number(crossing.Interval.High)}, {Interpolated(crossing)}), "
                        + $"and loses to it from there to {Number(crossing.Range.High)}; n={crossing.Repeats}."),
                .. curves.Crossings.Count > LinesShown
                    ? [$"… and {curves.Crossings.Count - LinesShown} more crossings; --json has all."]
                    : Array.Empty<string>(),
                .. curves.Unplaced > 0
                    ? [$"Crossings of {Counted.Text(curves.Unplaced, "pair")} are unknown: in some repeat a larger budget cost less than a smaller one."]
                    : Array.Empty<string>(),
            ],
        };
        if (curves.Slopes.Count == 0)
            yield break;
        yield return new()
        {
            Lines = [$"Slope of log {comparison.Metric} against log evaluations, where the curve is straight within 10 %:"],
            Table = new(
                [comparison.By, "slope", "95 % interval", "evaluations", "budgets", "n"],
                [.. curves.Slopes.Select(slope => (string[])
                [
                    slope.Name,
                    slope.Exponent.ToString("f2", CultureInfo.InvariantCulture),
                    slope.Interval is { } interval ? string.Create(CultureInfo.InvariantCulture, $"{interval.Low:f2} to {interval.High:f2}") : "",
                    $"{Number(slope.Range.Low)} to {Number(slope.Range.High)}",
                    $"{slope.Points}",
                    $"{slope.Repeats}",
                ])]),
        };
    }

    private static ReportSection OrdersOf(ConfigurationComparison comparison, ObservedOrders orders) => new()
    {
        Title = $"Observed order{(orders.Axes.Count == 0 ? "" : $" ({Title(orders.Axes)})")}",
        Lines = [$"Minus the slope of log {comparison.Metric} against log steps, over the longest range in which it is straight within 10 %; then between "
            + $"{string.Join(", ", orders.Orders.SelectMany(StepCounts).Distinct().Order())} steps."],
        Table = new(
            [comparison.By, "declared", "observed", "95 % interval", "steps", "n", "between neighbours"],
            [.. orders.Orders.Select(order => (string[])
            [
                order.Name,
                order.Declared?.ToString("0.##", CultureInfo.InvariantCulture) ?? "none",
                order.Order?.ToString("f2", CultureInfo.InvariantCulture) ?? "not straight",
                order.Interval is { } interval ? string.Create(CultureInfo.InvariantCulture, $"{interval.Low:f2} to {interval.High:f2}") : "",
                order.Steps is { } steps ? string.Create(CultureInfo.InvariantCulture, $"{steps.Low:0} to {steps.High:0}") : "",
                $"{order.Repeats}",
                string.Join(", ", order.Between.Select(step => step.Order.ToString("f2", CultureInfo.InvariantCulture))),
            ])]),
    };

    // Less than the digits shown is nothing.
    private static string Interpolated(CostCrossing crossing) => crossing.Interpolation is { } moved
        ? $"of which interpolation {(moved < 5e-4 * crossing.At ? "0" : Number(moved))}"
        : "without the interpolation, of which two budgets tell nothing";

    private static IEnumerable<int> StepCounts(ObservedOrder order) => order.Between.SelectMany(step => new[] { step.From, step.To });

    private static string Example(ConfigurationComparison comparison) =>
        comparison.Blocks[^1].Axes is { Count: > 0 } axes ? $"{axes.Last().Key}={axes.Last().Value}" : "steps=10";

    private static string Title(IReadOnlyDictionary<string, string> axes) => string.Join(", ", axes.Select(axis => $"{axis.Key} {axis.Value}"));

    private static string Evaluations(ConfigurationResult configuration) =>
        configuration.Evaluations is { } evaluations ? evaluations.ToString("0.#", CultureInfo.InvariantCulture) : "";


    private static string Number(double value) => value.ToString("g3", CultureInfo.InvariantCulture);

    private static string Signed(double value) => string.Create(CultureInfo.InvariantCulture, $"{(value > 0 ? "+" : "")}{value:g3}");

    private static string Bracketed(Interval interval) => $"{Signed(interval.Low)} to {Signed(interval.High)}";

    private static string Probability(double p) => p < 0.001 ? "<0.001" : p.ToString("f3", CultureInfo.InvariantCulture);
}
