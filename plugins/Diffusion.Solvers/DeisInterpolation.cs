namespace Diffusion.Solvers;

/// <summary>The variable in which DEIS takes the noise prediction for a polynomial.</summary>
public enum DeisInterpolation
{
    /// <summary>log σ̂ (diffusers' DEIS and the form closest to DPM-Solver).</summary>
    LogNoiseToSignal,

    /// <summary>σ̂ = σ/α, the paper's ρAB: the same as <see cref="LinearMultistepSolver"/>.</summary>
    NoiseToSignal,

    /// <summary>The process's own time, the paper's tAB.</summary>
    Time,
}
