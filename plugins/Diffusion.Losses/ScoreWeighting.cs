namespace Diffusion.Losses;

/// <summary>How the scales of multi-scale denoising score matching count: the factor λ of ‖s + ε/σ‖².</summary>
public enum ScoreWeighting
{
    /// <summary>λ = σ² (Song &amp; Ermon 2019): every scale's loss is of the same size.</summary>
    SigmaSquared,

    /// <summary>λ = 1: Vincent's objective as it stands; the smallest scales dominate by 1/σ².</summary>
    Uniform,

    /// <summary>
    /// λ = σ² (σ̂² + σ_d²)/σ_d² with σ̂ = σ/α (Karras et al. 2022, table 1): in D, (σ̂² + σ_d²)/(σ̂ σ_d)² · ‖D − x_0‖², which gives every
    /// scale's raw network output the same weight. Without bound as α → 0.
    /// </summary>
    Edm,
}
