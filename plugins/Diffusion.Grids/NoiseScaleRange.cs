namespace Diffusion.Grids;

/// <summary>The levels between which a grid in the noise scale σ/α runs.</summary>
internal readonly record struct NoiseScaleRange(NoiseLevel First, NoiseLevel Last)
{
    // A scale equal to the schedule's own end may come back from the inverse with its last digits changed.
    private const double RoundingOfInverse = 1e-9;

    /// <summary>The schedule's own ends, or those that the grid's options put in their place.</summary>
    /// <param name="name">The grid's name.</param>
    /// <param name="schedule">The process.</param>
    /// <param name="sigmaMin">Smallest noise scale; that at the schedule's minimum time when null.</param>
    /// <param name="sigmaMax">Largest noise scale; that at the schedule's horizon when null.</param>
    /// <param name="mayStartInNoise">Whether the grid can start where nothing of the data is left (σ/α infinite).</param>
    /// <exception cref="ArgumentException">
    /// A scale lies outside the schedule's range, the two are in the wrong order, or the largest is infinite and may not be.
    /// </exception>
    public static NoiseScaleRange Resolve(string name, NoiseSchedule schedule, double? sigmaMin, double? sigmaMax, bool mayStartInNoise = false)
    {
        NoiseLevel first = LevelOf(name, schedule, sigmaMax, schedule.Horizon, "sigmaMax");
        NoiseLevel last = LevelOf(name, schedule, sigmaMin, schedule.MinimumTime, "sigmaMin");
        if (!mayStartInNoise && !double.IsFinite(first.NoiseToSignal))
        {
            throw new ArgumentException(
                $"The {name} grid needs a finite noise scale at the schedule's horizon, and this schedule has no signal left there; give the grid a sigmaMax, "
                    + "or the schedule a smaller horizon.",
                nameof(schedule));
        }

        if (!(first.NoiseToSignal > last.NoiseToSignal))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"The {name} grid needs a largest noise scale above the smallest; it has {first.NoiseToSignal:g6} and {last.NoiseToSignal:g6}."));
        }

        return new(first, last);
    }

    /// <summary>Levels at log σ/α as a function of the fraction of the way; the ends themselves at 0 and 1.</summary>
    public IReadOnlyList<NoiseLevel> Spread(string name, NoiseSchedule schedule, int steps, GridEnd end, Func<double, double> logScale)
    {
        (NoiseLevel first, NoiseLevel last) = this;
        return GridLevels.Spread(name, steps, end, u => u == 0 ? first : u == 1 ? last : schedule.AtHalfLogSnr(-logScale(u)));
    }

    private static NoiseLevel LevelOf(string name, NoiseSchedule schedule, double? noiseToSignal, double time, string option)
    {
        if (noiseToSignal is not { } wanted)
            return schedule.At(time);

        double found = schedule.TimeAt(-Math.Log(wanted));
        double rounding = RoundingOfInverse * schedule.Horizon;
        if (!(found >= -rounding && found <= schedule.Horizon + rounding))
        {
            throw new ArgumentException(FormattableString.Invariant($"{option} = {wanted:g6} of the {name} grid is not a noise scale of this schedule, ")
                + FormattableString.Invariant($"which has {schedule.At(0).NoiseToSignal:g6} to ")
                + FormattableString.Invariant($"{schedule.At(schedule.Horizon).NoiseToSignal:g6}."));
        }

        return schedule.At(Math.Clamp(found, 0, schedule.Horizon));
    }
}
