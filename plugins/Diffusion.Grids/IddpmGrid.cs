using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Grids;

/// <summary>Options of <see cref="IddpmGrid"/>.</summary>
public sealed record IddpmGridOptions : NoiseScaleGridOptions
{
    [Description("M, the number of levels in the table that the grid is taken from.")]
    [Range(1, 10000)]
    public int TrainSteps { get; init; } = 1000;

    [Description("C₁, the least factor by which α² may fall in one entry.")]
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double LargestRatio { get; init; } = 0.001;

    [Description("C₂, the offset of the cosine's phase.")]
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double Offset { get; init; } = 0.008;
}

/// <summary>The discrete noise scales of improved DDPM, as EDM lists them.</summary>
/// <remarks>
/// Karras et al. 2022, table 1 (iDDPM) and appendix C.3.4; Nichol &amp; Dhariwal 2021, eq. 17. With ᾱ_j = sin²(πj/(2M(1 + C₂))):
/// <code>u_M = 0    u_(j−1)² = (u_j² + 1)/max(ᾱ_(j−1)/ᾱ_j, C₁) − 1    σ̂_i = u_k,  k = round(i (n − 1)/(N − 1))</code>
/// among the n scales that lie within the schedule's, or the options', range. Rounding is to even, as in the authors' code. There are at
/// most M of them, so that no grid of more levels exists.
/// </remarks>
[Component(ComponentKind.Grid, "iddpm", "Evenly spaced entries of improved DDPM's table of noise scales",
    Reference = "Karras et al. 2022, table 1 (iDDPM)")]
public sealed class IddpmGrid : ITimeGrid
{
    private readonly IddpmGridOptions _options;

    // u_(M−1) … u_0: from the data to the noise.
    private readonly double[] _scales;

    /// <summary>Builds the table.</summary>
    public IddpmGrid(IddpmGridOptions options)
    {
        _options = options;
        _scales = new double[options.TrainSteps];
        double step = 0.5 * Math.PI / (options.TrainSteps * (1 + options.Offset));
        double logOfOnePlusSquare = 0;
        for (int i = 0; i < _scales.Length; i++)
        {
            // 1 − ᾱ_(j−1)/ᾱ_j = sin(b + a) sin(b − a)/sin² b: the ratio itself is near 1 where the noise is small.
            int j = options.TrainSteps - i;
            double sine = Math.Sin(step * j);
            double lost = Math.Sin(step * ((2 * j) - 1)) * Math.Sin(step) / (sine * sine);
            logOfOnePlusSquare -= lost < 1 - options.LargestRatio ? PreciseMath.Log1p(-lost) : Math.Log(options.LargestRatio);
            _scales[i] = Math.Sqrt(PreciseMath.Expm1(logOfOnePlusSquare));
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// The table has fewer scales in the range than the run needs, a noise scale lies outside the schedule's range, or the schedule ends in
    /// pure noise (α = 0) and no <c>sigmaMax</c> is given.
    /// </exception>
    public IReadOnlyList<NoiseLevel> Levels(NoiseSchedule schedule, int steps)
    {
        int intervals = GridLevels.Intervals(steps, _options.End);
        var range = NoiseScaleRange.Resolve("iddpm", schedule, _options.SigmaMin, _options.SigmaMax);
        (double smallest, double largest) = (_options.SigmaMin ?? range.Last.NoiseToSignal, _options.SigmaMax ?? range.First.NoiseToSignal);
        double[] scales = [.. _scales.Where(scale => scale >= smallest && scale <= largest).Reverse()];
        if (intervals >= scales.Length)
        {
            throw new ArgumentException(FormattableString.Invariant($"The iddpm grid has {scales.Length} noise scales between {smallest:g6} and {largest:g6}, ")
                + FormattableString.Invariant($"and {intervals + 1} are asked for; ")
                + "take fewer steps, or more trainSteps.");
        }

        double stride = (scales.Length - 1) / (double)Math.Max(intervals, 1);
        return GridLevels.Finish(
            "iddpm", _options.End, [.. Enumerable.Range(0, intervals + 1).Select(i => schedule.AtHalfLogSnr(-Math.Log(scales[(int)Math.Round(stride * i)])))]);
    }
}
