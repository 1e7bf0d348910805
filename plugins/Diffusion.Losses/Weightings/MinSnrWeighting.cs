using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Losses;

/// <summary>Options of <see cref="MinSnrWeighting"/>.</summary>
public sealed record MinSnrOptions : ComponentOptions
{
    /// <summary>γ.</summary>
    [Description("Largest weight on the data.")]
    [Range(0.0, 1e9, MinimumIsExclusive = true)]
    public double Gamma { get; init; } = 5;
}

/// <summary>The signal-to-noise ratio on the data, cut off at γ, so that nearly clean levels do not crowd out the rest.</summary>
/// <remarks>
/// <code>
/// min(SNR, γ) on ‖D − x_0‖²,     so min(SNR, γ)/SNR on the noise and, where α² + σ² = 1, min(SNR, γ)/(SNR + 1) on v
/// </code>
/// </remarks>
[Component(ComponentKind.Weighting, "min-snr", "The signal-to-noise ratio on the data, at most gamma",
    Reference = "Hang et al. 2023, Efficient Diffusion Training via Min-SNR Weighting Strategy, section 3.4")]
public sealed class MinSnrWeighting(MinSnrOptions options) : ILossWeighting
{
    /// <inheritdoc/>
    public ResidualForm? Form => ResidualForm.Data;

    /// <inheritdoc/>
    public double Weight(NoiseLevel level, NoiseSchedule schedule) => Math.Min(SignalToNoise.Ratio(level), options.Gamma);
}
