namespace Diffusion.Solvers;

/// <summary>What a predictor-corrector method does at each level before it goes on.</summary>
public enum SamplingCorrector
{
    /// <summary>Langevin steps whose size keeps the ratio of signal to noise, as published.</summary>
    Langevin,

    /// <summary>Langevin steps whose size is in proportion to σ².</summary>
    AnnealedLangevin,

    /// <summary>Part of the estimated noise is replaced by fresh noise.</summary>
    Renoise,

    /// <summary>None.</summary>
    None,
}
