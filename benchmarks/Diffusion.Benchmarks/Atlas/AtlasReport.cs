using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Diffusion.Benchmarks.Atlas;

/// <summary>The figures and tables of <c>docs/atlas.md</c> from the records of the runs of <c>experiments/atlas</c>.</summary>
internal static partial class AtlasReport
{
    private sealed record Cell(string Schedule, string Solver, string Grid, int Budget, int Evaluations, IReadOnlyDictionary<string, double> Values);

    /// <summary>Writes figures into a folder and tables to the console.</summary>
    /// <param name="solvers">The run of <c>solvers.json</c>.</param>
    /// <param name="mixtures">The run of <c>mixtures.json</c>.</param>
    /// <param name="processes">The run of <c>processes.json</c>.</param>
    /// <param name="figures">Where the figures go.</param>
    public static void Run(string solvers, string mixtures, string processes, string figures)
    {
        Cell[] ofSolvers = Read(solvers), ofMixtures = Read(mixtures), ofProcesses = Read(processes);
        Directory.CreateDirectory(figures);
        foreach (string grid in ofSolvers.Select(cell => cell.Grid).Distinct())
        {
            Cell[] shown = [.. ofSolvers.Where(cell => cell.Grid == grid)];
            File.WriteAllText(
                Path.Combine(figures, $"atlas-{grid}.svg"), AtlasChart.Svg($"KL(q ‖ p) of solvers on the grid {grid}, two Gaussians", Lines(shown, "law-kl")));
            Console.WriteLine(Table($"KL(q ‖ p) on {grid}", shown, cell => cell.Solver, "law-kl"));
            Console.WriteLine(Table($"folded mass on {grid}", shown, cell => cell.Solver, "law-fold-mass"));
        }

        (string, IReadOnlyList<(int, double)>)[] means = [.. ofMixtures.GroupBy(cell => $"{cell.Solver}, {cell.Grid}").Select(pair => (
            pair.Key,
            (IReadOnlyList<(int, double)>)[.. pair.GroupBy(cell => cell.Evaluations)
                .Select(count => (count.Key, Math.Exp(count.Average(cell => Math.Log(cell.Values["law-kl"])))))]))];
        File.WriteAllText(
            Path.Combine(figures, "atlas-mixtures.svg"), AtlasChart.Svg("Geometric mean of KL(q ‖ p) over twenty mixtures", means));
        foreach ((string name, IReadOnlyList<(int Evaluations, double Value)> points) in means)
            Console.WriteLine($"| {name} | {string.Join(" | ", points.OrderBy(point => point.Evaluations).Select(point => Number(point.Value)))} |");
        foreach (string metric in new[] { "law-kl", "law-reverse-kl", "law-w2" })
            Console.WriteLine(Table($"{metric} by process and grid", ofProcesses, cell => $"{cell.Schedule}, {cell.Grid}, {cell.Solver}", metric));
    }

    private static (string, IReadOnlyList<(int, double)>)[] Lines(Cell[] cells, string metric) => [.. cells.GroupBy(cell => cell.Solver)
        .Select(line => (line.Key, (IReadOnlyList<(int, double)>)[.. line.Where(cell => cell.Values.ContainsKey(metric))
            .DistinctBy(cell => cell.Evaluations).Select(cell => (cell.Evaluations, cell.Values[metric]))]))];

    private static string Table(string title, Cell[] cells, Func<Cell, string> row, string metric)
    {
        int[] budgets = [.. cells.Select(cell => cell.Budget).Distinct().Order()];
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"{title}\n\n| | {string.Join(" | ", budgets)} |\n|---|{string.Concat(budgets.Select(_ => "---:|"))}");
        foreach (IGrouping<string, Cell> line in cells.GroupBy(row))
        {
            string[] values = [.. budgets.Select(budget =>
                line.FirstOrDefault(cell => cell.Budget == budget)?.Values.TryGetValue(metric, out double value) == true ? Number(value) : "")];
            text.AppendLine(CultureInfo.InvariantCulture, $"| {line.Key} | {string.Join(" | ", values)} |");
        }

        return text.ToString();
    }

    private static string Number(double value) => value.ToString(value is 0 or >= 0.001 ? "g3" : "0.0e+0", CultureInfo.InvariantCulture);

    private static Cell[] Read(string run) => [.. Directory.GetFiles(Path.Combine(run, "cells"), "*.json").Order(StringComparer.Ordinal).Select(ReadCell)
        .OfType<Cell>()];

    private static Cell? ReadCell(string file)
    {
        using JsonDocument record = JsonDocument.Parse(File.ReadAllBytes(file));
        JsonElement root = record.RootElement;
        if (root.GetProperty("status").GetString() != "done")
            return null;
        Dictionary<string, string> axes = root.GetProperty("axes").EnumerateObject().ToDictionary(axis => axis.Name, axis => axis.Value.ToString());
        string budget = axes.GetValueOrDefault("nfe", "");
        int evaluations = root.GetProperty("evaluations").GetInt32();
        return new(
            Bare(axes.GetValueOrDefault("schedule", "")),
            axes.GetValueOrDefault("solver", "").Replace("(variable=noise-to-signal)", "", StringComparison.Ordinal),
            Bare(axes.GetValueOrDefault("grid", "")),
            int.Parse(Digits().Match(budget).Value, CultureInfo.InvariantCulture),
            evaluations,
            root.GetProperty("metrics").EnumerateArray()
                .ToDictionary(metric => metric.GetProperty("name").GetString()!, metric => metric.GetProperty("value").GetDouble()));
    }

    private static string Bare(string label) => label.Split('(')[0];

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digits();
}
