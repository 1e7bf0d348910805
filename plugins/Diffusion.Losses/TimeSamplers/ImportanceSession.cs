namespace Diffusion.Losses;

/// <summary>What one training run has measured, see <see cref="ImportanceTimeSampler"/>.</summary>
internal sealed class ImportanceSession : ITimeSamplingSession
{
    // The noisiest level may be pure noise (λ = −∞); a band's edge has to be finite.
    private const double WidestRange = 40;

    private readonly ImportanceTimeSamplerOptions _options;
    private readonly ITimeSampler _base;
    private readonly NoiseSchedule _schedule;
    private readonly double[] _times;
    private readonly double[] _quantiles;
    private readonly double[] _squares;
    private readonly long[] _counts;
    private readonly double[] _cumulative;

    public ImportanceSession(ImportanceTimeSamplerOptions options, ITimeSampler objective, NoiseSchedule schedule)
    {
        (_options, _base, _schedule) = (options, objective, schedule);
        double highest = schedule.At(schedule.MinimumTime).HalfLogSnr;
        double lowest = Math.Max(schedule.At(schedule.Horizon).HalfLogSnr, highest - WidestRange);
        _times = [.. Enumerable.Range(0, options.Bands + 1).Select(k => schedule.TimeAt(highest + (k * (lowest - highest) / options.Bands)))];
        (_times[0], _times[^1]) = (schedule.MinimumTime, schedule.Horizon);
        _quantiles = [.. _times.Select(QuantileOf)];
        (_quantiles[0], _quantiles[^1]) = (0, 1);
        _squares = new double[options.Bands];
        _counts = new long[options.Bands];
        _cumulative = [.. _quantiles];
    }

    public bool LearnsFromLosses => true;

    public TimeDraw Draw(double u)
    {
        int band = BandOf(u, _cumulative);
        double probability = _cumulative[band + 1] - _cumulative[band];
        double share = Objective(band);
        double within = Math.Clamp((u - _cumulative[band]) / probability, 0, 1);
        return new(_base.Time(_quantiles[band] + (within * share), _schedule), share / probability);
    }

    public void Observe(ReadOnlySpan<double> times, ReadOnlySpan<double> losses)
    {
        for (int i = 0; i < times.Length; i++)
        {
            int band = BandOf(times[i], _times);
            double square = losses[i] * losses[i];

            // The first losses count alike, so that the mean does not start from an arbitrary value.
            double memory = Math.Min(_options.Memory, _counts[band] / (_counts[band] + 1.0));
            _squares[band] = (memory * _squares[band]) + ((1 - memory) * square);
            _counts[band]++;
        }

        Redistribute();
    }

    private void Redistribute()
    {
        int[] measured = [.. Enumerable.Range(0, _counts.Length).Where(k => _counts[k] >= _options.History)];
        double mass = measured.Sum(Objective);
        double total = measured.Sum(k => Objective(k) * Math.Sqrt(_squares[k]));
        if (!(total > 0 && double.IsFinite(total)))
            return;

        double[] probabilities = [.. Enumerable.Range(0, _counts.Length).Select(Objective)];
        foreach (int k in measured)
            probabilities[k] *= ((1 - _options.UniformShare) * mass * Math.Sqrt(_squares[k]) / total) + _options.UniformShare;
        for (int k = 0; k < probabilities.Length; k++)
            _cumulative[k + 1] = _cumulative[k] + probabilities[k];
        _cumulative[^1] = 1;
    }

    /// <summary>q_k.</summary>
    private double Objective(int band) => _quantiles[band + 1] - _quantiles[band];

    /// <summary>The band whose edges lie around a value.</summary>
    private static int BandOf(double value, double[] edges)
    {
        int found = Array.BinarySearch(edges, value);
        return Math.Clamp(found >= 0 ? found : ~found - 1, 0, edges.Length - 2);
    }

    /// <summary>The objective's distribution function, by bisection of its inverse.</summary>
    private double QuantileOf(double time)
    {
        (double low, double high) = (0, 1);
        while (high - low > 1e-15)
        {
            double middle = 0.5 * (low + high);
            (low, high) = _base.Time(middle, _schedule) < time ? (middle, high) : (low, middle);
        }

        return 0.5 * (low + high);
    }
}
