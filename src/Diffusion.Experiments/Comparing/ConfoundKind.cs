namespace Diffusion.Experiments.Comparing;

/// <summary>What may stand behind a difference beside what is compared.</summary>
public enum ConfoundKind
{
    /// <summary>Another part of the configuration changes along.</summary>
    ChangesAlong,

    /// <summary>Two names stand for one method here: their numbers are the same.</summary>
    SameNumbers,

    /// <summary>Laws on the way are measured at levels that differ between the sides.</summary>
    Levels,

    /// <summary>One side takes more evaluations than the other in the same block.</summary>
    Budget,

    /// <summary>Repeats that diverged or failed are left out of the means.</summary>
    LeftOut,

    /// <summary>A side has no value at all in some blocks.</summary>
    Missing,

    /// <summary>The sides sample from different networks.</summary>
    Networks,

    /// <summary>The sides were computed by different builds of an assembly.</summary>
    Builds,
}
