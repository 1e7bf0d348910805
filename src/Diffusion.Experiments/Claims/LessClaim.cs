using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Diffusion.Experiments.Components;

namespace Diffusion.Experiments.Claims;

/// <summary>A value is less on one side than on the other, pair by pair or in the mean over an axis.</summary>
[ClaimForm("less", "A value is less on the left than on the right, in every pair of cells that differ in nothing else, or in the mean over an axis.")]
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

    /// <summary>The axis over which differences are averaged; null where every pair counts by itself.</summary>
    [Description("An axis over whose values the differences of pairs are averaged: the claim is then about the mean, paired, rather than about every pair.")]
    public string? MeanOver { get; init; }

    /// <summary>Whether logarithms are compared in place of values.</summary>
    [Description("Whether natural logarithms are compared in place of values: byAtLeast 0.7 then means about half the value, or half the geometric mean.")]
    public bool Logarithmic { get; init; }

    internal override IReadOnlyList<string> Metrics => [Metric];

    internal override string Statement =>
        $"{(MeanOver is null ? "" : "mean of ")}{(Logarithmic ? "log " : "")}{Metric} of {ClaimText.Show(Left)} < {ClaimText.Show(Right)}"
            + $"{(ByAtLeast > 0 ? $" by at least {ClaimText.Show(ByAtLeast)}" : "")}{(MeanOver is null ? "" : $", over {MeanOver}")}";
}
