using Diffusion.Experiments.Claims;
using Diffusion.Experiments.Comparing;
using Diffusion.Experiments.Judging;
using Diffusion.Experiments.Manifests;
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
    /// <exception cref="ManifestException">Something is wrong with what the run's manifest claims.</exception>
    public static void Tell(ITracker tracker, RunFolder folder, bool withCells)
    {
        RunRecord run = RecordJson.Read<RunRecord>(folder.RecordFile);
        PlanFile plan = PlanFile.Read(folder.PlanFile);
        IReadOnlyDictionary<CellId, CellRecord> records = RunComparison.Records(folder);
        CellRecord[] ordered = [.. plan.Ids.Where(records.ContainsKey).Select(id => Placed(records[id]))];
        ClaimSet claims = File.Exists(folder.ManifestFile) ? ManifestClaims.Read(folder.ManifestFile, plan) : ClaimSet.None;
        new SweepTracking(tracker, new SweepProjection(plan, folder, run), withCells)
            .TellRest(ordered, claims.Claims.Count == 0 ? null : ClaimJudge.Judge(claims, new(ordered, folder)), run);

        CellRecord Placed(CellRecord record) => plan.PlacesOf(record.Id).ToArray() is var places && places.Length > 1
            ? record with { Axes = places[0], AlsoAt = places[1..] }
            : record with { Axes = places[0], AlsoAt = null };
    }
}
