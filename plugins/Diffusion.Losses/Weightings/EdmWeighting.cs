using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Losses;

/// <summary>Options of <see cref="EdmWeighting"/>.</summary>
public sealed record EdmWeightingOptions : ComponentOptions
{
    /// <summary>σ_d.</summary>
    [Description("Standard deviation of the data.")]
    [Range(1e-6, 1e6)]
    public double SigmaData { get; init; } = 1;
}

/// <summary>The weight of EDM: every scale's raw network output F counts the same under EDM's preconditioning.</summary>
/// <remarks>
/// <code>
/// λ(σ̂) = (σ̂² + σ_d²)/(σ̂ σ_d)² = SNR + 1/σ_d² on ‖D − x_0‖²,     λ c_out² = 1,  σ̂ = σ/α
/// </code>
/// On the noise 1 + σ̂²/σ_d², without bound as α → 0.
/// </remarks>
[Component(ComponentKind.Weighting, "edm", "1/c_out^2 on the data, so that the preconditioned output counts the same everywhere",
    Reference = "Karras et al. 2022, table 1, loss weighting")]
public sealed class EdmWeighting(EdmWeightingOptions options) : ILossWeighting
{
    /// <inheritdoc/>
    public ResidualForm? Form => ResidualForm.Data;

    /// <inheritdoc/>
    public double Weight(NoiseLevel level, NoiseSchedule schedule) =>
        SignalToNoise.Ratio(level) + (1 / (options.SigmaData * options.SigmaData));
}
