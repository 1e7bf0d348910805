namespace Diffusion.Solvers;

/// <summary>Over what the norms are taken that set a Langevin corrector's step size.</summary>
public enum SnrCoupling
{
    /// <summary>Each sample has its own: a sample does not depend on its batch.</summary>
    Sample,

    /// <summary>One step size for the batch, from batch means, as published: results depend on the batch size.</summary>
    Batch,
}
