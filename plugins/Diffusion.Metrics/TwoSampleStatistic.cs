using System.Numerics;
using System.Numerics.Tensors;

namespace Diffusion.Metrics;

/// <summary>
/// The unbiased estimate of θ = 2 E k(X, Y) − E k(X, X′) − E k(Y, Y′) from samples of X and Y: the energy distance for k the distance,
/// −MMD² for k a positive definite kernel.
/// </summary>
/// <param name="Value">The estimate.</param>
/// <param name="StandardError">
/// Its standard error over the draw of both sets (of X alone where the reference is a whole population), by the jackknife (leaving out one point at a time,
/// exactly): never too small on average (Efron &amp; Stein 1981), up to √2 too large where X and Y have one distribution.
/// </param>
internal readonly record struct TwoSampleStatistic(double Value, double StandardError)
{
    private const int FewestPoints = 3;

    /// <summary>Why the statistic cannot be estimated, as a clause to follow a metric's name; null when it can.</summary>
    public static string? Objection(MetricSetting setting) => setting.Samples < FewestPoints || setting.Reference.shape[0] < FewestPoints
        ? FormattableString.Invariant(
            $"needs at least {FewestPoints} points on either side; there are {setting.Samples} samples and {setting.Reference.shape[0]} reference rows")
        : null;

    /// <summary>Evaluates all pairs: O((N + M)² D) time.</summary>
    /// <param name="input">The samples and the reference.</param>
    /// <param name="kernel">k.</param>
    /// <param name="identity">What tells the kernel from others, by value: pairs of reference rows are evaluated once for all samples that are compared with
    /// them.</param>
    /// <exception cref="ArgumentException">A set has fewer than three points, or the dimensions differ.</exception>
    public static TwoSampleStatistic Estimate<TKernel>(MetricInput input, TKernel kernel, object identity)
        where TKernel : struct, IPairKernel
    {
        (PointSet x, PointSet y) = PointSet.Both(input);
        if (x.Count < FewestPoints || y.Count < FewestPoints)
            throw new ArgumentException(
                $"A comparison needs at least {FewestPoints} points on either side; there are {x.Count} samples and {y.Count} reference rows.");

        (double[] fromX, double[] fromY) = PairSums.Between(x, y, kernel);
        double[] withinX = PairSums.Within(x, kernel);
        double[] withinY = input.Memory.Get(identity, () => PairSums.Within(y, kernel));
        double between = TensorPrimitives.Sum<double>(fromX);
        double ofX = TensorPrimitives.Sum<double>(withinX);
        double ofY = TensorPrimitives.Sum<double>(withinY);
        double n = x.Count, m = y.Count;

        // Of a whole population, every pair counts, a point with itself included, and nothing about it is uncertain.
        double meanOfY = input.ReferenceIsPopulation ? (ofY + (m * AtZero(kernel))) / (m * m) : ofY / (m * (m - 1));
        double value = Combine(between, n, m, ofX) - meanOfY;
        double variance = JackknifeVariance(fromX, withinX, (b, w) => Combine(between - b, n - 1, m, ofX - (2 * w)));
        if (!input.ReferenceIsPopulation)
            variance += JackknifeVariance(fromY, withinY, (b, w) => Combine(between - b, n, m - 1, ofX) - ((ofY - (2 * w)) / ((m - 1) * (m - 2))));
        return new TwoSampleStatistic(value, Math.Sqrt(variance));
    }

    private static double Combine(double between, double n, double m, double ofX) =>
        (2 * between / (n * m)) - (ofX / (n * (n - 1)));

    private static double AtZero<TKernel>(TKernel kernel)
        where TKernel : struct, IPairKernel => kernel.Values(Vector<double>.Zero)[0];

    private static double JackknifeVariance(double[] between, double[] within, Func<double, double, double> leavingOut) =>
        Jackknife.Variance([.. between.Zip(within, leavingOut)]);
}
