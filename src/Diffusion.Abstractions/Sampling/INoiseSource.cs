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

    /// <summary>
    /// The increments of some samples' Brownian paths, each between its own levels' times, divided by √|Δt|. The default serves sources that
    /// know only the whole batch at one level.
    /// </summary>
    /// <param name="samples">Which samples of the batch, in the order of the rows of <paramref name="like"/>.</param>
    /// <param name="from">Their levels at the start.</param>
    /// <param name="to">Their levels at the end.</param>
    /// <param name="like">A tensor of the shape (samples, …), type and device asked for.</param>
    Tensor BrownianIncrement(IReadOnlyList<int> samples, NoiseLevels from, NoiseLevels to, Tensor like) =>
        from.IsUniform && to.IsUniform
            ? BrownianIncrement(from[0], to[0], like)
            : throw new NotSupportedException($"{GetType().Name} has no Brownian path for each sample.");

    /// <summary>
    /// Standard normal noise that has no place on the path, one independent tensor for each <paramref name="index"/>. Shape of <paramref name="like"/>.
    /// </summary>
    Tensor Independent(long index, Tensor like);
}
