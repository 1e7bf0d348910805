using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using System.Text.Json.Serialization;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Comparing;

/// <summary>
/// What the repeats of a sweep say about the values of one axis: paired differences, corrected together; ranks, wins and ties; quality against cost; and what
/// else may stand behind a difference.
/// </summary>
public sealed record ConfigurationComparison
{
    /// <summary>The chance that any of the decisions of a family is wrong.</summary>
    public const double Level = 0.05;

    /// <summary>So many can be compared each with each, and read.</summary>
    public const int MostEachWithEach = 40;

    private const string Solver = "solver";

    /// <summary>The runs.</summary>
    public required IReadOnlyList<string> Runs { get; init; }

    /// <summary>The metric.</summary>
    public required string Metric { get; init; }

    /// <summary>What good values of it are like.</summary>
    public required MetricGoal Goal { get; init; }

    /// <summary>At which levels it was measured; null where samples were.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required MeasuredLevels? Levels { get; init; }

    /// <summary>The axis whose values are compared.</summary>
    public required string By { get; init; }

    /// <summary>The configurations that are compared, in the sweep's order.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>The one that all others are compared with; null where each is compared with each.</summary>
    public required string? Baseline { get; init; }

    /// <summary>The blocks at which they stand beside each other.</summary>
    public required IReadOnlyList<ComparisonBlock> Blocks { get; init; }

    /// <summary>How many comparisons were tested, and corrected together.</summary>
    public required int Tested { get; init; }

    /// <summary>Wins, ties and losses, the most wins over losses first.</summary>
    public required IReadOnlyList<ConfigurationTally> Tallies { get; init; }

    /// <summary>Quality against cost.</summary>
    public required IReadOnlyList<CostCurves> Curves { get; init; }

    /// <summary>How fast values fall with steps, where the metric says that they do.</summary>
    public required IReadOnlyList<ObservedOrders> Orders { get; init; }

    /// <summary>What else may stand behind a difference.</summary>
    public required IReadOnlyList<Confound> Confounds { get; init; }

    /// <summary>Which reference rows the repeats were compared with; both where runs differ in it.</summary>
    public required IReadOnlyList<ReferenceDraw> References { get; init; }

    /// <summary>Whether any of what is compared was learned.</summary>
    public required bool HasNetworks { get; init; }

    /// <summary>What counts as one repetition: a repeat, or a trained network where the cells come from several.</summary>
    public required RepeatUnit Unit { get; init; }

    /// <summary>How many networks were trained for a configuration, at most; 0 where nothing was learned.</summary>
    public required int Networks { get; init; }

    /// <summary>Whether all configurations that sample from a network sample from the same one.</summary>
    public required bool IsOneNetwork { get; init; }

    /// <summary>The axis that is compared where none is named: the solver, or the only axis beside steps and evaluations; null where that is open.</summary>
    public static string? DefaultAxis(IReadOnlyList<string> axes)
    {
        string[] own = [.. axes.Where(axis => !CostAxes.Contains(axis))];
        return own.Contains(Solver) ? Solver : own.Length == 1 ? own[0] : null;
    }

    /// <summary>The comparison that a run ends with, over its usual axis; null where there is nothing to compare.</summary>
    /// <param name="runs">The run.</param>
    /// <param name="metric">The metric; null for the first.</param>
    public static ConfigurationComparison? Usual(ComparedRuns runs, string? metric)
    {
        if (runs.Cells.Count == 0 || DefaultAxis(runs.Axes) is null)
            return null;
        try
        {
            return Compare(runs, new() { Metric = metric });
        }
        catch (InputException)
        {
            // One value alone, too many of them, or nothing measured yet.
            return null;
        }
    }

