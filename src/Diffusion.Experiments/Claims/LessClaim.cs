using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Diffusion.Experiments.Components;

namespace Diffusion.Experiments.Claims;

/// <summary>A value is less on one side than on the other, pair by pair.</summary>
[ClaimForm("less", "A value is less on the left than on the right, in every pair of cells that differ in nothing else.")]
public sealed record LessClaim : Claim
{
    /// <summary>The value.</summary>
    [Description("The value, as tables call it.")]
    public required string Metric { get; init; }

    /// <summary>The side with the smaller value.</summary>
    [Description("The cells with the smaller value.")]
    public required ComparedSide Left { get; init; }

    /// <summary>The side with the larger value.</summary>
    [Description("The cells with the larger value.")]
    public required ComparedSide Right { get; init; }

    /// <summary>By how much it is less, at least.</summary>
    [Range(0, double.PositiveInfinity)]
    [Description("By how much it is less, at least.")]
    public double ByAtLeast { get; init; }

    internal override IReadOnlyList<string> Metrics => [Metric];

    internal override string Statement =>
        $"{Metric} of {ClaimText.Show(Left)} < {ClaimText.Show(Right)}{(ByAtLeast > 0 ? $" by at least {ClaimText.Show(ByAtLeast)}" : "")}";
}
