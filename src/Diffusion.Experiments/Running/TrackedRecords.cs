using Diffusion.Experiments.Comparing;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Storage;

namespace Diffusion.Experiments.Running;

/// <summary>A run at a tracker, by its records alone: no component is made, and none need be installed.</summary>
public static class TrackedRecords
{
    /// <summary>Tells a tracker everything that the records of a run say.</summary>
    /// <param name="tracker">The tracker.</param>
    /// <param name="folder">The run.</param>
    /// <param name="withCells">Whether each cell is a tracked run of its own.</param>
    /// <exception cref="InvalidDataException"><c>run.json</c> or <c>plan.jsonl</c> is damaged.</exception>
    public static void Tell(ITracker tracker, RunFolder folder, bool withCells)
    {
        RunRecord run = RecordJson.Read<RunRecord>(folder.RecordFile);
        PlanFile plan = PlanFile.Read(folder.PlanFile);
        IReadOnlyDictionary<CellId, CellRecord> records = RunComparison.Records(folder);
        new SweepTracking(tracker, new SweepProjection(plan, folder, run), withCells)
            .TellRest([.. plan.Ids.Where(records.ContainsKey).Select(id => records[id] with { Axes = plan.AxisValues(id) })], run);
    }
}
