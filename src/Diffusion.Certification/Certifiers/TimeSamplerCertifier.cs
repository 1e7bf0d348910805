namespace Diffusion.Certification.Certifiers;

/// <summary>Measures that a time sampler is the inverse of a distribution function within the schedule's range.</summary>
public static class TimeSamplerCertifier
{
    private const int Quantiles = 2000;

    /// <summary>All checks of one time sampler.</summary>
    /// <param name="subject">Its name.</param>
    /// <param name="sampler">The sampler.</param>
    /// <param name="schedules">Processes to sample times of.</param>
    public static IEnumerable<Certificate> Certify(CertificationSubject subject, ITimeSampler sampler, IReadOnlyList<NoiseSchedule> schedules)
    {
        (int served, int broken) = (0, 0);
        foreach (NoiseSchedule schedule in schedules)
        {
            try
            {
                double[] times = [.. Enumerable.Range(0, Quantiles).Select(i => sampler.Time((i + 0.5) / Quantiles, schedule))];
                served++;
                broken += times.Count(t => !(t >= schedule.MinimumTime && t <= schedule.Horizon));
                int rises = times.Zip(times.Skip(1)).Count(pair => pair.Second < pair.First);
                int falls = times.Zip(times.Skip(1)).Count(pair => pair.Second > pair.First);
                broken += Math.Min(rises, falls);
            }
            catch (ArgumentException)
            {
                continue; // a stated refusal: this sampler has no such distribution on this schedule
            }
        }

        yield return Certificate.OfCount(
            subject, $"times out of range or order among {Quantiles} quantiles on each of {served} schedules", 0, served == 0 ? double.NaN : broken);
    }
}
