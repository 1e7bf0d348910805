namespace Diffusion.Losses;

/// <summary>The signal-to-noise ratio on the data: noise prediction's own weighting, for a model that predicts data.</summary>
/// <remarks>
/// <code>
/// SNR ‖D − x_0‖² = ‖ε̂ − ε‖²,     SNR = α²/σ² = 1/σ̂²
/// </code>
/// The losses that Karras et al. 2022 attribute to VP and VE are this weight (their 1/σ²).
/// </remarks>
[Component(ComponentKind.Weighting, "snr", "The signal-to-noise ratio on the data",
    Reference = "Salimans & Ho 2022, section 4; Karras et al. 2022, table 1 (VP, VE)")]
public sealed class SnrWeighting : ILossWeighting
{
    /// <inheritdoc/>
    public ResidualForm? Form => ResidualForm.Data;

    /// <inheritdoc/>
    public double Weight(NoiseLevel level, NoiseSchedule schedule) => SignalToNoise.Ratio(level);
}
