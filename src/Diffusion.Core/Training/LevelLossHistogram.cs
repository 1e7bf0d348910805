namespace Diffusion.Core.Training;

/// <summary>Gathers per-sample losses into equal bands of λ.</summary>
internal sealed class LevelLossHistogram
{
    private const int Bands = 10;
    private readonly double _lowest;
    private readonly double _width;
    private readonly double[] _sums = new double[Bands];
    private readonly long[] _counts = new long[Bands];

    public LevelLossHistogram(NoiseSchedule schedule)
    {
        // The noisiest level may be pure noise (λ = −∞); a band's edge has to be finite.
        double highest = schedule.At(schedule.MinimumTime).HalfLogSnr;
        _lowest = Math.Max(schedule.At(schedule.Horizon).HalfLogSnr, highest - 40);
        _width = (highest - _lowest) / Bands;
    }

    public void Add(NoiseLevel level, double loss)
    {
        int band = (int)Math.Clamp((level.HalfLogSnr - _lowest) / _width, 0, Bands - 1);
        _sums[band] += loss;
        _counts[band]++;
    }

    public IReadOnlyList<LevelLoss> ToList() =>
        [.. Enumerable.Range(0, Bands)
            .Where(band => _counts[band] > 0)
            .Select(band => new LevelLoss(_lowest + ((band + 0.5) * _width), _sums[band] / _counts[band], _counts[band]))];
}
