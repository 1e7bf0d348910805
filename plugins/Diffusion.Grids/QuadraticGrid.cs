namespace Diffusion.Grids;

/// <summary>Options of <see cref="QuadraticGrid"/>.</summary>
public sealed record QuadraticGridOptions : GridOptions;

/// <summary>Levels at equal distances of the root of time, which crowd towards the data.</summary>
/// <remarks>
/// √t_i = √T + (√t_min − √T) i/n. Song, Meng &amp; Ermon 2021, "Denoising diffusion implicit models", appendix D.2 (quadratic); DPM-Solver's
/// <c>time_quadratic</c>.
/// </remarks>
[Component(ComponentKind.Grid, "quadratic", "Equal steps of the root of time",
    Reference = "Song, Meng & Ermon 2021, appendix D.2", Aliases = ["time-quadratic"])]
public sealed class QuadraticGrid(QuadraticGridOptions options) : ITimeGrid
{
    /// <inheritdoc/>
    public IReadOnlyList<NoiseLevel> Levels(NoiseSchedule schedule, int steps)
    {
        (double rootOfFirst, double rootOfLast) = (Math.Sqrt(schedule.Horizon), Math.Sqrt(schedule.MinimumTime));
        return GridLevels.Spread("quadratic", steps, options.End, u => schedule.At(Time(u)));

        double Time(double u)
        {
            double root = GridLevels.Between(rootOfFirst, rootOfLast, u);
            return u == 0 ? schedule.Horizon : u == 1 ? schedule.MinimumTime : root * root;
        }
    }
}
