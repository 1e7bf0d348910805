using System.Text;
using System.Text.RegularExpressions;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Reporting;

/// <summary>
/// Quality against cost for one metric: a row for each combination of the sweep's axes but <c>steps</c> or <c>nfe</c>, a column for each number of these; one
/// column where the manifest states one budget of evaluations for all cells.
/// </summary>
public sealed partial class Comparison
{
    private const string StepsAxis = "steps";
    private const string BudgetAxis = "nfe";
    private const string SolverAxis = "solver";
    private const string ExactName = "exact sampler";

    private Comparison(
        string metric, string? time, MetricGoal goal, IReadOnlyList<string> rowAxes, string columnUnit, IReadOnlyList<string> columns,
        IReadOnlyList<ComparisonRow> exact, IReadOnlyList<ComparisonRow> rows, int repeats, RepeatUnit unit)
    {
        Metric = metric;
        Time = time;
        Goal = goal;
        RowAxes = rowAxes;
        ColumnUnit = columnUnit;
        Columns = columns;
        Exact = exact;
        Rows = rows;
        Repeats = repeats;
        Unit = unit;
    }

    /// <summary>The metric's name, with what sets it apart from others of its name.</summary>
    public string Metric { get; }

    /// <summary>The time on the samplers' way at which it was measured, "t=0.5"; null where samples were.</summary>
    public string? Time { get; }

    /// <summary>What good values are like.</summary>
    public MetricGoal Goal { get; }

    /// <summary>The axes that label the rows.</summary>
    public IReadOnlyList<string> RowAxes { get; }

    /// <summary>What the columns count: "steps", or "NFE" where the sweep, or the manifest for all its cells, states a budget of evaluations.</summary>
    public string ColumnUnit { get; }

    /// <summary>
    /// Numbers of steps or evaluations, as labels, in the sweep's order. One where the manifest states one budget for all cells: "12", or "11 to 12" where
    /// methods spend it differently.
    /// </summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>
    /// What an exact sampler would score with as many samples: the floor under all values. One row, or one for each part of the sweep that has a floor of its
    /// own (other data, another number of samples). Empty where the distribution of the data is unknown.
    /// </summary>
    public IReadOnlyList<ComparisonRow> Exact { get; }

    /// <summary>The rows, in the sweep's order.</summary>
    public IReadOnlyList<ComparisonRow> Rows { get; }

    /// <summary>The largest number of repeats, or of trained networks, behind an entry.</summary>
    public int Repeats { get; }

    /// <summary>What counts as one repetition: a repeat, or a trained network, whose repeats are averaged first, where there are several.</summary>
    public RepeatUnit Unit { get; }

    /// <summary>Builds the comparison of every metric that any record holds, in the records' order.</summary>
    /// <param name="axes">Paths of the sweep's axes, in order.</param>
    /// <param name="records">Records, in the plan's order.</param>
    public static IReadOnlyList<Comparison> Build(IReadOnlyList<string> axes, IReadOnlyList<CellRecord> records)
    {
        records = [.. records.SelectMany(record => record.AtPlaces)];
        bool byBudget = axes.Contains(BudgetAxis) && !axes.Contains(StepsAxis);
        // Where neither varies along an axis, a budget of evaluations is why methods differ in their steps: a column a number of steps would be mostly empty.
        bool isOneBudget = !axes.Contains(BudgetAxis) && !axes.Contains(StepsAxis) && records.Select(record => record.Steps).Distinct().Skip(1).Any();
        string[] rowAxes = [.. axes.Where(axis => axis != (byBudget ? BudgetAxis : StepsAxis))];
        string spent = Spent(records);
        Func<CellRecord, string> columnOf = isOneBudget
            ? _ => spent
            : byBudget ? record => record.Axes[BudgetAxis] : record => FormattableString.Invariant($"{record.Steps}");
        var labels = MetricLabels.ForRecords(records);
        string[] columns = [.. records.Select(columnOf).Distinct()];
        int networks = records.Select(record => record.TrainingRepeat).Distinct().Count();
        RepeatUnit unit = networks > 1 ? RepeatUnit.Network : RepeatUnit.Repeat;
        CellRecord[][] rows = [.. records.GroupBy(record => string.Join('\n', rowAxes.Select(axis => record.Axes[axis]))).Select(row => row.ToArray())];
        return [.. labels.Series.Select(metric => new Comparison(
            labels[metric],
            KeptState.TimeOf(metric.Name),
            records.Select(record => labels.Find(record, metric)).First(value => value is not null)!.Goal,
            rowAxes,
            byBudget || isOneBudget ? "NFE" : "steps",
            columns,
            ExactRows(labels, metric, rowAxes, columns, columnOf, rows),
            [.. rows.Select(row => new ComparisonRow(
                [.. rowAxes.Select(axis => row[0].Axes[axis])],
                [.. columns.Select(column => Cell(labels, metric, [.. row.Where(record => columnOf(record) == column)], unit))]))],
            unit == RepeatUnit.Network ? networks : records.Max(record => record.Repeat) + 1,
            unit))];
    }

