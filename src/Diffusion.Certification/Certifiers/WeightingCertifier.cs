namespace Diffusion.Certification.Certifiers;

/// <summary>Measures that a weighting is one weight, whichever residual it is asked for, and never negative.</summary>
public static class WeightingCertifier
{
    /// <summary>All checks of one weighting.</summary>
    /// <param name="subject">Its name.</param>
    /// <param name="weighting">The weighting.</param>
    /// <param name="schedules">Processes to walk along.</param>
    public static IEnumerable<Certificate> Certify(CertificationSubject subject, ILossWeighting weighting, IReadOnlyList<NoiseSchedule> schedules)
    {
        (int levels, int broken) = (0, 0);
        double worst = 0;
        foreach (NoiseSchedule schedule in schedules)
        {
            for (int i = 0; i <= 100; i++)
            {
                NoiseLevel level = schedule.At(schedule.MinimumTime + ((schedule.Horizon - schedule.MinimumTime) * i / 100));
                if (level.Alpha == 0)
                    continue;

                levels++;
                double weight = weighting.Weight(level, schedule);
                if (!(weight >= 0 && double.IsFinite(weight)))
                    broken++;
                if (weighting.Form is null || weight == 0)
                    continue;

                double[] shares = [.. Enum.GetValues<ResidualForm>()
                    .Where(form => form.Size(level, schedule) is > 1e-100 and < 1e100)
                    .Select(form => weighting.WeightOn(form, level, schedule) * Math.Pow(form.Size(level, schedule), 2))];
                worst = Math.Max(worst, (shares.Max() - shares.Min()) / shares.Max());
            }
        }

        yield return Certificate.OfCount(subject, $"weights that are negative or not finite, among {levels} levels", 0, broken);
        yield return Certificate.OfError(subject, "weight of a level in all forms of the residual, relative", 1e-13, worst);
    }
}