    /// <summary>Compares the configurations of runs.</summary>
    /// <exception cref="InputException">What is named is not there, or there is nothing to compare.</exception>
    public static ConfigurationComparison Compare(ComparedRuns runs, ComparisonOptions options)
    {
        if (runs.Cells.Count == 0)
            throw new InputException($"nothing to compare: no cell of {string.Join(" or ", runs.Runs)} has ended");
        string by = Axis(runs, options.By);
        ComparedRuns pooled = CellFilter.Apply(runs, options.Where).Pooled(by == ComparedRuns.RunAxis);
        MeasuredMetric metric = MeasuredMetric.Find(options.Metric, [.. pooled.Cells.Select(cell => cell.Record)]);
        // A union may state options of a value before the axis of values.
        string[] own = [by, .. pooled.Axes.Where(axis => axis.StartsWith($"{by}.", StringComparison.Ordinal))];
        string[] others = [.. pooled.Axes.Except(own)];
        (ComparedCell Cell, string Name)[] cells = [.. pooled.Cells.Select(cell => (cell, NameOf(cell, own))).Where(cell => cell.Item2.Length > 0)];
        string[] names = [.. cells.Select(cell => cell.Name).Distinct()];
        bool hasNetworks = cells.Any(cell => cell.Cell.Record.Model is not null);
        int networks = cells.Select(cell => cell.Cell.Record.TrainingRepeat).Distinct().Count();
        RepeatUnit unit = networks > 1 ? RepeatUnit.Network : RepeatUnit.Repeat;
        if (names.Length < 2)
            throw new InputException($"nothing to compare: {by} has one value only{(names.Length == 1 ? $", {names[0]}" : "")}; "
                + $"--by compares another axis ({string.Join(", ", runs.Axes)})");
        if (options.Baseline is { } baseline && !names.Contains(baseline))
            throw new InputException($"--baseline: {by} has no value '{baseline}'{NameSuggestions.Hint(baseline, names)}");
        if (options.Baseline is null && names.Length > MostEachWithEach)
            throw new InputException(
                $"{by} has {names.Length} values, too many to compare each with each; --baseline NAME compares all with one, --where chooses some");

        ComparisonBlock[] blocks = [.. cells
            .GroupBy(cell => string.Join('\n', others.Select(axis => ComparedRuns.LabelOf(cell.Cell, axis))))
            .Select(block => Block(block, others, metric, unit))
            .Where(block => block.Configurations.Count > 1)];
        if (blocks.Length == 0)
            throw new InputException($"nothing to compare: no two values of {by} stand in one block of the sweep, where all other axes agree");
        // Blocks that come to the same work hold the same comparison: it is tested once, and shown in each.
        (PairDifference Pair, (string, string) Cells)[][] pairs = [.. blocks.Select(block => Pairs(block, options.Baseline, unit).ToArray())];
        (PairDifference Pair, (string, string) Cells)[] distinct = [.. pairs.SelectMany(pair => pair).DistinctBy(pair => Unordered(pair.Cells))];
        IReadOnlyList<PairDifference> family = PairDifference.Decide([.. distinct.Select(pair => pair.Pair)], metric.Goal, Level);
        Dictionary<(string, string), PairDifference> known = distinct.Zip(family)
            .SelectMany(pair => new[] { (pair.First.Cells, pair.Second), (Reversed(pair.First.Cells), pair.Second.Reversed()) })
            .DistinctBy(pair => pair.Item1).ToDictionary(pair => pair.Item1, pair => pair.Item2);
        ComparisonBlock[] decided = [.. blocks.Zip(
            pairs, (block, own) => Ranked(block with { Pairs = [.. own.Select(pair => pair.Pair.DecidedAs(known[pair.Cells]))] }, options.Baseline))];
        PairDifference[] counted = [.. decided.Zip(pairs).SelectMany(block => block.First.Pairs.Zip(block.Second))
            .DistinctBy(pair => (pair.First.First, pair.First.Second, pair.Second.Cells)).Select(pair => pair.First)];
        return new()
        {
            Runs = runs.Runs,
            Metric = metric.Name,
            Goal = metric.Goal,
            Levels = metric.Time is { } time ? MeasuredLevels.Over([.. cells.Select(cell => cell.Cell)], time) : null,
            By = by,
            Names = names,
            Baseline = options.Baseline,
            Blocks = decided,
            Tested = family.Count(pair => pair.PValue is not null),
            Tallies = ConfigurationTally.CountVerdicts(names, counted),
            Curves = [.. CurvesOf(decided, metric, options.Baseline, options.Costs, unit)],
            Orders = [.. OrdersOf(decided, metric, unit)],
            // A cell that is n/a has been compared with no rows.
            References =
                [.. cells.Select(cell => cell.Cell.Record).Where(record => metric.ValueIn(record) is not null).Select(record => record.Reference).Distinct()],
            HasNetworks = hasNetworks,
            Unit = unit,
            Networks = hasNetworks ? networks : 0,
            IsOneNetwork = cells.Select(cell => cell.Cell.Record.Model).OfType<StageKey>().Distinct().Count() == 1,
            Confounds = Comparing.Confounds.Find(by, decided, options.Baseline ?? names[0], unit, metric.Time),
        };
    }

