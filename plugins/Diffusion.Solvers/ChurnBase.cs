namespace Diffusion.Solvers;

/// <summary>The deterministic step that follows the churn.</summary>
public enum ChurnBase
{
    /// <summary>Heun's method, as in the paper.</summary>
    Heun,

    /// <summary>Euler's method.</summary>
    Euler,

    /// <summary>The midpoint method in λ (DPM-Solver-2).</summary>
    Dpm2,
}
