namespace Diffusion.Solvers;

/// <summary>How DPM-Solver++(2M) weighs the slope of D between its last two evaluations; both are of order 2.</summary>
public enum MultistepCorrection
{
    /// <summary>½(1 − e^(−h)), the paper's; one extrapolated D serves the whole step.</summary>
    Midpoint,

    /// <summary>1 − (1 − e^(−h))/h, the exact integral of a linear D ("taylor" in the authors' code, "heun" in k-diffusion and diffusers).</summary>
    Taylor,
}
