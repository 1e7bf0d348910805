namespace Diffusion.ScoreModels.Preconditioning;

/// <summary>What a network's output stands for.</summary>
public enum NetworkOutput
{
    /// <summary>F of Karras et al. 2022: a mixture of data and noise of unit variance at every level; see <see cref="EdmPreconditioner"/>.</summary>
    Edm,

    /// <summary>ε̂. Carries no information on the data at α = 0.</summary>
    Noise,

    /// <summary>D. Carries no information on the noise at σ = 0.</summary>
    Data,

    /// <summary>(α ε̂ − σ D)/√(α² + σ²), Salimans &amp; Ho 2022 for α² + σ² = 1.</summary>
    V,

    /// <summary>√S ∇ log p_t, S = σ² + α² σ_d²: the score of the scaled input x_t/√S, Song &amp; Ermon 2019.</summary>
    Score,

    /// <summary>ε̂ − D, the velocity of the straight path, Lipman et al. 2022 and Liu et al. 2022.</summary>
    Velocity,

    /// <summary>ε̂ with the time of a variance-preserving process for a label; see <see cref="VariancePreservingPreconditioner"/>.</summary>
    Vp,

    /// <summary>−ε̂ of an unscaled input; see <see cref="VarianceExplodingPreconditioner"/>.</summary>
    Ve,

    /// <summary>ε̂ with the index of a discrete step for a label; see <see cref="IddpmPreconditioner"/>.</summary>
    Iddpm,
}
