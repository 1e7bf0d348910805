namespace Diffusion;

/// <summary>The variable in which an adaptive method measures its steps.</summary>
public enum StepVariable
{
    /// <summary>The process's own time t; slopes are dx/dt.</summary>
    Time,

    /// <summary>λ = log(α/σ); slopes are the method's own.</summary>
    HalfLogSnr,

    /// <summary>σ̂ = σ/α; slopes are d(x/α)/dσ̂ = ε̂.</summary>
    NoiseToSignal,
}
