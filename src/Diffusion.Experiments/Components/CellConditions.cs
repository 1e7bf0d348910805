namespace Diffusion.Experiments.Components;

/// <summary>Conditions on cells of a sweep, all of which must be met.</summary>
/// <param name="All">The conditions, in the order in which they are stated.</param>
public sealed record CellConditions(IReadOnlyList<CellCondition> All)
{
    /// <summary>No condition: every cell.</summary>
    public static CellConditions None { get; } = new([]);
}
