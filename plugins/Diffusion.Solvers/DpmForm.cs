namespace Diffusion.Solvers;

/// <summary>What an exponential integrator in λ takes for constant over a step.</summary>
public enum DpmForm
{
    /// <summary>ε̂ (DPM-Solver).</summary>
    Noise,

    /// <summary>D (DPM-Solver++).</summary>
    Data,
}
