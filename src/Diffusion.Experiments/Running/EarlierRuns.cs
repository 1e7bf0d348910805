using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;

namespace Diffusion.Experiments.Running;

/// <summary>What other runs of a results folder have of a plan's cells: found by names alone, which are keys.</summary>
internal sealed class EarlierRuns
{
    private readonly Dictionary<CellId, RunFolder> _cells = [];
    private readonly Dictionary<SamplesId, RunFolder> _samples = [];
    private readonly PlanFile? _last;
    private readonly IReadOnlyDictionary<string, CellId> _idsByPlace = new Dictionary<string, CellId>();

    private EarlierRuns(RunFolder? folder, PlanFile? last)
    {
        _last = last;
        Last = folder is not null && last is not null ? (folder, last) : null;
        if (last is not null)
            _idsByPlace = last.IdsByPlace();
    }

    public static EarlierRuns None { get; } = new(null, null);

    public static EarlierRuns Find(ExperimentPlan plan, string results, RunFolder? without)
    {
        RunFolder? newest = RunFolder.Runs(results, plan.Name).FirstOrDefault(folder => folder.Path != without?.Path && File.Exists(folder.PlanFile));
        EarlierRuns runs = new(newest, newest is null ? null : PlanFile.Find(newest.PlanFile));
        // Newest first, so that of several the newest counts.
        foreach (RunFolder folder in RunFolder.Runs(results).OrderByDescending(folder => folder.Name, StringComparer.Ordinal))
        {
            if (folder.Path != without?.Path)
            {
                foreach (CellId id in folder.RecordedCells())
                    runs._cells.TryAdd(id, folder);
            }

            foreach (SamplesId id in folder.RecordedSamples())
                runs._samples.TryAdd(id, folder);
        }

        return runs;
    }

    /// <summary>The experiment's newest other run.</summary>
    public (RunFolder Folder, PlanFile Plan)? Last { get; }

    /// <summary>The newest other run that has a record of a cell.</summary>
    public RunFolder? Cell(CellId id) => _cells.GetValueOrDefault(id);

    /// <summary>The newest run that has these samples.</summary>
    public RunFolder? Samples(SamplesId id) => _samples.GetValueOrDefault(id);

    /// <summary>What sets a cell apart from the one that stood at its place in the experiment's last run; null when there was none.</summary>
    public string? ChangeOf(ExperimentCell cell)
    {
        if (_last is null || !_idsByPlace.TryGetValue(PlanFile.Place(cell.AxisValues, cell.Number), out CellId? before) || before == cell.Id)
            return null;
        IReadOnlyList<CompositionChange> changes = CompositionChange.Between(
            _last.Composition(before)!, ExperimentJson.Members(cell.Experiment, choice => choice.CanonicalJson)
                .ToDictionary(member => member.Key, member => member.Json));
        return changes.Count == 0 ? null : string.Join(", ", changes);
    }
}
