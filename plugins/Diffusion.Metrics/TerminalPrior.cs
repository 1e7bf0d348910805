namespace Diffusion.Metrics;

/// <summary>The density that a likelihood takes for the noisiest level.</summary>
public enum TerminalPrior
{
    /// <summary>N(0, σ_T² I): what the sampler starts from. The likelihood is that of the sampler.</summary>
    Normal,

    /// <summary>N(α_T m, α_T² C + σ_T² I) with mean and covariance of the reference: what a sampler that knew them would start from.</summary>
    Matched,

    /// <summary>The noisy data's own density, where the data are a known mixture: what is left is the model's error alone.</summary>
    Exact,
}
