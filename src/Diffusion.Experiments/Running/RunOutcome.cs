using Diffusion.Experiments.Judging;
using Diffusion.Experiments.Records;

namespace Diffusion.Experiments.Running;

/// <summary>What a run came to.</summary>
/// <param name="Folder">Where it is.</param>
/// <param name="Records">Records of the cells that ended, in the plan's order.</param>
/// <param name="Ending">How it ended.</param>
/// <param name="Work">What there was to do.</param>
/// <param name="Message">What goes on without this process, or why there was no going on, in words.</param>
/// <param name="Claims">What the manifest claims, judged; null where it claims nothing.</param>
public sealed record RunOutcome(
    RunFolder Folder, IReadOnlyList<CellRecord> Records, RunEnding Ending, WorkPlan Work, string? Message = null, ClaimVerdicts? Claims = null);
