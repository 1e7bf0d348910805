using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// Counter-based randomness of a run: every number is a function of seed, repeat, sample and place, never of the order of calls, the
/// batch split or the worker.
/// </summary>
public interface INoiseSource
{
    /// <summary>
    /// The increment of each sample's Brownian path between two levels' times, divided by √|Δt|: standard normal, shape of
    /// <paramref name="like"/>. Paths are one function of time, so a coarse increment is the sum of the finer ones on any other grid.
    /// </summary>
    Tensor BrownianIncrement(NoiseLevel from, NoiseLevel to, Tensor like);

    /// <summary>Standard normal noise that has no place on the path, one independent tensor for each <paramref name="index"/>. Shape of <paramref name="like"/>.</summary>
    Tensor Independent(long index, Tensor like);
}
