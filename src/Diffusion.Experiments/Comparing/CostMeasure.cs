namespace Diffusion.Experiments.Comparing;

/// <summary>What quality is set against.</summary>
public enum CostMeasure
{
    /// <summary>Evaluations of the model a sample.</summary>
    Evaluations,

    /// <summary>Seconds of sampling, as measured while the sweep ran.</summary>
    Seconds,

    /// <summary>Processor time of sampling, seconds over all threads of the process.</summary>
    CpuSeconds,

    /// <summary>Seconds of sampling within the model's calls.</summary>
    ModelSeconds,

    /// <summary>Seconds of sampling outside the model's calls: those of the method and the loop.</summary>
    OverheadSeconds,

    /// <summary>The highest resident memory of the process while it sampled, in 10⁶ bytes.</summary>
    PeakMemory,
}
