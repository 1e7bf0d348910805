using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Losses;

/// <summary>Options of <see cref="SoftMinSnrWeighting"/>.</summary>
public sealed record SoftMinSnrOptions : ComponentOptions
{
    /// <summary>γ.</summary>
    [Description("The weight on the data that is approached at little noise; 1/sigmaData^2 for data of that standard deviation.")]
    [Range(0.0, 1e9, MinimumIsExclusive = true)]
    public double Gamma { get; init; } = 4;
}

/// <summary>A smooth form of <see cref="MinSnrWeighting"/>.</summary>
/// <remarks>
/// <code>
/// SNR γ/(SNR + γ) = 1/(σ̂² + 1/γ) on ‖D − x_0‖²
/// </code>
/// With γ = 1/σ_d² the weight on EDM's raw output F is (σ̂ σ_d)²/(σ̂² + σ_d²)².
/// </remarks>
[Component(ComponentKind.Weighting, "soft-min-snr", "A smooth minimum of the signal-to-noise ratio and gamma, on the data",
    Reference = "Crowson et al. 2024, Scalable High-Resolution Pixel-Space Image Synthesis with Hourglass Diffusion Transformers, section 3.4")]
public sealed class SoftMinSnrWeighting(SoftMinSnrOptions options) : ILossWeighting
{
    /// <inheritdoc/>
    public ResidualForm? Form => ResidualForm.Data;

    /// <inheritdoc/>
    public double Weight(NoiseLevel level, NoiseSchedule schedule) =>
        1 / ((level.NoiseToSignal * level.NoiseToSignal) + (1 / options.Gamma));
}
