namespace Diffusion;

/// <summary>What a denoiser's output stands for; see the conversions on <see cref="Prediction"/>.</summary>
public enum PredictionKind
{
    /// <summary>ε̂ = E[ε | x_t].</summary>
    Noise,

    /// <summary>D = E[x_0 | x_t].</summary>
    Data,

    /// <summary>s = ∇ log p_t(x).</summary>
    Score,

    /// <summary>v = α ε̂ − σ D (Salimans &amp; Ho 2022).</summary>
    V,
}
