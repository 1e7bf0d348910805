namespace Diffusion.Experiments.Planning;

/// <summary>Which cells share their noise.</summary>
public enum NoiseCoupling
{
    /// <summary>Cells that differ only in solver, grid, steps and the like draw the same noise, so that differences between them are paired.</summary>
    Common,

    /// <summary>Every configuration draws noise of its own, so that cells are independent samples of their error.</summary>
    Independent,
}
