namespace Diffusion.ScoreModels.Mlp;

/// <summary>What the network's raw output F(c_in x_t, λ) stands for; c_in = 1/√(σ² + α² σ_d²) in every case.</summary>
public enum MlpParameterization
{
    /// <summary>
    /// Karras et al. 2022, equation 7, carried from α = 1 to any (α, σ): D = c_skip x + c_out F with c_skip = α σ_d²/(σ² + α² σ_d²) and
    /// c_out = σ σ_d/√(σ² + α² σ_d²). Finite at α = 0 and at σ = 0.
    /// </summary>
    Edm,

    /// <summary>ε̂ = F. Carries no information on the data at α = 0.</summary>
    Noise,

    /// <summary>D = F. Carries no information on the noise at σ = 0.</summary>
    Data,

    /// <summary>α ε̂ − σ D = √(α² + σ²) F, Salimans &amp; Ho 2022 for α² + σ² = 1.</summary>
    V,
}
