namespace Diffusion.Solvers;

/// <summary>
/// UniPC's B(h). It matters only where the authors replace a solved coefficient by ½: in the predictor of order 2 and the corrector of order 1.
/// Everywhere else it cancels.
/// </summary>
public enum UniPcFunction
{
    /// <summary>B(h) = h, the authors' choice for few steps of unguided sampling.</summary>
    Bh1,

    /// <summary>B(h) = e^h − 1, their choice for guided sampling and the default of most libraries.</summary>
    Bh2,

    /// <summary>No replacement: all weights are exact integrals, what "varying coefficients" means in the paper (UniPC_v).</summary>
    Exact,
}
