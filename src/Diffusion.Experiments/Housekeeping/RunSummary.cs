using Diffusion.Experiments.Judging;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Running;
using Diffusion.Experiments.Storage;

namespace Diffusion.Experiments.Housekeeping;

/// <summary>A run of a results folder at a glance, as its files say it.</summary>
/// <param name="Label">Experiment and run.</param>
/// <param name="Path">Its folder.</param>
/// <param name="State">How far it is.</param>
/// <param name="Recorded">Cells that have a record.</param>
/// <param name="Cells">Cells of its plan; null where <c>run.json</c> does not tell.</param>
/// <param name="Started">When it began; null where <c>run.json</c> does not tell.</param>
/// <param name="Ended">When it last ended or stopped; null while it has not.</param>
/// <param name="Bytes">What its files take, in bytes.</param>
/// <param name="Claims">How many of its claims hold, have failed and are undecided; null where it claims nothing.</param>
public sealed record RunSummary(
    string Label, string Path, RunState State, int Recorded, int? Cells, DateTimeOffset? Started, DateTimeOffset? Ended, long Bytes, ClaimCounts? Claims)
{
    /// <summary>Reads a run's files. A damaged <c>run.json</c> makes the summary poorer and is no error.</summary>
    public static RunSummary Read(RunFolder folder)
    {
        RunRecord? record = RecordJson.Find<RunRecord>(folder.RecordFile);
        ClaimsRecord? claims = RecordJson.Find<ClaimsRecord>(folder.ClaimsFile);
        RunState state = record?.Status switch
        {
            null => RunState.Damaged,
            RunStatus.Finished => RunState.Finished,
            RunStatus.Stopped => RunState.Stopped,
            _ => RunLock.IsTaken(folder) ? RunState.Running : RunState.Interrupted,
        };
        return new(
            folder.Label, folder.Path, state, folder.RecordedCells().Count, record?.Cells, record?.Started, record?.Ended, FolderSize.Bytes(folder.Path),
            claims is null ? null : new(claims.Held, claims.Failed, claims.Undecided));
    }
}
