namespace Diffusion.Losses;

/// <summary>g² on the score: score matching becomes a bound on the likelihood.</summary>
/// <remarks>
/// <code>
/// KL(p ‖ q_sde) ≤ KL(p_T ‖ π) + ½ ∫₀ᵀ g²(t) E‖s − ∇ log p_t‖² dt
/// </code>
/// With times uniform on [0, T] denoising score matching under this weight is the integral over T, up to a constant of the data (and per
/// dimension of the data). On the noise the weight is g²/σ² = −2 λ′(t).
/// </remarks>
[Component(ComponentKind.Weighting, "maximum-likelihood", "g^2 on the score: the variational bound of the SDE sampler",
    Reference = "Song, Durkan, Murray & Ermon 2021, Maximum Likelihood Training of Score-Based Diffusion Models, theorem 1")]
public sealed class MaximumLikelihoodWeighting : ILossWeighting
{
    /// <inheritdoc/>
    public ResidualForm? Form => ResidualForm.Score;

    /// <inheritdoc/>
    public double Weight(NoiseLevel level, NoiseSchedule schedule) => schedule.DiffusionSquared(level.T);
}
