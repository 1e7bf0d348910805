using Diffusion.Experiments.Components;
using Diffusion.Experiments.Statistics;
using MathNet.Numerics.Interpolation;

namespace Diffusion.Experiments.Comparing;

/// <summary>Quality against one cost, where every other axis has one value.</summary>
public sealed record CostCurves
{
    /// <summary>Which block: axis → label, over the axes that are neither compared nor a cost.</summary>
    public required IReadOnlyDictionary<string, string> Axes { get; init; }

    /// <summary>The cost.</summary>
    public required CostMeasure Measure { get; init; }

    /// <summary>The points that nothing undercuts by its mean, from the cheapest on.</summary>
    public required IReadOnlyList<CostPoint> Front { get; init; }

    /// <summary>Costs at which one overtakes another, each for itself; those that are not sure on both sides are left out.</summary>
    public required IReadOnlyList<CostCrossing> Crossings { get; init; }

    /// <summary>Pairs whose crossings cannot be placed: in some repeat a larger budget cost less than a smaller one.</summary>
    public required int Unplaced { get; init; }

    /// <summary>Ranges in which values go as a power of the cost.</summary>
    public required IReadOnlyList<CostSlope> Slopes { get; init; }

    // Where costs differ between repeats, each repeat has nodes of its own; curves are compared at so many costs then.
    private const int NodesOfScattered = 65;

    // A monotone cubic takes its slopes from neighbours on both sides.
    private const int FewestOfCubic = 3;

    // What a crossing moves by covers 85 of 100 errors of interpolation, twice as much 99 (docs/statistics.md).
    private const double InterpolationFactor = 2;

    private sealed record Point(string Name, string Budget, double Cost, ConfigurationResult Result, IReadOnlyDictionary<RepeatNumber, double> Costs);

    /// <summary>The curves of the blocks that differ in cost alone.</summary>
    /// <param name="axes">The block that they share.</param>
    /// <param name="blocks">The configurations, each with its budget.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="measure">The cost.</param>
    /// <param name="baseline">The only configuration whose crossings are wanted; null for all.</param>
    /// <param name="level">The chance that any crossing that is told is none.</param>
    /// <param name="unit">What counts as one repetition.</param>
    internal static CostCurves FromBlocks(
        IReadOnlyDictionary<string, string> axes,
        IReadOnlyList<(string Budget, ConfigurationResult Result)> blocks,
        MeasuredMetric metric,
        CostMeasure measure,
        string? baseline,
        double level,
        RepeatUnit unit)
    {
        Point[] points = [.. blocks
            .Select(block => new Point(
                block.Result.Name, block.Budget, block.Result.CostOf(measure) ?? double.NaN, block.Result, CostsOf(block.Result, measure)))
            .Where(point => point.Cost > 0 && point.Result.Estimate is not null)];
        Dictionary<string, Point[]> curves = points.GroupBy(point => point.Name)
            .ToDictionary(curve => curve.Key, curve => (Point[])[.. curve.DistinctBy(point => point.Cost).OrderBy(point => point.Cost)]);
        string[] names = [.. curves.Keys];
        (Point[] First, Point[] Second)[] pairs = [.. names.Index()
            .SelectMany(first => names.Skip(first.Index + 1)
                .Where(second => baseline is null || first.Item == baseline || second == baseline)
                .Select(second => (curves[first.Item], curves[second])))
            .Where(pair => pair.Item1.Length > 1 && pair.Item2.Length > 1)];
        CostCrossing[]?[] crossings = [.. pairs.Select(pair => CrossingsOf(pair.First, pair.Second, metric, level / Math.Max(1, pairs.Length), unit))];
        return new()
        {
            Axes = axes,
            Measure = measure,
            Front = FrontOf(points, metric, level, unit),
            Crossings = [.. crossings.OfType<CostCrossing[]>().SelectMany(found => found).OrderBy(crossing => crossing.At)],
            Unplaced = crossings.Count(found => found is null),
            Slopes = measure == CostMeasure.Evaluations ? [.. curves.Values.SelectMany(curve => SlopesOf(curve, unit))] : [],
        };
    }

