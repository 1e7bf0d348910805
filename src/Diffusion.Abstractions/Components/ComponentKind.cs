namespace Diffusion;

/// <summary>The kinds of component that plugins provide.</summary>
public enum ComponentKind
{
    /// <summary><see cref="NoiseSchedule"/>.</summary>
    Schedule,

    /// <summary><see cref="ITimeGrid"/>.</summary>
    Grid,

    /// <summary><see cref="IScoreModel"/>.</summary>
    ScoreModel,

    /// <summary><see cref="ILoss"/>.</summary>
    Loss,

    /// <summary><see cref="ILossWeighting"/>.</summary>
    Weighting,

    /// <summary><see cref="ITimeSampler"/>.</summary>
    TimeSampler,

    /// <summary><see cref="ISolver"/>.</summary>
    Solver,

    /// <summary><see cref="IDataSource"/>.</summary>
    Data,

    /// <summary><see cref="IMetric"/>.</summary>
    Metric,

    /// <summary><see cref="ITracker"/>.</summary>
    Tracker,

    /// <summary><see cref="ILauncher"/>.</summary>
    Launcher,

    /// <summary><see cref="IStudy"/>.</summary>
    Study,
}
