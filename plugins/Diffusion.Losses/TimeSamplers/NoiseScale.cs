namespace Diffusion.Losses;

/// <summary>Times by noise scale.</summary>
internal static class NoiseScale
{
    /// <summary>The time at which σ/α is <paramref name="scale"/>.</summary>
    /// <exception cref="ArgumentException">The schedule has no such time between its smallest and its horizon.</exception>
    public static double TimeAt(double scale, NoiseSchedule schedule, string sampler)
    {
        double smallest = schedule.At(schedule.MinimumTime).NoiseToSignal;
        double largest = schedule.At(schedule.Horizon).NoiseToSignal;

        // The ends of a range are often stated as the schedule states them, and come back with the rounding of a logarithm.
        const double Rounding = 1e-9;
        if (!(scale >= smallest * (1 - Rounding) && scale <= largest * (1 + Rounding)))
        {
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"The {sampler} time sampler asks for sigma/alpha = {scale:g6}, and the schedule trained on covers {smallest:g6} to {largest:g6}."),
                nameof(scale));
        }

        return Math.Clamp(schedule.TimeAt(-Math.Log(scale)), schedule.MinimumTime, schedule.Horizon);
    }
}
