namespace Diffusion.Reporting.Figures;

/// <summary>What a figure shows.</summary>
public enum FigureKind
{
    /// <summary>A metric against evaluations, with 95 % intervals and the floor.</summary>
    Quality,

    /// <summary>A metric on logarithmic scales with fitted slopes.</summary>
    Order,

    /// <summary>What nothing undercuts in quality and cost.</summary>
    Pareto,

    /// <summary>Samples over data.</summary>
    Samples,

    /// <summary>Samples on their way from noise to data.</summary>
    Trajectory,

    /// <summary>Loss over training, and by noise level.</summary>
    Training,

    /// <summary>Signal and noise scales of the schedules.</summary>
    Schedule,
}
