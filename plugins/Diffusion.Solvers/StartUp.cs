namespace Diffusion.Solvers;

/// <summary>How a multistep method gets its first estimates.</summary>
public enum StartUp
{
    /// <summary>
    /// The first steps are single-step DPM-Solver++ of an order less than the method's, which keeps its order: some more evaluations. Methods of
    /// order 1 and 2 need none and ramp.
    /// </summary>
    SingleStep,

    /// <summary>Orders 1, 2, 3, … as the past grows, without a further evaluation, as other libraries do: the run is of order 2 at most.</summary>
    Ramp,
}
