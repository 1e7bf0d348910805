namespace Diffusion.Solvers;

/// <summary>
/// Which estimate an exponential integrator takes for a polynomial of λ; what is linear in the flow it integrates exactly. The solution is the
/// same, the error is not.
/// </summary>
public enum ExponentialForm
{
    /// <summary>D, as DPM-Solver++: bounded by the data, steadier in long steps and under guidance.</summary>
    Data,

    /// <summary>ε̂, as DPM-Solver and DEIS.</summary>
    Noise,
}
