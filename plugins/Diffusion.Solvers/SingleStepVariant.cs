namespace Diffusion.Solvers;

/// <summary>How a single-step DPM-Solver turns the differences of its evaluations into a slope. Both have the same order.</summary>
public enum SingleStepVariant
{
    /// <summary>The paper's: one difference, weighed so that the order comes out ("dpmsolver" in the authors' code, "midpoint" in diffusers).</summary>
    DpmSolver,

    /// <summary>The exact integral of the polynomial through all evaluations ("taylor" in the authors' code, "heun" in diffusers).</summary>
    Taylor,
}
