namespace Diffusion.Solvers;

/// <summary>How the noise of a step's end depends on the noise of a stage within it.</summary>
public enum NoiseCoupling
{
    /// <summary>
    /// Both are increments of the one Brownian path over the schedule's time, each scaled to its own variance. Their correlation is that of
    /// the equation to leading order, which weak order 2 asks for.
    /// </summary>
    Path,

    /// <summary>The end's noise is the stage's, carried on, plus what the path does after it: the equation's own correlation, whatever the step.</summary>
    Exact,
}
