using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Reporting;
using Diffusion.Experiments.Storage;

namespace Diffusion.Experiments.Running;

/// <summary>The tables of a run: projections of its records.</summary>
internal static class RunReport
{
    /// <summary>Quality against cost, a table a metric.</summary>
    public static IReadOnlyList<Comparison> Compare(ExperimentPlan plan, IReadOnlyList<CellRecord> records) => Comparison.Build([.. plan.Axes.Select(axis => axis.Path)], records);

    /// <summary>Writes <c>metrics.csv</c> and <c>comparison.md</c>.</summary>
    public static void Write(ExperimentPlan plan, RunFolder folder, IReadOnlyList<CellRecord> records)
    {
        MetricsCsv.Write(folder.MetricsFile, [.. plan.Axes.Select(axis => axis.Path)], records);
        AtomicFile.WriteAllText(folder.ComparisonFile, $"# {Markdown.Inline(plan.Name)}\n\n{Markdown.Text(plan.Description)}\n\n{string.Join('\n', Compare(plan, records).Select(comparison => comparison.ToMarkdown()))}");
    }
}
