using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

using static TorchSharp.torch;

namespace Diffusion.Losses;

/// <summary>Options of <see cref="EdmLoss"/>.</summary>
public sealed record EdmLossOptions : ComponentOptions
{
    /// <summary>σ_d.</summary>
    [Description("Standard deviation of the data, for the weighting.")]
    [Range(1e-6, 1e6)]
    public double SigmaData { get; init; } = 1;
}

/// <summary>The loss of EDM: the denoiser's squared error, weighted so that the preconditioned network output F counts the same everywhere.</summary>
/// <remarks>
/// <code>
/// λ(σ̂) ‖D − x_0‖² = ‖F − F*‖²,     λ = (σ̂² + σ_d²)/(σ̂ σ_d)² = 1/c_out²,     F* = (x_0 − c_skip (x_0 + σ̂ ε))/c_out
/// </code>
/// averaged over the data's dimensions; E‖F*‖² = 1 per dimension at every level for data of variance σ_d². The paper draws σ̂ by the time
/// sampler <c>log-normal</c>. The second form holds for models with EDM's preconditioning, the first for all.
/// </remarks>
[Component(ComponentKind.Loss, "edm", "The denoiser's squared error with EDM's weight 1/c_out^2",
    Reference = "Karras et al. 2022, Elucidating the Design Space of Diffusion-Based Generative Models, equation 8 and table 1")]
public sealed class EdmLoss(EdmLossOptions options) : ILoss
{
    /// <inheritdoc/>
    public ResidualForm Residual => ResidualForm.Data;

    /// <inheritdoc/>
    public ILossWeighting DefaultWeighting { get; } = new EdmWeighting(new EdmWeightingOptions { SigmaData = options.SigmaData });

    /// <inheritdoc/>
    public Tensor Evaluate(IScoreModel model, LossBatch batch) => DenoisingResidual.Squared(model, batch, Residual);
}
