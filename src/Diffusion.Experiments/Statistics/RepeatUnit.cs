namespace Diffusion.Experiments.Statistics;

/// <summary>What counts as one independent repetition.</summary>
public enum RepeatUnit
{
    /// <summary>A repeat of the sampling: what is said holds for the networks that are there, one a configuration.</summary>
    Repeat,

    /// <summary>A trained network, whose repeats are averaged first: what is said holds for training as such.</summary>
    Network,
}
