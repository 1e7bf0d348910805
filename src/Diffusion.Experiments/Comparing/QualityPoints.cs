using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Comparing;

/// <summary>What every metric came to at every place of a sweep, before anything is compared: the numbers behind curves of quality against cost.</summary>
/// <param name="Axes">Paths of the axes; the run is one where several runs have other cells at one place.</param>
/// <param name="Metrics">The metrics, in the records' order.</param>
/// <param name="Unit">What counts as one repetition.</param>
/// <param name="Points">The places, in the sweep's order.</param>
public sealed record QualityPoints(
    IReadOnlyList<string> Axes, IReadOnlyList<MeasuredMetric> Metrics, RepeatUnit Unit, IReadOnlyList<QualityPoint> Points)
{
    /// <summary>Whether cells differ along an axis in what they may cost, rather than in what they are.</summary>
    public static bool IsCost(string axis) => CostAxes.Contains(axis);

    /// <summary>The points of runs, pooled as comparisons pool them.</summary>
    public static QualityPoints FromRuns(ComparedRuns runs)
    {
        ComparedRuns pooled = runs.Pooled(byRun: false);
        MeasuredMetric[] metrics = [.. MeasuredMetric.All([.. pooled.Cells.Select(cell => cell.Record)])];
        RepeatUnit unit = pooled.Cells.Select(cell => cell.Record.TrainingRepeat).Distinct().Skip(1).Any() ? RepeatUnit.Network : RepeatUnit.Repeat;
        return new(pooled.Axes, metrics, unit, [.. pooled.Cells
            .Select(cell => (Cell: cell, Labels: (string[])[.. pooled.Axes.Select(axis => ComparedRuns.LabelOf(cell, axis))]))
            .GroupBy(one => string.Join('\n', one.Labels))
            .Select(place => Point(place.First().Labels, [.. place.Select(one => one.Cell)]))]);

        QualityPoint Point(string[] labels, ComparedCell[] cells) => new(
            labels, cells, [.. metrics.Select(metric => ConfigurationResult.FromRepeats(string.Join(' ', labels), metric, cells, unit))]);
    }
}
