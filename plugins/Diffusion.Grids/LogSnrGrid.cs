using System.ComponentModel;

namespace Diffusion.Grids;

/// <summary>Options of <see cref="LogSnrGrid"/>.</summary>
public sealed record LogSnrGridOptions : ComponentOptions
{
    [Description("Where the grid ends: zero (clean data) or minimum (the schedule's smallest noise).")]
    public GridEnd End { get; init; }
}

/// <summary>Levels at equal distances of the log signal-to-noise ratio, that is, geometric in the noise scale the data see.</summary>
/// <remarks>
/// λ_i = λ_T + (λ_min − λ_T) i/n. Lu et al. 2022, "DPM-Solver", section 3.3; known as the exponential grid where α = 1.
/// Needs a finite λ at the horizon.
/// </remarks>
[Component(ComponentKind.Grid, "log-snr", "Equal steps of log(alpha/sigma)",
    Reference = "Lu et al. 2022, section 3.3")]
public sealed class LogSnrGrid(LogSnrGridOptions options) : ITimeGrid
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The schedule ends in pure noise (α = 0), where λ is infinite.</exception>
    public IReadOnlyList<NoiseLevel> Levels(NoiseSchedule schedule, int steps)
    {
        NoiseLevel first = schedule.At(schedule.Horizon);
        NoiseLevel last = schedule.At(schedule.MinimumTime);
        if (!double.IsFinite(first.HalfLogSnr))
        {
            throw new ArgumentException(
                "The log-snr grid needs a finite signal-to-noise ratio at the schedule's horizon, and this schedule has none left there; give it a smaller horizon.",
                nameof(schedule));
        }

        return GridLevels.Spread(steps, options.End, u =>
            u == 0 ? first : u == 1 ? last : schedule.AtHalfLogSnr(GridLevels.Between(first.HalfLogSnr, last.HalfLogSnr, u)));
    }
}
