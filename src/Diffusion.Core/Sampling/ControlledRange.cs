namespace Diffusion.Core.Sampling;

/// <summary>The range of a run that a controlled integration covers: all but a last step to σ = 0.</summary>
/// <param name="Noisiest">The first level.</param>
/// <param name="Cleanest">
/// The last level with noise; where the grid has none but the first, that of the process's <see cref="NoiseSchedule.MinimumTime"/>.
/// </param>
public readonly record struct ControlledRange(NoiseLevel Noisiest, NoiseLevel Cleanest)
{
    /// <summary>The range of a grid.</summary>
    /// <param name="levels">Its levels, noisiest first, at least two.</param>
    /// <param name="schedule">The process.</param>
    public static ControlledRange FromGrid(IReadOnlyList<NoiseLevel> levels, NoiseSchedule schedule) => new(
        levels[0],
        !levels[^1].IsClean ? levels[^1]
            : levels.Count > 2 ? levels[^2]
            : schedule.At(schedule.MinimumTime));
}
