using static TorchSharp.torch;

namespace Diffusion.Losses;

/// <summary>Denoising score matching, at one scale or many.</summary>
/// <remarks>
/// Per sample
/// <code>
/// ½ ‖s(x_t) + ε/σ‖²,     x_t = α x_0 + σ ε,     weighted by λ = σ² unless another weighting is chosen
/// </code>
/// averaged over the data's dimensions. At every level its expectation is that of <see cref="ExplicitScoreMatchingLoss"/> plus a constant of
/// the data, so both have one gradient and one minimum. Which scales there are is the time sampler's affair: one (<c>single-scale</c>), a
/// ladder of L (<c>noise-ladder</c>) or a continuum. With its own weighting it is half of <see cref="NoisePredictionLoss"/>; Vincent's
/// objective as it stands is weighting <c>uniform</c>.
/// </remarks>
[Component(ComponentKind.Loss, "denoising-score-matching", "Half the squared distance of the score from that of the noising kernel, weighted by sigma^2",
    Reference = "Vincent 2011, equation 11, doi:10.1162/NECO_a_00142; Song & Ermon 2019, equation 6", Aliases = ["dsm"])]
public sealed class DenoisingScoreMatchingLoss : ILoss
{
    /// <inheritdoc/>
    public ResidualForm Residual => ResidualForm.Score;

    /// <inheritdoc/>
    public ILossWeighting DefaultWeighting { get; } = new SigmaSquaredWeighting();

    /// <inheritdoc/>
    public Tensor Evaluate(IScoreModel model, LossBatch batch) => DenoisingResidual.Squared(model, batch, Residual, constant: 0.5);
}
