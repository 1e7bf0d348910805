using System.Text.Json.Serialization;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Comparing;

/// <summary>What is known of one configuration in one block of a sweep.</summary>
public sealed record ConfigurationResult
{
    /// <summary>Its name among those that are compared.</summary>
    public required string Name { get; init; }

    /// <summary>Mean and standard error over the repeats, or the trained networks, that have a value; null where none has.</summary>
    public Estimate? Estimate { get; init; }

    /// <summary>The 95 % interval of this mean; null where there is none.</summary>
    public Interval? Interval { get; init; }

    /// <summary>What an exact sampler would score in the same repeats; null where it is not known.</summary>
    public Estimate? Exact { get; init; }

    /// <summary>Whether its values are not distinguishable from those of an exact sampler, or better.</summary>
    public bool IsAsExact { get; init; }

    /// <summary>NFE, the mean over repeats.</summary>
    public double? Evaluations { get; init; }

    /// <summary>Seconds of sampling, the mean over repeats.</summary>
    public double? Seconds { get; init; }

    /// <summary>Processor time of sampling, seconds, the mean over the repeats that have it; null where none has.</summary>
    public double? CpuSeconds { get; init; }

    /// <summary>Seconds of sampling within the model's calls, the mean over the repeats that have it; null where none has.</summary>
    public double? ModelSeconds { get; init; }

    /// <summary>Highest resident memory while it sampled, 10⁶ bytes, the mean over the repeats that have it; null where none has.</summary>
    public double? PeakMemory { get; init; }

    /// <summary>Repeats that diverged.</summary>
    public int Diverged { get; init; }

    /// <summary>Repeats that failed.</summary>
    public int Failed { get; init; }

    /// <summary>Repeats whose parts do not fit together.</summary>
    public int NotApplicable { get; init; }

    /// <summary>Its rank by the mean, 1 the best; null without a value.</summary>
    public int? Rank { get; init; }

    /// <summary>The ranks that the decided comparisons leave open; null where not all pairs are compared, or without a value.</summary>
    public RankInterval? Ranks { get; init; }

    /// <summary>Values on the scale that is compared, by repeat.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<RepeatNumber, double> Values { get; init; } = new Dictionary<RepeatNumber, double>();

    /// <summary>Its cells.</summary>
    [JsonIgnore]
    public IReadOnlyList<ComparedCell> Cells { get; init; } = [];

    /// <summary>The same for configurations of several blocks that are the same cells.</summary>
    [JsonIgnore]
    internal string Identity { get; private init; } = "";

    /// <summary>The repeats of one configuration.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="cells">Its cells.</param>
    /// <param name="unit">What counts as one repetition.</param>
    internal static ConfigurationResult FromRepeats(string name, MeasuredMetric metric, IReadOnlyList<ComparedCell> cells, RepeatUnit unit)
    {
        // A cell that another metric failed in still has this one's value.
        (RepeatNumber Repeat, MetricValue Value, MetricValue? Exact)[] measured = [.. cells
            .Select(cell => (cell.Record.Number, Value: metric.ValueIn(cell.Record), Exact: metric.Exact(cell.Record)))
            .Where(found => found.Value is not null).Select(found => (found.Number, found.Value!, found.Exact)).DistinctBy(found => found.Number)];
        var beside = measured.Where(found => found.Exact is not null).ToArray();
        CellRecord[] without = [.. cells.Select(cell => cell.Record).Where(record => metric.ValueIn(record) is null)];
        return new()
        {
            Name = name,
            Estimate = measured.Length == 0 ? null : Statistics.Estimate.FromValues(unit.Values(measured.Select(one => (one.Repeat.Training, one.Value)))),
            Interval = measured.Length == 0
                ? null
                : MeanInference.FromValues(unit.Values(measured.Select(one => (one.Repeat.Training, one.Value.Value)))).Interval(),
            // No network has a share in it, so that all repeats are independent of one another.
            Exact = beside.Length == 0 ? null : Statistics.Estimate.FromValues([.. beside.Select(one => one.Exact!.Value)]),
            IsAsExact = ExactDifference.IsAsExact(
                metric.Goal, unit, [.. beside.Select(one => (one.Repeat.Training, one.Value.Value, one.Exact!.Value))]),
            Evaluations = Mean(CostMeasure.Evaluations, cells),
            Seconds = Mean(CostMeasure.Seconds, cells),
            CpuSeconds = Mean(CostMeasure.CpuSeconds, cells),
            ModelSeconds = Mean(CostMeasure.ModelSeconds, cells),
            PeakMemory = Mean(CostMeasure.PeakMemory, cells),
            Diverged = without.Count(record => record.Status == CellStatus.Diverged),
            Failed = without.Count(record => record.Status == CellStatus.Failed),
            NotApplicable = without.Count(record => record.Status == CellStatus.NotApplicable),
            Values = measured.ToDictionary(one => one.Repeat, one => metric.Compared(one.Value.Value)),
            Cells = cells,
            Identity = string.Join(' ', cells.Select(cell => cell.Record.Id.ToString()).Order(StringComparer.Ordinal)),
        };
    }

    /// <summary>What it cost, the mean over the repeats that have it; null where none has.</summary>
    internal double? CostOf(CostMeasure measure) => Mean(measure, Cells);

    private static double? Mean(CostMeasure measure, IReadOnlyList<ComparedCell> cells) => cells.Average(cell => measure.In(cell.Record));
}
