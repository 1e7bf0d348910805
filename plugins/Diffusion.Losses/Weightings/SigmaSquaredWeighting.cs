namespace Diffusion.Losses;

/// <summary>λ = σ² on the score: every scale's loss is of the same size, as ‖σ s + ε‖² is at the exact score.</summary>
/// <remarks>
/// <code>
/// λ(σ) ‖s + ε/σ‖² = ‖σ s + ε‖²,     λ(σ) = σ²
/// </code>
/// On the noise it is weight 1. Song et al. 2021 choose λ ∝ 1/E‖∇ log p(x_t | x_0)‖², which for a Gaussian path is the same σ_t².
/// </remarks>
[Component(ComponentKind.Weighting, "sigma-squared", "sigma^2 on the score",
    Reference = "Song & Ermon 2019, equation 6 and the choice of lambda below it")]
public sealed class SigmaSquaredWeighting : ILossWeighting
{
    /// <inheritdoc/>
    public ResidualForm? Form => ResidualForm.Score;

    /// <inheritdoc/>
    public double Weight(NoiseLevel level, NoiseSchedule schedule) => level.Sigma * level.Sigma;
}