    /// <summary>Titles of all columns: the axes, then numbers of steps or evaluations.</summary>
    public IEnumerable<string> Titles => RowAxes.Concat(Columns.Select(column => $"{Limit.Replace(column, "at most $1")} {ColumnUnit}".TrimStart()));

    /// <summary>All rows as text, those of an exact sampler first.</summary>
    public IEnumerable<string[]> Lines =>
        Exact.Where(_ => RowAxes.Count > 0).Concat(Rows).Select(row => (string[])[.. row.Labels, .. row.Cells.Select(cell => cell?.ToString() ?? "")]);

    /// <summary>The table as Markdown.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine($"## {Markdown.Inline(Metric)}").AppendLine().AppendLine(Caption).AppendLine();
        text.AppendLine($"| {string.Join(" | ", Titles.Select(Markdown.Inline))} |");
        text.AppendLine($"|{string.Concat(Enumerable.Repeat("---|", RowAxes.Count))}{string.Concat(Enumerable.Repeat("---:|", Columns.Count))}");
        foreach (string[] line in Lines)
            text.AppendLine($"| {string.Join(" | ", [.. line.Take(RowAxes.Count).Select(Markdown.Inline), .. line.Skip(RowAxes.Count)])} |");
        if (Notes.Any())
            text.AppendLine().AppendJoin(' ', Notes).AppendLine();
        return text.ToString();
    }

    /// <summary>How to read the entries.</summary>
    public string Caption => (Estimates.Any(estimate => estimate.IsComputed), Estimates.All(estimate => estimate.IsComputed)) switch
    {
        (true, true) => $"{Goal} Value @ function evaluations per sample; {ComputedValues.Text(Estimates)}",
        (true, false) => $"{Goal} Entries with n: {Drawn} Entries without n: value @ function evaluations per sample; {ComputedValues.Text(Estimates)}",
        _ => $"{Goal} {Drawn}",
    };

    private IEnumerable<Estimate> Estimates => Rows.SelectMany(row => row.Cells).Select(cell => cell?.Estimate).OfType<Estimate>();

    private string Drawn => Unit == RepeatUnit.Network
        ? "Mean ± standard error over n trained networks, each averaged over its repeats first, @ function evaluations per sample."
        : Repeats > 1
        ? "Mean ± standard error over n repeats @ function evaluations per sample."
        : "Value @ function evaluations per sample; one repeat, so no standard error.";

    /// <summary>What else is to be known of the entries.</summary>
    public IEnumerable<string> Notes
    {
        get
        {
            if (RowAxes.Count == 0 && Exact is [{ } row, ..])
            {
                // One number, or one for each column.
                (string Column, ComparisonCell Floor)[] floors = [.. Columns.Zip(row.Cells).Where(pair => pair.Second is not null)
                    .Select(pair => (pair.First, pair.Second!))];
                yield return floors.Length == 1
                    ? $"An exact sampler scores {floors[0].Floor} with as many samples."
                    : $"An exact sampler scores {string.Join(", ", floors.Select(one => $"{one.Floor} ({one.Column} {ColumnUnit})"))} with as many samples.";
            }
            else if (Exact.Count > 0)
                yield return $"'{ExactName}' is what a sampler without error scores with as many samples"
                    + $"{(Unit == RepeatUnit.Network ? "; its n counts repeats" : "")}.";
            if (Rows.Any(row => row.Cells.Any(cell => cell?.IsAsExact == true)))
                yield return $"{ComparisonCell.ExactMark}: not distinguishable from an exact sampler.";
        }
    }

    // A budget that is a limit, as an axis has it.
    [GeneratedRegex(@"^\(atMost=(\d+)\)$")]
    private static partial Regex Limit { get; }

    private static string Spent(IReadOnlyList<CellRecord> records)
    {
        double[] counts = [.. records.Select(record => record.Evaluations).OfType<double>().Distinct().Order()];
        return counts switch
        {
            [] => "",
            [var one] => FormattableString.Invariant($"{one:0.#}"),
            [var least, .., var most] => FormattableString.Invariant($"{least:0.#} to {most:0.#}"),
        };
    }

    private static ComparisonRow[] ExactRows(
        MetricLabels labels, MetricSeries metric, string[] axes, string[] columns, Func<CellRecord, string> columnOf, CellRecord[][] rows)
    {
        // A floor belongs to rows with the same values: it depends on data, samples and repeat, and on the way to the data on the level too, which may differ
        // between columns.
        bool isByColumn = rows.Any(row => row.Where(record => labels.FindExact(record, metric) is not null).GroupBy(record => record.Number.Draw)
            .Any(repeat => repeat.Select(record => labels.FindExact(record, metric)!.Value).Distinct().Skip(1).Any()));
        List<(SortedDictionary<(int Column, int Draw), MetricValue> Floor, List<CellRecord[]> Rows)> groups = [];
        foreach (CellRecord[] row in rows)
        {
            SortedDictionary<(int Column, int Draw), MetricValue> floor = [];
            foreach (CellRecord record in row)
            {
                if (labels.FindExact(record, metric) is { } value)
                    floor.TryAdd((isByColumn ? Array.IndexOf(columns, columnOf(record)) : 0, record.Number.Draw), value);
            }

            if (floor.Count == 0)
                continue;
            int same = groups.FindIndex(group => floor.Any(one => group.Floor.ContainsKey(one.Key))
                && floor.All(one => !group.Floor.TryGetValue(one.Key, out MetricValue? known) || known.Value.Equals(one.Value.Value)));
            if (same < 0)
            {
                groups.Add((floor, [row]));
                continue;
            }

            groups[same].Rows.Add(row);
            foreach (((int, int) place, MetricValue value) in floor)
                groups[same].Floor.TryAdd(place, value);
        }

        return [.. groups.Select(group => new ComparisonRow(
            ExactLabels(axes, group.Rows, groups.Count > 1),
            [.. Enumerable.Range(0, columns.Length)
                .Select(column => Floor([.. group.Floor.Where(one => one.Key.Column == column).Select(one => one.Value)]))]))];

        static ComparisonCell? Floor(MetricValue[] values) => values.Length == 0
            ? null
            : new(Estimate.FromValues([.. values.Select(value => value.Value)], [.. values.Select(value => value.StandardError)]), null, 0, 0);
    }

    // What all rows of a floor share says which part of the sweep it is the floor of.
    private static string[] ExactLabels(string[] axes, List<CellRecord[]> rows, bool isOneOfSeveral)
    {
        if (axes.Length == 0)
            return [];
        string[] shared = [.. axes.Select(axis => isOneOfSeveral && rows.All(row => row[0].Axes[axis] == rows[0][0].Axes[axis]) ? rows[0][0].Axes[axis] : "")];
        int place = Array.IndexOf(axes, SolverAxis) is var solver and >= 0 && shared[solver].Length == 0
            ? solver
            : Array.FindIndex(shared, label => label.Length == 0);
        shared[place < 0 ? ^1 : place] = ExactName;
        return shared;
    }

    private static ComparisonCell? Cell(MetricLabels labels, MetricSeries metric, CellRecord[] records, RepeatUnit unit)
    {
        if (records.Length == 0)
            return null;

        // A cell that another metric failed in still has this one's value.
        (CellRecord Record, MetricValue? Value)[] found = [.. records.Select(record => (record, labels.Find(record, metric)))];
        IReadOnlyList<MetricValue> values = unit.Values(found.Where(one => one.Value is not null).Select(one => (one.Record.TrainingRepeat, one.Value!)));
        (int, double, double)[] pairs = [.. found.Where(one => one.Value is not null && labels.FindExact(one.Record, metric) is not null)
            .Select(one => (one.Record.TrainingRepeat, one.Value!.Value, labels.FindExact(one.Record, metric)!.Value))];
        CellRecord[] without = [.. found.Where(one => one.Value is null).Select(one => one.Record)];
        return new ComparisonCell(
            values.Count == 0 ? null : Estimate.FromValues(values),
            records.Average(record => record.Evaluations),
            without.Count(record => record.Status == CellStatus.Diverged),
            without.Count(record => record.Status == CellStatus.Failed && (record.Metrics.Count == 0 || Lacks(record, isFailure: true))),
            without.Count(record => record.Status == CellStatus.NotApplicable || Lacks(record, isFailure: false)))
        {
            IsAsExact = values.Count > 0 && ExactDifference.IsAsExact(values[0].Goal, unit, pairs),
        };

        bool Lacks(CellRecord record, bool isFailure) =>
            record.Unmeasured.Any(unmeasured => unmeasured.IsFailure == isFailure && unmeasured.Source == metric.Source);
    }
}