    private static IReadOnlyList<CostPoint> FrontOf(Point[] points, MeasuredMetric metric, double level, RepeatUnit unit)
    {
        (double Cost, double Loss)[] costs = [.. points.Select(point => (point.Cost, metric.Goal.Cost(point.Result.Estimate!.Value.Mean)))];
        Point[] front = [.. ParetoFront.Indices(costs).Select(i => points[i])];
        (Point Front, Point Other, PairDifference Pair)[] compared = [.. front.SelectMany(point => points
            .Where(other => other != point && other.Cost <= point.Cost)
            .Select(other => (point, other, PairDifference.Between(Title(other), Title(point), other.Result.Values, point.Result.Values, unit))))];
        IReadOnlyList<PairDifference> decided = PairDifference.Decide([.. compared.Select(one => one.Pair)], metric.Goal, level);
        ILookup<Point, string> asGood = compared.Zip(decided)
            .Where(one => one.Second.Verdict is PairVerdict.NotDistinguishable or PairVerdict.Same)
            .ToLookup(one => one.First.Front, one => Title(one.First.Other));
        return [.. front.Select(point => new CostPoint(point.Name, point.Budget, point.Cost, point.Result.Estimate!.Value, [.. asGood[point]]))];

        string Title(Point point) => point.Budget.Length == 0 ? point.Name : $"{point.Name} {point.Budget}";
    }

    private static Dictionary<RepeatNumber, double> CostsOf(ConfigurationResult result, CostMeasure measure) => result.Cells
        .Where(cell => result.Values.ContainsKey(cell.Record.Number)).DistinctBy(cell => cell.Record.Number)
        .ToDictionary(cell => cell.Record.Number, cell => measure.In(cell.Record) ?? double.NaN);

