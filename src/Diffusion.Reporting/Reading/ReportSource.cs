using Diffusion.Experiments.Comparing;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Judging;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Storage;

namespace Diffusion.Reporting.Reading;

/// <summary>The runs that a report is made from, and what of them could not be read.</summary>
/// <param name="Runs">The runs.</param>
/// <param name="Cells">Their cells, side by side.</param>
/// <param name="Skipped">What was left out, in words; shown in the report.</param>
public sealed record ReportSource(IReadOnlyList<ReportedRun> Runs, ComparedRuns Cells, IReadOnlyList<string> Skipped)
{
    private const int IdsNamed = 5;

    /// <summary>Reads runs; what is damaged is left out and told.</summary>
    /// <param name="folders">The runs.</param>
    /// <param name="skipped">What was left out before.</param>
    /// <exception cref="InputException">No run is left.</exception>
    public static ReportSource Read(IReadOnlyList<RunFolder> folders, IReadOnlyList<string> skipped)
    {
        List<string> left = [.. skipped];
        List<(RunFolder Folder, PlanFile Plan)> sound = [];
        foreach (RunFolder folder in folders)
        {
            try
            {
                sound.Add((folder, PlanFile.Read(folder.PlanFile)));
            }
            catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                left.Add($"{folder.Label} is left out: {e.Message}");
            }
        }

        if (sound.Count == 0)
            throw new InputException(left.Count == 0 ? "no run is named" : left[0]);
        var cells = ComparedRuns.Read([.. sound.Select(run => run.Folder)]);
        List<ReportedRun> runs = [];
        foreach (((RunFolder folder, PlanFile plan), string label) in sound.Zip(cells.Runs))
        {
            RunRecord? record = RecordJson.Find<RunRecord>(folder.RecordFile);
            if (record is null)
                left.Add($"{label}: run.json is damaged, so that nothing is known of its machine and its software");
            ClaimsRecord? claims = null;
            if (File.Exists(folder.ClaimsFile) && (claims = RecordJson.Find<ClaimsRecord>(folder.ClaimsFile)) is null)
                left.Add($"{label}: claims.json is damaged; 'diffusion check' judges the claims again");
            Damaged(folder, label, plan, cells, left);
            runs.Add(new(folder, label, plan, record, claims, Text(folder.ManifestFile, label, left)));
        }

        return new(runs, cells, left);
    }

    private static void Damaged(RunFolder folder, string label, PlanFile plan, ComparedRuns cells, List<string> left)
    {
        HashSet<CellId> planned = [.. plan.Ids];
        HashSet<CellId> read = [.. cells.Cells.Where(cell => cell.Run == label).Select(cell => cell.Record.Id)];
        CellId[] recorded = [.. folder.RecordedCells().OrderBy(id => id.ToString(), StringComparer.Ordinal)];
        Say([.. recorded.Where(id => planned.Contains(id) && !read.Contains(id))], "damaged and left out; the same 'diffusion run' computes them again");
        Say([.. recorded.Where(id => !planned.Contains(id))], "of cells that its plan does not have, and left out");

        void Say(CellId[] ids, string what)
        {
            if (ids.Length > 0)
                left.Add($"{label}: {Counted.Text(ids.Length, "record")} {(ids.Length == 1 ? "is" : "are")} {what} ({Named(ids)})");
        }
    }

    private static string Named(CellId[] ids) =>
        $"{string.Join(", ", ids.Take(IdsNamed).Select(id => id.ToString()))}{(ids.Length > IdsNamed ? ", …" : "")}";

    private static string Text(string file, string label, List<string> left)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            left.Add($"{label}: its manifest cannot be read");
            return "";
        }
    }
}
