using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Runtime.CompilerServices;
using MathNet.Numerics.Statistics;

namespace Diffusion.Metrics;

/// <summary>Options of <see cref="MaximumMeanDiscrepancyMetric"/>.</summary>
public sealed record MaximumMeanDiscrepancyOptions : ComponentOptions
{
    /// <summary>h; 0 takes the median heuristic.</summary>
    [Range(0, double.MaxValue)]
    [Description("Bandwidth h of the kernel exp(−‖x − y‖²/2h²); 0 takes the median distance between rows of the reference.")]
    public double Bandwidth { get; init; }
}

/// <summary>
/// The squared maximum mean discrepancy MMD² = E k(X, X′) + E k(Y, Y′) − 2 E k(X, Y) with the Gaussian kernel
/// k(x, y) = exp(−‖x − y‖²/2h²). No unit; between 0 and 2.
/// </summary>
/// <remarks>
/// The unbiased estimate over all pairs of distinct points: it scatters about zero, below it too, for samples as good as the reference.
/// A reference that is the target itself enters with all its pairs instead, a point with itself included.
/// Without a bandwidth h is the median distance between reference rows that all repeats share (at most 1000 of them, evenly spaced), never of
/// the samples, so that all cells of a sweep are measured with one kernel. Standard error by the jackknife over both sets.
/// O((N + M)² D) time, O(N + M) memory. From 20 000 points a side on pairs are evaluated in single precision, whose rounding is far below the error.
/// </remarks>
[Component(ComponentKind.Metric, "mmd", "The squared maximum mean discrepancy with a Gaussian kernel, unbiased, with its standard error.",
    Reference = "Gretton et al. 2012, A Kernel Two-Sample Test, equation 3")]
public sealed class MaximumMeanDiscrepancyMetric(MaximumMeanDiscrepancyOptions options) : IMetric
{
    private const int RowsOfMedian = 1000;
    private const double LogOfTwo = 0.693147180559945309417232;
    private const string NoBandwidth = "more than half of the reference's rows are equal, so their median distance is no bandwidth: give mmd one";

    /// <inheritdoc/>
    public bool MeasuresSamples => true;

    /// <inheritdoc/>
    public string? Objection(MetricSetting setting) => TwoSampleStatistic.Objection(setting)
        ?? (options.Bandwidth == 0 && MedianDistance(new PointSet(setting.Reference)) == 0 ? $"cannot be computed: {NoBandwidth}" : null);

    /// <inheritdoc/>
    public IReadOnlyList<DeclaredValue> Declare(MetricSetting setting) => [DeclaredValue.Sampled("mmd")];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The median distance of the reference is zero and no bandwidth is given.</exception>
    public IReadOnlyList<MetricValue> Measure(MetricInput input)
    {
        double bandwidth = options.Bandwidth > 0
            ? options.Bandwidth
            : input.Memory.Get(
                (typeof(MaximumMeanDiscrepancyMetric), "median"), () => new StrongBox<double>(MedianDistance(new PointSet(input.ScaleRows)))).Value;
        if (bandwidth == 0)
            throw new ArgumentException($"mmd cannot be computed: {NoBandwidth}.");

        TwoSampleStatistic statistic = TwoSampleStatistic.Estimate(input, new GaussianKernel(bandwidth), (typeof(MaximumMeanDiscrepancyMetric), bandwidth));
        return [new MetricValue("mmd", -statistic.Value, statistic.StandardError, input.Samples.shape[0])];
    }

    private static double MedianDistance(PointSet points)
    {
        PointSet taken = points.Thinned(RowsOfMedian);
        double[] squares = PairSums.SquaredDistances(taken);
        return squares.Length == 0 ? 0 : MedianRoot(squares);
    }

    // The mean of the two in the middle is one of roots, not of squares.
    private static double MedianRoot(double[] squares) =>
        0.5 * (Math.Sqrt(ArrayStatistics.OrderStatisticInplace(squares, (squares.Length + 1) / 2))
            + Math.Sqrt(ArrayStatistics.OrderStatisticInplace(squares, (squares.Length / 2) + 1)));

    private readonly struct GaussianKernel(double bandwidth) : IPairKernel
    {
        private readonly double _factor = -0.5 / (bandwidth * bandwidth * LogOfTwo);

        public Vector<double> Values(Vector<double> squaredDistances) => VectorMath.Exp2(squaredDistances * _factor);

        public Vector<float> Values(Vector<float> squaredDistances) => VectorMath.Exp2(squaredDistances * (float)_factor);
    }
}
