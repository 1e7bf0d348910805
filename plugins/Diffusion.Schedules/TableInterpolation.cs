namespace Diffusion.Schedules;

/// <summary>What is linear in time between two entries of a table of noise rates.</summary>
public enum TableInterpolation
{
    /// <summary>log α, so that the noise rate is constant between entries (DPM-Solver).</summary>
    LogAlpha,

    /// <summary>λ = log(α/σ), geometric in the noise scale (k-diffusion); log α before the first entry, where λ is infinite.</summary>
    HalfLogSnr,

    /// <summary>The noise scale σ/α (the Euler and Heun schedulers of diffusers).</summary>
    NoiseToSignal,
}
