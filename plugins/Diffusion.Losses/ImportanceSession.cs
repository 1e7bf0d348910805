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
        double share = _quantiles[band + 1] - _quantiles[band];
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

        if (_counts.All(count => count >= _options.History))
            Redistribute();
    }

    private void Redistribute()
    {
        double[] shares = [.. _squares.Select((square, k) => (_quantiles[k + 1] - _quantiles[k]) * Math.Sqrt(square))];
        double total = shares.Sum();
        if (!(total > 0 && double.IsFinite(total)))
            return;

        for (int k = 0; k < shares.Length; k++)
        {
            double objective = _quantiles[k + 1] - _quantiles[k];
            _cumulative[k + 1] = _cumulative[k] + ((1 - _options.UniformShare) * shares[k] / total) + (_options.UniformShare * objective);
        }

        _cumulative[^1] = 1;
    }

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
