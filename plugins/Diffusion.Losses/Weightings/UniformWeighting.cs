using System.ComponentModel;

namespace Diffusion.Losses;

/// <summary>Options of <see cref="UniformWeighting"/>.</summary>
public sealed record UniformWeightingOptions : ComponentOptions
{
    /// <summary>Of what the square counts the same at every level.</summary>
    [Description("The residual that counts the same at every level: noise, data, score, v or velocity; null for the loss's own.")]
    public ResidualForm? Residual { get; init; }
}

/// <summary>Weight 1 on a residual: the loss' own, or the one that is named.</summary>
/// <remarks>
/// On the noise it is "L_simple" of DDPM, on the score the objective of Vincent 2011, on v and on the velocity that of their papers; all of
/// them weight one and the same squared error differently.
/// </remarks>
[Component(ComponentKind.Weighting, "uniform", "Weight 1 on the loss's own residual or on a named one",
    Reference = "Ho, Jain & Abbeel 2020, equation 14; Vincent 2011, equation 11")]
public sealed class UniformWeighting(UniformWeightingOptions options) : ILossWeighting
{
    /// <inheritdoc/>
    public ResidualForm? Form => options.Residual;

    /// <inheritdoc/>
    public double Weight(NoiseLevel level, NoiseSchedule schedule) => 1;
}