    private static string Axis(ComparedRuns runs, string? by)
    {
        string[] known = [.. runs.Axes, .. runs.Runs.Count > 1 ? [ComparedRuns.RunAxis] : Array.Empty<string>()];
        if (by is not null)
            return known.Contains(by) ? by : throw new InputException($"--by: the sweep has no axis '{by}'{NameSuggestions.Hint(by, known)}");
        return DefaultAxis(runs.Axes) ?? (runs.Runs.Count > 1
            ? ComparedRuns.RunAxis
            : throw new InputException($"--by says which axis is compared; there are {(known.Length == 0 ? "none" : string.Join(", ", known))}"));
    }

    // Options that only some values have are axes below theirs: "ddim eta=0.5" beside "heun".
    private static string NameOf(ComparedCell cell, string[] own)
    {
        string name = ComparedRuns.LabelOf(cell, own[0]);
        return name.Length == 0 ? "" : string.Join(' ', own.Skip(1)
            .Select(axis => (Option: axis[(own[0].Length + 1)..], Label: ComparedRuns.LabelOf(cell, axis)))
            .Where(option => option.Label.Length > 0).Select(option => $"{option.Option}={option.Label}").Prepend(name));
    }

    private static ComparisonBlock Block(IEnumerable<(ComparedCell Cell, string Name)> cells, string[] axes, MeasuredMetric metric, RepeatUnit unit)
    {
        ConfigurationResult[] results = [.. cells.GroupBy(cell => cell.Name, cell => cell.Cell)
            .Select(configuration => ConfigurationResult.FromRepeats(configuration.Key, metric, [.. configuration], unit))
            .OrderBy(result => result.Estimate is { } estimate ? metric.Goal.Cost(estimate.Mean) : double.PositiveInfinity)];
        ComparedCell first = results[0].Cells[0];
        return new()
        {
            Axes = axes.Select(axis => (Axis: axis, Label: ComparedRuns.LabelOf(first, axis))).Where(axis => axis.Label.Length > 0).ToDictionary(
                axis => axis.Axis, axis => axis.Label),
            Configurations = results,
            Pairs = [],
            NotDistinguishable = [],
        };
    }

    // Each with what its two sides are made of.
    private static IEnumerable<(PairDifference Pair, (string, string) Cells)> Pairs(ComparisonBlock block, string? baseline, RepeatUnit unit)
    {
        ConfigurationResult[] measured = [.. block.Configurations.Where(configuration => configuration.Estimate is not null)];
        if (baseline is null)
            return measured.Index().SelectMany(first => measured.Skip(first.Index + 1).Select(second => Between(first.Item, second)));
        return measured.FirstOrDefault(configuration => configuration.Name == baseline) is { } reference
            ? measured.Where(configuration => configuration != reference).Select(configuration => Between(configuration, reference))
            : [];

        (PairDifference, (string, string)) Between(ConfigurationResult first, ConfigurationResult second) =>
            (PairDifference.Between(first.Name, second.Name, first.Values, second.Values, unit), (first.Identity, second.Identity));
    }

