namespace Diffusion.Certification.Certifiers;

/// <summary>Measures what a schedule promises: digits near the data, an exact inverse, rates that belong to its path.</summary>
public static class ScheduleCertifier
{
    private const double Precision = 1e-12;

    /// <summary>All checks of one schedule.</summary>
    /// <param name="subject">Its name.</param>
    /// <param name="schedule">The schedule.</param>
    /// <param name="reference">Its values to 50 digits, where there are any.</param>
    public static IEnumerable<Certificate> Certify(CertificationSubject subject, NoiseSchedule schedule, ScheduleReference? reference)
    {
        if (reference is not null)
        {
            yield return Against("alpha", row => row.Alpha, t => schedule.At(t).Alpha);
            yield return Against("sigma", row => row.Sigma, t => schedule.At(t).Sigma);
            yield return Certificate.OfError(subject, "log(alpha/sigma) against 50 digits", Precision, reference.Rows.Max(row =>
                row.HalfLogSnr is { } expected ? Math.Abs(schedule.At(row.T).HalfLogSnr - expected) / Math.Max(1, Math.Abs(expected)) : 0));
            yield return Against("drift", row => row.Drift, schedule.Drift);
            yield return Against("squared diffusion", row => row.DiffusionSquared, schedule.DiffusionSquared);
        }

        double[] times = [.. Times(schedule)];
        yield return Certificate.OfError(subject, "inverse: time of log(alpha/sigma), in units of its conditioning", Precision, times.Max(t => InverseError(schedule, t)));
        yield return Certificate.OfError(subject, "drift and squared diffusion against the rates of the path", Precision, times.Max(t => RateError(schedule, t)));
        yield return Certificate.OfCount(
            subject, $"steps of {times.Length} in time over which log(alpha/sigma) rises", 0,
            times.Zip(times.Skip(1)).Count(pair => !(schedule.At(pair.Second).HalfLogSnr <= schedule.At(pair.First).HalfLogSnr)));

        Certificate Against(string what, Func<ScheduleReferenceRow, double?> expected, Func<double, double> actual) =>
            Certificate.OfError(subject, $"{what} against 50 digits, relative", Precision, reference!.Rows.Max(row => expected(row) switch
            {
                null => 0,
                0 => Math.Abs(actual(row.T)),
                { } value => Math.Abs(actual(row.T) - value) / Math.Abs(value),
            }));
    }

    private static IEnumerable<double> Times(NoiseSchedule schedule) =>
        Enumerable.Range(-80, 71).Select(i => schedule.Horizon * Math.Pow(10, 0.1 * i))
            .Concat(Enumerable.Range(13, 86).Select(i => schedule.Horizon * 0.01 * i));

    // λ is known to its rounding, and t no better than that allows.
    private static double InverseError(NoiseSchedule schedule, double t)
    {
        NoiseLevel level = schedule.At(t);
        double rate = (schedule.AlphaRate(t) / level.Alpha) - (schedule.SigmaRate(t) / level.Sigma);
        double scale = t + (Math.Max(1, Math.Abs(level.HalfLogSnr)) / Math.Abs(rate));
        return Math.Abs(schedule.TimeAt(level.HalfLogSnr) - t) / scale;
    }

    private static double RateError(NoiseSchedule schedule, double t)
    {
        NoiseLevel level = schedule.At(t);
        double drift = schedule.AlphaRate(t) / level.Alpha;
        double diffusionSquared = 2 * level.Sigma * (schedule.SigmaRate(t) - (drift * level.Sigma));
        return Math.Max(Difference(schedule.Drift(t), drift), Difference(schedule.DiffusionSquared(t), diffusionSquared));
    }

    private static double Difference(double a, double b) => a == b ? 0 : Math.Abs(a - b) / Math.Max(Math.Abs(a), Math.Abs(b));
}
