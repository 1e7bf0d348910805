namespace Diffusion;

/// <summary>Where a sampler stops on its way from noise to data.</summary>
public interface ITimeGrid
{
    /// <summary>
    /// The levels of a run: <paramref name="steps"/> + 1 of them, noisiest first, strictly falling in noise. The last is
    /// <see cref="NoiseLevel.Clean"/>-like (σ = 0) unless the grid's options say that it ends at the smallest noise. A grid whose options
    /// ask for a denoising step after the last has one level more, and its run one step.
    /// </summary>
    /// <param name="schedule">The process to walk back along.</param>
    /// <param name="steps">Number of solver steps, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is below 1.</exception>
    /// <exception cref="ArgumentException">The grid has no such levels under this schedule; the message says why.</exception>
    IReadOnlyList<NoiseLevel> Levels(NoiseSchedule schedule, int steps);
}
