using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;

namespace Diffusion.Experiments.Comparing;

/// <summary>The cells of one or more runs, side by side.</summary>
/// <param name="Runs">The runs' labels.</param>
/// <param name="Axes">Paths of the axes that any of them has.</param>
/// <param name="Cells">All cells that have ended.</param>
public sealed record ComparedRuns(IReadOnlyList<string> Runs, IReadOnlyList<string> Axes, IReadOnlyList<ComparedCell> Cells)
{
    /// <summary>What sets cells of several runs apart, as an axis.</summary>
    public const string RunAxis = "run";

    /// <summary>Reads runs.</summary>
    /// <exception cref="InvalidDataException">A plan is damaged.</exception>
    public static ComparedRuns Read(IReadOnlyList<RunFolder> runs)
    {
        List<string> axes = [];
        List<ComparedCell> cells = [];
        foreach (RunFolder run in runs)
        {
            PlanFile plan = PlanFile.Read(run.PlanFile);
            string label = LabelOf(run);
            axes.AddRange(plan.Axes.Select(axis => axis.Path));
            IReadOnlyDictionary<CellId, CellRecord> records = RunComparison.Records(run);
            cells.AddRange(plan.Ids.Where(records.ContainsKey).SelectMany(id => plan.PlacesOf(id)
                .Select(place => new ComparedCell(records[id], label, place, () => plan.Composition(id)!))));
        }

        return new([.. runs.Select(LabelOf)], [.. axes.Distinct()], cells);

        // Runs of two results folders may have one label.
        string LabelOf(RunFolder run) => runs.Count(other => other.Label == run.Label) > 1 ? run.Path : run.Label;
    }

    /// <summary>The cells of a plan that have ended.</summary>
    public static ComparedRuns FromRecords(ExperimentPlan plan, string label, IReadOnlyList<CellRecord> records)
    {
        Dictionary<CellId, ExperimentCell> cells = plan.Cells.ToDictionary(cell => cell.Id);
        return new([label], [.. plan.Axes.Select(axis => axis.Path)], [.. records.Where(record => cells.ContainsKey(record.Id)).SelectMany(Placed)]);

        IEnumerable<ComparedCell> Placed(CellRecord record) => record.Placed(cells[record.Id]).AtPlaces.Select(placed => new ComparedCell(
            record,
            label,
            placed.Axes,
            () => ExperimentJson.Members(cells[record.Id].Experiment, choice => choice.CanonicalJson)
                .ToDictionary(member => member.Key, member => member.Json)));
    }

    /// <summary>The cells that any filter means, as in <c>solver=ddim*,steps=10</c>; all without a filter.</summary>
    /// <exception cref="Manifests.InputException">A filter names a path that no cell has, or no cell meets it.</exception>
    public ComparedRuns Selected(IReadOnlyList<string> filters) => CellFilter.Apply(this, filters);

    /// <summary>
    /// The cells as one sweep. What several runs share counts once; where they have other cells at one place, or are compared with one another, the run is an
    /// axis of its own.
    /// </summary>
    /// <param name="byRun">Whether the runs themselves are compared.</param>
    internal ComparedRuns Pooled(bool byRun)
    {
        if (Runs.Count == 1 && !byRun)
            return this;
        // Within its run a cell may stand at several places.
        ComparedCell[] distinct = [.. Cells.GroupBy(cell => cell.Record.Id).SelectMany(same => same.Where(cell => cell.Run == same.First().Run))];
        bool isOpen = byRun || distinct.CountBy(cell => string.Join('\n', [.. Axes.Select(axis => LabelOf(cell, axis)), $"{cell.Record.Number}"]))
            .Any(place => place.Value > 1);
        return isOpen ? this with { Axes = [.. Axes, RunAxis] } : this with { Cells = distinct };
    }

    /// <summary>A cell's place on an axis; where its run has no such axis, by what it is composed of.</summary>
    internal static string LabelOf(ComparedCell cell, string axis)
    {
        if (axis == RunAxis)
            return cell.Run;
        if (cell.Axes.TryGetValue(axis, out string? label))
            return label;
        if (axis == CostAxes.Steps)
            return FormattableString.Invariant($"{cell.Record.Steps}");
        string member = axis.Split('.')[0];
        return CompositionChange.Leaves(member, cell.Composition.GetValueOrDefault(member)).GetValueOrDefault(axis, "");
    }
}
