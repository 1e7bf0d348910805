namespace Diffusion.Certification.Certifiers;

/// <summary>Measures what a grid promises: exact length, falling noise, levels of the schedule, for any schedule and any number of steps.</summary>
public static class GridCertifier
{
    /// <summary>Counts the broken runs among all schedules and step counts that the grid takes.</summary>
    /// <param name="subject">The grid's name.</param>
    /// <param name="grid">The grid.</param>
    /// <param name="schedules">Processes to walk along.</param>
    /// <param name="thorough">Whether to take every step count up to 300 rather than a few, and some up to 5000.</param>
    public static IEnumerable<Certificate> Certify(CertificationSubject subject, ITimeGrid grid, IReadOnlyList<NoiseSchedule> schedules, bool thorough)
    {
        int[] steps = thorough ? [.. Enumerable.Range(1, 300), 997, 1000, 2048, 4999, 5000] : [1, 2, 3, 7, 50, 1000, 5000];
        (int runs, int broken) = (0, 0);
        foreach (NoiseSchedule schedule in schedules)
        {
            foreach (int count in steps)
            {
                IReadOnlyList<NoiseLevel> levels;
                try
                {
                    levels = grid.Levels(schedule, count);
                }
                catch (ArgumentException)
                {
                    continue; // a stated refusal: this grid has no such run on this schedule
                }

                runs++;
                if (!IsSound(levels, schedule, count))
                    broken++;
            }
        }

        yield return Certificate.OfCount(
            subject, $"grids with faulty levels, among {runs} runs over {schedules.Count} schedules", 0, runs == 0 ? double.NaN : broken);
    }

    private static bool IsSound(IReadOnlyList<NoiseLevel> levels, NoiseSchedule schedule, int steps)
    {
        // A denoising step after the last is one level more.
        if (levels.Count != steps + 1 && !(levels.Count == steps + 2 && levels[^1].IsClean))
            return false;
        for (int i = 0; i < levels.Count; i++)
        {
            NoiseLevel level = levels[i];
            bool isOfSchedule = (level.IsClean && i == levels.Count - 1) || schedule.At(level.T) == level;
            if (!isOfSchedule || !double.IsFinite(level.Alpha) || !double.IsFinite(level.Sigma)
                || (i > 0 && !(level.NoiseToSignal < levels[i - 1].NoiseToSignal)))
                return false;
        }

        return true;
    }
}
