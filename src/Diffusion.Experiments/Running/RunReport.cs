using System.Globalization;
using System.Text;
using Diffusion.Experiments.Comparing;
using Diffusion.Experiments.Judging;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Reporting;
using Diffusion.Experiments.Storage;

namespace Diffusion.Experiments.Running;

/// <summary>The tables of a run: projections of its records.</summary>
internal static class RunReport
{
    /// <summary>Quality against cost, a table a metric.</summary>
    public static IReadOnlyList<Comparison> Compare(ExperimentPlan plan, IReadOnlyList<CellRecord> records) =>
        Comparison.Build([.. plan.Axes.Select(axis => axis.Path)], records);

    /// <summary>Writes <c>claims.json</c>, or removes it where nothing is claimed.</summary>
    public static void WriteClaims(RunFolder folder, ClaimVerdicts? claims)
    {
        if (claims is null)
            File.Delete(folder.ClaimsFile);
        else
            RecordJson.Write(folder.ClaimsFile, ClaimsRecord.FromVerdicts(claims));
    }

    /// <summary>Writes <c>metrics.csv</c>, <c>comparison.md</c> and, where there are pictures, <c>contact-sheet.svg</c>.</summary>
    public static void Write(ExperimentPlan plan, RunFolder folder, IReadOnlyList<CellRecord> records, ClaimVerdicts? claims)
    {
        MetricsCsv.Write(folder.MetricsFile, [.. plan.Axes.Select(axis => axis.Path)], records);
        var text = new StringBuilder();
        text.Append($"# {Markdown.Inline(plan.Name)}\n\n{Markdown.Text(plan.Description)}\n\n");
        if (claims is not null)
            text.Append(ClaimsReport.Section(claims).ToMarkdown(2));
        text.AppendJoin('\n', Compare(plan, records).Select(comparison => comparison.ToMarkdown()));
        var runs = ComparedRuns.FromRecords(plan, folder.Label, records);
        // Laws on the way are many, and compared one by one when asked for.
        foreach (string metric in MeasuredMetric.All(records).Where(metric => metric.Time is null).Select(metric => metric.Name))
        {
            if (ConfigurationComparison.Usual(runs, metric) is not { } comparison)
                continue;
            text.Append($"\n## Comparison by {Markdown.Inline(comparison.By)}: {Markdown.Inline(metric)}\n\n");
            foreach (ReportSection section in ComparisonText.Full(comparison))
                text.Append(section.ToMarkdown(3));
        }

        AtomicFile.WriteAllText(folder.ComparisonFile, text.ToString());
        WriteContactSheet(plan, folder, records);
    }

    private static void WriteContactSheet(ExperimentPlan plan, RunFolder folder, IReadOnlyList<CellRecord> records)
    {
        Dictionary<CellId, CellRecord> byId = records.ToDictionary(record => record.Id);
        ExperimentCell[] cells = [.. plan.Cells.Where(cell => cell.Number.Draw == 0 && byId.GetValueOrDefault(cell.Id)?.Samples is not null
            && File.Exists(folder.PictureFile(cell.SamplesId)))];
        string start = cells.All(cell => cell.Experiment.Noise == NoiseCoupling.Common) ? ", all from the same noise" : "";
        // Columns in the order of the budgets, wherever the first of them stands in the plan.
        string? sheet = ContactSheet.Svg(
            $"{plan.Name}: samples over data, repeat 0{start}",
            [.. cells.OrderBy(cell => cell.Experiment.Steps).Select(cell => new ContactTile(Row(cell), Column(cell), folder.PictureFile(cell.SamplesId)))
                .Distinct()]);
        if (sheet is null)
            File.Delete(folder.ContactSheetFile);
        else
            AtomicFile.WriteAllText(folder.ContactSheetFile, sheet);

        static string Row(ExperimentCell cell) => string.Join(' ', cell.AxisValues
            .Where(axis => axis.Key != ManifestKeys.Solver && !CostAxes.Contains(axis.Key) && axis.Value.Length > 0)
            .Select(axis => $"{axis.Key.Split('.')[^1]}={axis.Value}")
            .Prepend(cell.AxisValues.GetValueOrDefault(ManifestKeys.Solver) is { Length: > 0 } label ? label : cell.Experiment.Solver.Name));

        static string Column(ExperimentCell cell) => cell.AxisValues.GetValueOrDefault(CostAxes.Evaluations) is { Length: > 0 } budget
            ? $"{budget} evaluations"
            : string.Create(CultureInfo.InvariantCulture, $"{cell.Experiment.Steps} step{(cell.Experiment.Steps == 1 ? "" : "s")}");
    }
}
