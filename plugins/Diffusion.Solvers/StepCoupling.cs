namespace Diffusion.Solvers;

/// <summary>Over what a step size that depends on the state is computed.</summary>
public enum StepCoupling
{
    /// <summary>Each sample has its own: a sample does not depend on its batch.</summary>
    Sample,

    /// <summary>One for the batch, from batch means, as published: results depend on the batch size.</summary>
    Batch,
}
