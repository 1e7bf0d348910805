namespace Diffusion.Grids;

/// <summary>Options of <see cref="UniformGrid"/>.</summary>
public sealed record UniformGridOptions : GridOptions;

/// <summary>Levels at equal distances of the process's time.</summary>
/// <remarks>t_i = T + (t_min − T) i/n. Times of DDPM and Song et al. 2021, appendix D.</remarks>
[Component(ComponentKind.Grid, "uniform", "Equal steps of time",
    Reference = "Song et al. 2021, appendix D", Aliases = ["time-uniform"])]
public sealed class UniformGrid(UniformGridOptions options) : ITimeGrid
{
    /// <inheritdoc/>
    public IReadOnlyList<NoiseLevel> Levels(NoiseSchedule schedule, int steps) => GridLevels.Spread(
        "uniform", steps, options.End, u => schedule.At(GridLevels.Between(schedule.Horizon, schedule.MinimumTime, u)));
}
