namespace Diffusion.Experiments.Comparing;

/// <summary>What quality is set against.</summary>
public enum CostMeasure
{
    /// <summary>Evaluations of the model a sample.</summary>
    Evaluations,

    /// <summary>Seconds of sampling, as measured while the sweep ran.</summary>
    Seconds,
}
