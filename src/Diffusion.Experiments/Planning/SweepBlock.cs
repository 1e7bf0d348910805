namespace Diffusion.Experiments.Planning;

/// <summary>A part of a sweep's space: the product of its groups, each a set of axes that go together, and what some cells have beside.</summary>
/// <param name="Groups">What is crossed; the last varies fastest.</param>
/// <param name="Conditionals">Groups that only cells have which meet a rule.</param>
internal sealed record SweepBlock(IReadOnlyList<SweepGroup> Groups, IReadOnlyList<(SweepRule Rule, IReadOnlyList<SweepGroup> Groups)> Conditionals)
{
    /// <summary>How many combinations the groups that every cell has span.</summary>
    public double Size => Groups.Aggregate(1.0, (product, group) => product * group.Count);
}