    // Null where they cannot be placed.
    private static CostCrossing[]? CrossingsOf(Point[] first, Point[] second, MeasuredMetric metric, double level, RepeatUnit unit)
    {
        RepeatNumber[] repeats = CommonRepeats([.. first, .. second]);
        int count = Units(repeats, _ => 0, unit).Count;
        if (count < MeanInference.FewestValues)
            return [];
        if (!repeats.All(repeat => Rises(first, repeat) && Rises(second, repeat)))
            return null;
        double low = repeats.Max(repeat => Math.Max(first[0].Costs[repeat], second[0].Costs[repeat])),
            high = repeats.Min(repeat => Math.Min(first[^1].Costs[repeat], second[^1].Costs[repeat]));
        if (low >= high)
            return [];

        bool isAlike = first.Concat(second).All(point => repeats.All(repeat => point.Costs[repeat] == point.Costs[repeats[0]]));
        double[] nodes = isAlike
            ? [.. first.Concat(second).Select(point => point.Cost).Where(cost => cost >= low && cost <= high).Distinct().Order().Select(cost => Math.Log(cost))]
            : [.. Enumerable.Range(0, NodesOfScattered).Select(i => Math.Log(low) + (Math.Log(high / low) * i / (NodesOfScattered - 1)))];
        // On logarithmic scales curves are straighter, so that interpolation errs less.
        bool isPositive = first.Concat(second).All(point => repeats.All(repeat => point.Result.Values[repeat] > 0));
        IReadOnlyList<double>[] differences =
            [.. nodes.Select(node => Units(repeats, repeat => At(first, node, repeat) - At(second, node, repeat), unit))];
        Func<double, double> cubicDifference = CubicDifference();
        bool isLargerBetter = metric.Goal.Direction == MetricDirection.Larger;
        IReadOnlyList<Crossing> found = Crossing.Find(nodes, differences, 1 - level);
        return [.. found.Select((crossing, i) =>
        {
            // Where the difference is positive, the first has the larger value.
            (Point[] below, Point[] above) = crossing.IsPositiveBefore == isLargerBetter ? (first, second) : (second, first);
            Interval range = new(i == 0 ? low : Math.Exp(found[i - 1].At), i == found.Count - 1 ? high : Math.Exp(found[i + 1].At));
            double? moved = Crossing.NearestRoot(cubicDifference, crossing.At, nodes) is { } root ? InterpolationFactor * Math.Abs(root - crossing.At) : null;
            Interval wide = new(
                Math.Max(low, Math.Exp(crossing.Interval.Low - (moved ?? 0))), Math.Min(high, Math.Exp(crossing.Interval.High + (moved ?? 0))));
            double at = Math.Exp(crossing.At);
            double? interpolation = moved is { } distance ? at * (Math.Exp(distance) - 1) : null;
            return new CostCrossing(below[0].Name, above[0].Name, at, wide, interpolation, range, count);
        })];

        // That of the means over repeats, each repeat's curves through their budgets by monotone cubics.
        Func<double, double> CubicDifference()
        {
            if (Math.Min(first.Length, second.Length) < FewestOfCubic)
                return _ => double.NaN;
            IInterpolation[] cubics = [.. repeats.SelectMany(repeat => new[] { Cubic(first, repeat), Cubic(second, repeat) })];
            return logCost => cubics.Index().Sum(cubic => (cubic.Index % 2 == 0 ? 1 : -1) * cubic.Item.Interpolate(logCost)) / repeats.Length;
        }

        IInterpolation Cubic(Point[] curve, RepeatNumber repeat) => CubicSpline.InterpolatePchipSorted(
            [.. curve.Select(point => Math.Log(point.Costs[repeat]))], [.. curve.Select(point => Value(point, repeat))]);

        static bool Rises(Point[] curve, RepeatNumber repeat) =>
            curve[0].Costs[repeat] > 0 && curve.Zip(curve.Skip(1)).All(pair => pair.First.Costs[repeat] < pair.Second.Costs[repeat]);

        double At(Point[] curve, double logCost, RepeatNumber repeat)
        {
            int right = 1;
            while (right < curve.Length - 1 && Math.Log(curve[right].Costs[repeat]) < logCost)
                right++;
            double from = Math.Log(curve[right - 1].Costs[repeat]), to = Math.Log(curve[right].Costs[repeat]), weight = (logCost - from) / (to - from);
            double before = Value(curve[right - 1], repeat), after = Value(curve[right], repeat);
            return before + (weight * (after - before));
        }

        double Value(Point point, RepeatNumber repeat) => isPositive ? Math.Log(point.Result.Values[repeat]) : point.Result.Values[repeat];
    }

    private static IEnumerable<CostSlope> SlopesOf(Point[] curve, RepeatUnit unit)
    {
        RepeatNumber[] repeats = CommonRepeats(curve);
        if (curve.Length < PowerLaw.FewestPoints || repeats.Length == 0 || curve.Any(point => repeats.Any(repeat => point.Result.Values[repeat] <= 0)))
            return [];
        return PowerLaw.Find(
            [.. curve.Select(point => Math.Log(point.Cost))],
            [.. curve.Select(point => Units(repeats, repeat => Math.Log(point.Result.Values[repeat]), unit))])
            .Select(law => new CostSlope(
                curve[0].Name, law.Exponent.Moments.Mean, law.Exponent.Interval(), new(curve[law.First].Cost, curve[law.Last].Cost), law.Last
                    - law.First + 1, law.Exponent.Moments.Count));
    }

    private static IReadOnlyList<double> Units(RepeatNumber[] repeats, Func<RepeatNumber, double> value, RepeatUnit unit) =>
        unit.Values(repeats.Select(repeat => (repeat.Training, value(repeat))));

    private static RepeatNumber[] CommonRepeats(IReadOnlyList<Point> points) =>
        [.. points[0].Result.Values.Keys.Where(repeat => points.All(point => point.Result.Values.ContainsKey(repeat))).OrderBy(repeat => repeat.Draw)];
}
