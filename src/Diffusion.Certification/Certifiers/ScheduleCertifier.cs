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
            (string Name, Func<double, double> Value)[] columns =
                [
                    ("alpha", t => schedule.At(t).Alpha),
                    ("sigma", t => schedule.At(t).Sigma),
                    ("log(alpha/sigma)", t => schedule.At(t).HalfLogSnr),
                    ("drift", schedule.Drift),
                    ("squared diffusion", schedule.DiffusionSquared),
                ];
            for (int column = 0; column < columns.Length; column++)
            {
                // The time is the first column of the rows. λ passes through 0, where only its absolute error means anything.
                double floor = columns[column].Name == "log(alpha/sigma)" ? 1 : double.Epsilon;
                (string name, Func<double, double> value) = columns[column];
                int place = column + 1;
                yield return Certificate.OfError(subject, $"{name} against 50 digits, relative", Precision, reference.Rows.Max(row =>
                    row[place] is { } expected ? Math.Abs(value(row[0]!.Value) - expected) / Math.Max(floor, Math.Abs(expected)) : 0));
            }
        }

        double[] times = [.. Times(schedule)];
        yield return Certificate.OfError(
            subject, "inverse: time of log(alpha/sigma), in units of its conditioning", Precision, times.Max(t => InverseError(schedule, t)));
        yield return Certificate.OfError(
            subject, "drift and squared diffusion against the rates of the path", Precision, times.Max(t => RateError(schedule, t)));
        yield return Certificate.OfCount(
            subject, $"steps of {times.Length} in time over which log(alpha/sigma) rises", 0,
            times.Zip(times.Skip(1)).Count(pair => !(schedule.At(pair.Second).HalfLogSnr <= schedule.At(pair.First).HalfLogSnr)));
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
