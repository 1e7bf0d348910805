using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Records;

namespace Diffusion.Experiments.Comparing;

/// <summary>A metric as records hold it: the one place that tells its name, its values and what good ones are like.</summary>
public sealed class MeasuredMetric
{
    private readonly MetricLabels _labels;
    private readonly MetricSeries _series;

    private MeasuredMetric(MetricLabels labels, MetricSeries series, MetricValue example)
    {
        _labels = labels;
        _series = series;
        Goal = example.Goal;
        Convergence = example.Convergence;
    }

    /// <summary>Its name, with what sets it apart from others of that name.</summary>
    public string Name => _labels[_series];

    /// <summary>The time on the samplers' way at which it was measured, "t=0.5"; null where samples were.</summary>
    public string? Time => KeptState.TimeOf(_series.Name);

    /// <summary>What good values are like.</summary>
    public MetricGoal Goal { get; }

    /// <summary>How its values go with a solver's steps.</summary>
    public MetricConvergence Convergence { get; }

    /// <summary>The metrics that any record holds, in the records' order.</summary>
    public static IReadOnlyList<MeasuredMetric> All(IReadOnlyList<CellRecord> records)
    {
        var labels = MetricLabels.ForRecords(records);
        return [.. labels.Series.Select(
            series => new MeasuredMetric(labels, series, records.Select(record => labels.Find(record, series)).OfType<MetricValue>().First()))];
    }

    /// <summary>The metric of a name; the first where none is named.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static MeasuredMetric Find(string? name, IReadOnlyList<CellRecord> records)
    {
        IReadOnlyList<MeasuredMetric> all = All(records);
        if (all.Count == 0)
            throw new InputException("nothing is measured yet: no cell has a metric's value");
        return (name is null ? all[0] : all.FirstOrDefault(metric => metric.Name == name))
            ?? throw new InputException($"unknown metric '{name}'{NameSuggestions.Hint(name!, [.. all.Select(metric => metric.Name)])}");
    }

    /// <summary>A record's value; null where it has none or one that is not finite.</summary>
    public MetricValue? ValueIn(CellRecord record) => _labels.Find(record, _series) is { } found && double.IsFinite(found.Value) ? found : null;

    /// <summary>What an exact sampler would score in a record's place; null where it is not known.</summary>
    public MetricValue? Exact(CellRecord record) => _labels.FindExact(record, _series) is { } found && double.IsFinite(found.Value) ? found : null;

    /// <summary>What is compared of a value: itself, or its distance from the target where nearer is better.</summary>
    public double Compared(double value) => Goal.Direction == MetricDirection.Nearer ? Goal.Cost(value) : value;

    /// <summary>Whether one compared number is better than another.</summary>
    public bool IsBetter(double first, double second) => Goal.Direction == MetricDirection.Larger ? first > second : first < second;
}
