using System.Text;
using Diffusion.Experiments.Running;

namespace Diffusion.Experiments.Reporting;

/// <summary>
/// Quality against cost for one metric: a row for each combination of the sweep's axes but <c>steps</c> or <c>nfe</c>, a column for each number of these.
/// </summary>
public sealed class Comparison
{
    private const string StepsAxis = "steps";
    private const string BudgetAxis = "nfe";

    private Comparison(string metric, MetricGoal goal, IReadOnlyList<string> rowAxes, string columnUnit, IReadOnlyList<string> columns, IReadOnlyList<ComparisonRow> rows, int repeats)
    {
        Metric = metric;
        Goal = goal;
        RowAxes = rowAxes;
        ColumnUnit = columnUnit;
        Columns = columns;
        Rows = rows;
        Repeats = repeats;
    }

    /// <summary>The metric's name, with what sets it apart from others of its name.</summary>
    public string Metric { get; }

    /// <summary>What good values are like.</summary>
    public MetricGoal Goal { get; }

    /// <summary>The axes that label the rows.</summary>
    public IReadOnlyList<string> RowAxes { get; }

    /// <summary>What the columns count: "steps", or "NFE" where the sweep states budgets of evaluations.</summary>
    public string ColumnUnit { get; }

    /// <summary>Numbers of steps or evaluations, as labels, in the sweep's order.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The rows, in the sweep's order.</summary>
    public IReadOnlyList<ComparisonRow> Rows { get; }

    /// <summary>The largest number of repeats behind an entry.</summary>
    public int Repeats { get; }

    /// <summary>Builds the comparison of every metric that any record holds, in the records' order.</summary>
    /// <param name="axes">Paths of the sweep's axes, in order.</param>
    /// <param name="records">Records, in the plan's order.</param>
    public static IReadOnlyList<Comparison> Build(IReadOnlyList<string> axes, IReadOnlyList<CellRecord> records)
    {
        bool byBudget = axes.Contains(BudgetAxis) && !axes.Contains(StepsAxis);
        string[] rowAxes = [.. axes.Where(axis => axis != (byBudget ? BudgetAxis : StepsAxis))];
        Func<CellRecord, string> columnOf = byBudget ? record => record.Axes[BudgetAxis] : record => FormattableString.Invariant($"{record.Steps}");
        var labels = MetricLabels.Of(records);
        string[] columns = [.. records.Select(columnOf).Distinct()];
        return [.. labels.Series.Select(metric => new Comparison(
            labels[metric],
            records.Select(record => labels.Find(record, metric)).First(value => value is not null)!.Goal,
            rowAxes,
            byBudget ? "NFE" : "steps",
            columns,
            [.. records
                .GroupBy(record => string.Join('\n', rowAxes.Select(axis => record.Axes[axis])))
                .Select(row => new ComparisonRow(
                    [.. rowAxes.Select(axis => row.First().Axes[axis])],
                    [.. columns.Select(column => Cell(labels, metric, [.. row.Where(record => columnOf(record) == column)]))]))],
            records.Max(record => record.Repeat) + 1))];
    }

    /// <summary>The table as Markdown.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine($"## {Markdown.Inline(Metric)}").AppendLine().AppendLine(Caption).AppendLine();
        text.AppendLine($"| {string.Join(" | ", [.. RowAxes.Select(Markdown.Inline), .. Columns.Select(column => $"{column} {ColumnUnit}")])} |");
        text.AppendLine($"|{string.Concat(Enumerable.Repeat("---|", RowAxes.Count))}{string.Concat(Enumerable.Repeat("---:|", Columns.Count))}");
        foreach (ComparisonRow row in Rows)
            text.AppendLine($"| {string.Join(" | ", [.. row.Labels.Select(Markdown.Inline), .. row.Cells.Select(cell => cell?.ToString() ?? "")])} |");
        return text.ToString();
    }

    /// <summary>How to read the entries.</summary>
    public string Caption => Rows.SelectMany(row => row.Cells).Any(cell => cell?.Estimate is { IsComputed: true })
        ? $"{Goal} Value @ function evaluations a sample; computed, the same in every repeat, in brackets the error of the quadrature."
        : Repeats > 1
        ? $"{Goal} Mean ± standard error over n repeats @ function evaluations a sample."
        : $"{Goal} Value @ function evaluations a sample; one repeat, so no standard error.";

    private static ComparisonCell? Cell(MetricLabels labels, MetricSeries metric, CellRecord[] records)
    {
        if (records.Length == 0)
            return null;

        // A cell that another metric failed in still has this one's value.
        (CellRecord Record, MetricValue? Value)[] found = [.. records.Select(record => (record, labels.Find(record, metric)))];
        MetricValue[] values = [.. found.Select(one => one.Value).OfType<MetricValue>()];
        CellRecord[] without = [.. found.Where(one => one.Value is null).Select(one => one.Record)];
        return new ComparisonCell(
            values.Length == 0 ? null : Estimate.Of(values),
            records.Average(record => record.Evaluations),
            without.Count(record => record.Status == CellStatus.Diverged),
            without.Count(record => record.Status == CellStatus.Failed && (record.Metrics.Count == 0 || Lacks(record, isFailure: true))),
            without.Count(record => record.Status == CellStatus.NotApplicable || Lacks(record, isFailure: false)));

        bool Lacks(CellRecord record, bool isFailure) => record.Unmeasured.Any(unmeasured => unmeasured.IsFailure == isFailure && unmeasured.Source == metric.Source);
    }
}
