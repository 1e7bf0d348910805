using System.Globalization;
using Diffusion.Experiments.Comparing;
using Diffusion.Experiments.Records;

namespace Diffusion.Host.Views;

/// <summary>Differences of runs and of cells as tables.</summary>
internal static class DiffView
{
    private const int RowsShown = 20;

    public static void Write(TextWriter output, DiffDocument document)
    {
        RunComparison runs = document.Runs;
        output.WriteLine($"A  {document.First}");
        output.WriteLine($"B  {document.Second}");
        output.WriteLine();
        output.WriteLine($"{runs.Equal} cells are the same in both; {runs.Placed} stand at the same place with another configuration; "
            + $"{runs.OnlyInFirst.Count} are in A alone, {runs.OnlyInSecond.Count} in B alone.");
        WriteTable(output, "Axes", ["axis", "in A alone", "in B alone"], runs.Axes, axis => [axis.Path, Labels(axis.OnlyInFirst), Labels(axis.OnlyInSecond)]);
        WriteTable(output, "Configuration", ["", "A", "B", "cells"], runs.Changes, change =>
            [
                change.Change.Path,
                change.Change.Before ?? "",
                change.Change.After ?? "",
                change.Cells == runs.Placed ? "all" : $"{change.Cells} of {runs.Placed}",
            ]);
        WriteEnvironment(output, document.Environment);
        output.WriteLine();
        output.WriteLine(runs.Compared == 0
            ? "No pair of cells has ended in both."
            : $"Of {runs.Compared} pairs that have ended in both, {runs.Identical} are identical to the last bit.");
        WriteTable(
            output, "Endings", ["A", "B", "cells", "such as"], runs.Statuses,
            status => [Status(status.First), Status(status.Second), $"{status.Cells}", status.Example]);
        if (runs.Metrics.Count == 0)
            return;
        string[] axes = [.. runs.Metrics[0].Axes.Keys];
        bool hasErrors = runs.Metrics.Any(difference => difference.Difference.StandardError is not null);
        WriteTable(
            output,
            hasErrors ? "Results, B − A paired by repeat, mean ± standard error" : "Results",
            [.. axes, "metric", "n", "A", "B", "B − A", "relative"],
            runs.Metrics,
            difference => [
                .. axes.Select(axis => difference.Axes[axis]), difference.Metric, $"{difference.Difference.Count}", $"{difference.First}",
                $"{difference.Second}", $"{difference.Difference}", Percent(difference.Relative),
            ]);
    }

    public static void Write(TextWriter output, CellDiffDocument document)
    {
        output.WriteLine($"A  {document.First}");
        output.WriteLine($"B  {document.Second}");
        if (document.Changes.Count == 0)
        {
            output.WriteLine();
            output.WriteLine("Their configurations are the same.");
        }

        // Of two cells, everything is shown.
        WriteTable(output, "Configuration", ["", "A", "B"], document.Changes, change => [change.Path, change.Before ?? "", change.After ?? ""], int.MaxValue);
        WriteEnvironment(output, document.Environment);
        output.WriteLine();
        Table.Write(output, ["", "A", "B", "B − A"], Rows(document.FirstRecord, document.SecondRecord));
    }

    private static IEnumerable<string[]> Rows(CellRecord? first, CellRecord? second)
    {
        yield return ["status", Status(first?.Status), Status(second?.Status), ""];
        if ((first?.Error ?? second?.Error) is not null)
            yield return ["error", Headline.FirstLine(first?.Error ?? ""), Headline.FirstLine(second?.Error ?? ""), ""];
        yield return ["steps", $"{first?.Steps}", $"{second?.Steps}", ""];
        MetricLabels labels = RunComparison.Labels(new[] { first, second }.OfType<CellRecord>());
        IReadOnlyDictionary<string, double> own = first is null ? new Dictionary<string, double>() : RunComparison.Numbers(first, labels),
            others = second is null ? new Dictionary<string, double>() : RunComparison.Numbers(second, labels);
        foreach (string name in own.Keys.Union(others.Keys))
        {
            double? a = own.TryGetValue(name, out double x) ? x : null, b = others.TryGetValue(name, out double y) ? y : null;
            yield return [name, Number(a), Number(b), a is { } before
                && b is { } after ? before.Equals(after) ? "identical" : (after - before).ToString("g3", CultureInfo.InvariantCulture) : ""];
        }

        yield return ["seconds", first?.Seconds
            .ToString("f2", CultureInfo.InvariantCulture) ?? "", second?.Seconds.ToString("f2", CultureInfo.InvariantCulture) ?? "", ""];
    }

    private static void WriteEnvironment(TextWriter output, IReadOnlyList<DiffDocument.Fact> facts) =>
        WriteTable(output, "Environment", ["", "A", "B"], facts, fact => [fact.Name, fact.First, fact.Second], int.MaxValue);

    private static void WriteTable<T>(TextWriter output, string title, string[] headers, IReadOnlyList<T> rows, Func<T, string[]> row, int shown = RowsShown)
    {
        if (rows.Count == 0)
            return;
        output.WriteLine();
        output.WriteLine($"{title}:");
        Table.Write(output, headers, rows.Take(shown).Select(row));
        if (rows.Count > shown)
            output.WriteLine($"… and {rows.Count - shown} more; --json has all.");
    }

    private static string Labels(IReadOnlyList<string>? labels) => labels is null ? "(no such axis)" : string.Join(", ", labels);

    private static string Status(CellStatus? status) => status is { } ended ? PlanDocument.Kebab($"{ended}") : "not run";

    private static string Number(double? value) => value?.ToString("g8", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A relative difference in words: "+3.1 %", "-170 %", "+2e-07 %".</summary>
    internal static string Percent(double relative) =>
        double.IsNaN(relative) ? "" : string.Create(CultureInfo.InvariantCulture, $"{(relative > 0 ? "+" : "")}{Math.Abs(relative) switch
        {
            >= 1 => $"{100 * relative:f0}",
            >= 1e-5 => $"{100 * relative:g2}",
            _ => $"{100 * relative:0e0}",
        }} %");
}