    private static (string, string) Reversed((string First, string Second) cells) => (cells.Second, cells.First);

    private static (string, string) Unordered((string First, string Second) cells) =>
        string.CompareOrdinal(cells.First, cells.Second) <= 0 ? cells : Reversed(cells);

    private static ComparisonBlock Ranked(ComparisonBlock block, string? baseline)
    {
        ConfigurationResult[] measured = [.. block.Configurations.Where(configuration => configuration.Estimate is not null)];
        Dictionary<(string, string), PairVerdict> verdicts = block.Pairs.Concat(block.Pairs.Select(pair => pair.Reversed()))
            .ToDictionary(pair => (pair.First, pair.Second), pair => pair.Verdict);
        RankInterval[] ranks = RankInterval.FromPairs(measured.Length, (i, j) => Verdict(i, j) == PairVerdict.Better);
        IReadOnlyList<int[]> groups = baseline is null
            ? MaximalGroups.Find(measured.Length, (i, j) => Verdict(i, j) is PairVerdict.NotDistinguishable or PairVerdict.Same)
            : [];
        return block with
        {
            Configurations = [.. block.Configurations.Select(configuration => Array.IndexOf(measured, configuration) is >= 0 and var index
                ? configuration with { Rank = index + 1, Ranks = baseline is null ? ranks[index] : null }
                : configuration)],
            NotDistinguishable = [.. groups.Select(group => (IReadOnlyList<string>)[.. group.Select(i => measured[i].Name)])],
        };

        PairVerdict Verdict(int i, int j) => verdicts.GetValueOrDefault((measured[i].Name, measured[j].Name), PairVerdict.NoCommonRepeats);
    }

    // The blocks that differ in cost alone, with the axes that they share.
    private static IEnumerable<(IReadOnlyDictionary<string, string> Axes, IEnumerable<ComparisonBlock> Blocks)> BesideCosts(
        IReadOnlyList<ComparisonBlock> blocks) => blocks
        .GroupBy(block => string.Join('\n', block.Axes.Where(axis => !CostAxes.Contains(axis.Key)).Select(axis => $"{axis.Key}={axis.Value}")))
        .Select(group => (
            (IReadOnlyDictionary<string, string>)group.First().Axes.Where(axis => !CostAxes.Contains(axis.Key)).ToDictionary(), group.AsEnumerable()));

    private static IEnumerable<ObservedOrders> OrdersOf(IReadOnlyList<ComparisonBlock> blocks, MeasuredMetric metric, RepeatUnit unit) => BesideCosts(blocks)
        .Select(group => new ObservedOrders(
            group.Axes, ObservedOrder.Estimate(group.Blocks.SelectMany(block => block.Configurations), metric.Convergence, unit)))
        .Where(orders => orders.Orders.Count > 0);

    private static IEnumerable<CostCurves> CurvesOf(
        IReadOnlyList<ComparisonBlock> blocks, MeasuredMetric metric, string? baseline, IReadOnlyList<CostMeasure> costs, RepeatUnit unit)
    {
        foreach ((IReadOnlyDictionary<string, string> axes, IEnumerable<ComparisonBlock> curve) in BesideCosts(blocks))
        {
            // What stands at two budgets is one point of its curve.
            (string Budget, ConfigurationResult Result)[] results = [.. curve
                .SelectMany(block => block.Configurations.Select(configuration => (
                    string.Join(", ", block.Axes.Where(axis => CostAxes.Contains(axis.Key))
                        .Select(axis => axis.Key == CostAxes.Steps ? $"{axis.Value} steps" : $"nfe {axis.Value}")), configuration)))
                .DistinctBy(point => (point.configuration.Name, point.configuration.Identity))];
            foreach (CostMeasure measure in costs)
                yield return CostCurves.FromBlocks(axes, results, metric, measure, baseline, Level, unit);
        }
    }
}
