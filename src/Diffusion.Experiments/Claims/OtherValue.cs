using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Diffusion.Experiments.Components;

namespace Diffusion.Experiments.Claims;

/// <summary>Another value of the same cell.</summary>
[OptionGroup]
public sealed record OtherValue
{
    /// <summary>The value.</summary>
    [Description("Another value of the same cell, as tables call it.")]
    public required string Metric { get; init; }

    /// <summary>What it is multiplied by.</summary>
    [Range(0, double.PositiveInfinity, MinimumIsExclusive = true)]
    [Description("What it is multiplied by.")]
    public double Times { get; init; } = 1;

    /// <inheritdoc/>
    public override string ToString() => Times == 1 ? Metric : $"{ClaimText.Show(Times)} × {Metric}";
}
