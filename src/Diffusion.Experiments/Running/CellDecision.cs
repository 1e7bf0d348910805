using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;

namespace Diffusion.Experiments.Running;

/// <summary>What a run does with a cell, and why.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Action">What is done.</param>
/// <param name="Reason">Why, in words: "new", "failed before: …", "solver.order 2 → 3".</param>
/// <param name="Record">The record to keep or take over.</param>
/// <param name="Source">The run that has the record or the samples.</param>
public sealed record CellDecision(ExperimentCell Cell, CellAction Action, string Reason, CellRecord? Record = null, RunFolder? Source = null)
{
    /// <summary>Whether there is work to do.</summary>
    public bool IsWork => Action is CellAction.Run or CellAction.Measure;
}
