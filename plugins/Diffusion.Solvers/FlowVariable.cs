namespace Diffusion.Solvers;

/// <summary>The variable in which a Runge-Kutta method integrates the probability-flow ODE. The solution is the same, the error is not.</summary>
public enum FlowVariable
{
    /// <summary>x against the process's own time: dx/dt = f x − ½ g² s.</summary>
    Time,

    /// <summary>x̂ = x/α against σ̂ = σ/α: dx̂/dσ̂ = ε̂, whose solutions are straight where the noise dominates (EDM, k-diffusion).</summary>
    NoiseToSignal,
}
