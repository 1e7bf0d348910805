namespace Diffusion.Experiments.Running;

/// <summary>What a run came to.</summary>
/// <param name="Folder">Where it is.</param>
/// <param name="Records">Records of the cells that ended, in the plan's order.</param>
/// <param name="Stopped">Whether the user stopped it before the end.</param>
public sealed record RunOutcome(RunFolder Folder, IReadOnlyList<CellRecord> Records, bool Stopped);
