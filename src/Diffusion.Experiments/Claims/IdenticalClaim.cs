using System.ComponentModel;
using Diffusion.Experiments.Components;

namespace Diffusion.Experiments.Claims;

/// <summary>Two sides draw the same samples from the same noise.</summary>
[ClaimForm("identical", "Left and right draw the same samples from the same noise, up to the rounding of their type.")]
public sealed record IdenticalClaim : Claim
{
    /// <summary>One side.</summary>
    [Description("The cells on one side.")]
    public required ComparedSide Left { get; init; }

    /// <summary>The other side.</summary>
    [Description("The cells on the other side.")]
    public required ComparedSide Right { get; init; }

    internal override IReadOnlyList<string> Metrics => [];

    internal override string Statement => $"samples of {ClaimText.Show(Left)} and {ClaimText.Show(Right)} are the same";
}
