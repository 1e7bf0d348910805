using Diffusion.Experiments.Planning;

namespace Diffusion.Experiments.Running;

/// <summary>The cells of a sweep that differ in budget and repeat alone: what is compared with others, along the evaluations that it may make.</summary>
/// <param name="Labels">Axis → label, without the axis of the budget.</param>
/// <param name="Cells">Its cells in the plan's order, each with its budget's label.</param>
internal sealed record SweepConfiguration(IReadOnlyDictionary<string, string> Labels, IReadOnlyList<(CellId Id, string Budget)> Cells)
{
    // Of each there is one.
    public bool Equals(SweepConfiguration? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}
