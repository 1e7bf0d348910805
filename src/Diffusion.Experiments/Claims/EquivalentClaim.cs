using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Diffusion.Experiments.Components;

namespace Diffusion.Experiments.Claims;

/// <summary>A value differs by no more than a margin between two sides, pair by pair.</summary>
[ClaimForm("equivalent", "A value differs by no more than a margin between left and right, in every pair of cells that differ in nothing else.")]
public sealed record EquivalentClaim : Claim
{
    /// <summary>The value.</summary>
    [Description("The value, as tables call it.")]
    public required string Metric { get; init; }

    /// <summary>One side.</summary>
    [Description("The cells on one side.")]
    public required ComparedSide Left { get; init; }

    /// <summary>The other side.</summary>
    [Description("The cells on the other side.")]
    public required ComparedSide Right { get; init; }

    /// <summary>The margin.</summary>
    [Range(0, double.PositiveInfinity, MinimumIsExclusive = true)]
    [Description("The margin, in the unit of the value.")]
    public required double Within { get; init; }

    internal override IReadOnlyList<string> Metrics => [Metric];

    internal override string Statement => $"{Metric} of {ClaimText.Show(Left)} and {ClaimText.Show(Right)} within {ClaimText.Show(Within)}";
}
