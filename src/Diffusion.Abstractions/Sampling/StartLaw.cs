namespace Diffusion;

/// <summary>What a sampler starts from at the noisiest level.</summary>
public enum StartLaw
{
    /// <summary>N(0, σ_T² I), the usual prior: it differs from the law of the noisy data, so that every sampler inherits an error.</summary>
    Gaussian,

    /// <summary>p_T, the law of the noisy data, where the data are a known mixture: what is left is the error of the solver and the model.</summary>
    Exact,
}
