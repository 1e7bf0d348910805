namespace Diffusion.ScoreModels.Mlp;

/// <summary>How a network is told the noise level.</summary>
public enum MlpEmbedding
{
    /// <summary>Harmonics of λ = log(α/σ) itself.</summary>
    LogSnr,

    /// <summary>Gaussian Fourier features of the preconditioner's label, Song et al. 2021: for labels in ln σ.</summary>
    Fourier,

    /// <summary>The positional embedding of transformers of the preconditioner's label, Ho et al. 2020: for labels that count steps.</summary>
    Sinusoidal,
}
