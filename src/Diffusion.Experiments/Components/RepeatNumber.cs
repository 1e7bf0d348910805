using System.Globalization;

namespace Diffusion.Experiments.Components;

/// <summary>Which repeat of a combination a cell is.</summary>
/// <param name="Training">Which of the trained networks it samples from, from 0; 0 where nothing is trained or one network alone.</param>
/// <param name="Sampling">Which time this network is sampled, from 0.</param>
public readonly record struct RepeatNumber(int Training, int Sampling)
{
    /// <summary>The most times that one network is sampled. Part of every result with several networks: never change.</summary>
    internal const int MostSampling = 10_000;

    /// <summary>
    /// The number that noise, reference rows and keys derive from. No two repeats share it, so that networks are sampled independently of one another, and more
    /// repeats of either kind leave the earlier ones as they are.
    /// </summary>
    public int Draw => (Training * MostSampling) + Sampling;

    /// <summary>For people: "3", or "1.3" for the time 3 of network 1. Network 0 has no prefix, as where it is the only one.</summary>
    public override string ToString() => Training == 0
        ? Sampling.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Training}.{Sampling}");
}
