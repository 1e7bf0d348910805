namespace Diffusion;

/// <summary>Who shares a step of an adaptive method.</summary>
public enum StepCoupling
{
    /// <summary>Nobody: every sample has its own time and step, so that no result depends on the batch.</summary>
    Sample,

    /// <summary>The whole batch takes one step, judged by one error, as the published implementations do: results depend on the batch.</summary>
    Batch,

    /// <summary>No step is controlled: the steps are the grid's.</summary>
    Grid,
}
