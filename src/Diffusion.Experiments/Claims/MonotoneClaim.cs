using System.ComponentModel;

namespace Diffusion.Experiments.Claims;

/// <summary>A value falls, or rises, from each number that the sweep takes to the next.</summary>
[ClaimForm("monotone", "A value falls, or rises, from each number that the sweep takes to the next.")]
public sealed record MonotoneClaim : Claim
{
    /// <summary>The value.</summary>
    [Description("The value, as tables call it.")]
    public required string Metric { get; init; }

    /// <summary>The number that is varied.</summary>
    [Description("The axis, or the setting that goes with one, along whose numbers the value goes one way: steps, nfe.")]
    public required string Along { get; init; }

    /// <summary>Which way.</summary>
    [Description("Which way the value goes as the number grows.")]
    public required MonotoneDirection Direction { get; init; }

    internal override IReadOnlyList<string> Metrics => [Metric];

    internal override string Statement => $"{Metric} {(Direction == MonotoneDirection.Decreasing ? "falls" : "rises")} along {Along}";
}
