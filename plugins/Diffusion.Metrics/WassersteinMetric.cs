using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;
using MathNet.Numerics.Statistics;

namespace Diffusion.Metrics;

/// <summary>Options of <see cref="WassersteinMetric"/>.</summary>
public sealed record WassersteinOptions : ComponentOptions
{
    [Range(1, 2)]
    [Description("Order p of the Wasserstein distance, 1 or 2.")]
    public int Order { get; init; } = 2;

    [Range(2, 4096)]
    [Description("Most points a side in more than one dimension: larger sets are drawn from, the same places in all cells. In one dimension all points count.")]
    public int Points { get; init; } = 512;
}

/// <summary>
/// The Wasserstein distance W_p = (min E ‖X − Y‖^p)^(1/p) over all couplings of samples and reference, computed exactly. In the data's unit of length.
/// </summary>
/// <remarks>
/// In one dimension by coupling quantiles, with all points: O(N log N + M log M) time. In more dimensions by solving the transport problem between at most
/// <see cref="WassersteinOptions.Points"/> points a side: O(n³) time in the worst case, O(n²) memory. Counts need not be equal.
/// <para>
/// Biased upwards: two sets of n points from one law are about n^(−1/2) apart in one dimension and about n^(−1/D) in D &gt; 2 (Fournier &amp; Guillin 2015).
/// The standard error of W₂ comes from the potentials u and v of the transport, Var u(X)/n + Var v(Y)/m for W₂² (del Barrio &amp; Loubes 2019, theorem 4.1),
/// and covers the scatter about the mean, not the bias. W₁ has no such theorem, and no error.
/// </para>
/// </remarks>
[Component(ComponentKind.Metric, "wasserstein",
    "The Wasserstein distance W1 or W2, exact; in more than one dimension between subsets, biased upwards. 512 points take tens of milliseconds.",
    Reference = "Jonker & Volgenant 1987, doi:10.1007/BF02278710; del Barrio & Loubes 2019, doi:10.1214/18-AOP1275", Aliases = ["earth-movers-distance"])]
[Variant("order=1")]
public sealed class WassersteinMetric(WassersteinOptions options) : IMetric
{
    /// <inheritdoc/>
    public bool MeasuresSamples => true;

    /// <inheritdoc/>
    public IReadOnlyList<DeclaredValue> Declare(MetricSetting setting) => [options.Order == 1 ? DeclaredValue.WithoutError("w1") : DeclaredValue.Sampled("w2")];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The dimensions of samples and reference differ.</exception>
    public IReadOnlyList<MetricValue> Measure(MetricInput input)
    {
        (PointSet x, PointSet y) = PointSet.Both(input);
        Transport transport = x.Dimension == 1 ? OnALine(x, y, input) : Between(input);
        if (options.Order == 1)
            return [new("w1", transport.Cost, null, transport.Samples)];

        double distance = Math.Sqrt(transport.Cost);
        double? error = distance > 0 && transport.Samples > 1 ? Math.Sqrt(transport.Variance) / (2 * distance) : null;
        return [new("w2", distance, error, transport.Samples)];
    }

    private Transport OnALine(PointSet x, PointSet y, MetricInput input)
    {
        double[] samples = Sorted(x);
        double[] reference = input.Memory.Get(typeof(WassersteinMetric), () => Sorted(y));
        double cost = QuantileCoupling.Cost(samples, reference, options.Order);
        return new(cost, options.Order == 1 ? 0 : Variance(input, QuantileCoupling.Potentials(samples, reference)), samples.Length);
    }

    private Transport Between(MetricInput input)
    {
        (PointSet x, PointSet y) = PointSet.Both(input, options.Points);
        double[] costs = PairSums.SquaredDistances(x, y);
        if (costs.AsSpan().ContainsAnyExceptInRange(0, double.MaxValue))
            return new(double.NaN, 0, x.Count);
        if (options.Order == 1)
            TensorPrimitives.Sqrt(costs, costs);
        TransportPlan plan = TransportPlan.Solve(costs, x.Count, y.Count, input.Cancellation);
        return new(plan.Cost, Variance(input, (plan.RowPotentials, plan.ColumnPotentials)), x.Count);
    }

    // Rows that are the target itself are uncertain only by those that were not drawn.
    private static double Variance(MetricInput input, (double[] U, double[] V) potentials)
    {
        double left = input.ReferenceIsPopulation ? 1 - ((double)potentials.V.Length / input.Reference.shape[0]) : 1;
        return Mean(potentials.U) + (left == 0 ? 0 : left * Mean(potentials.V));

        static double Mean(double[] values) => ArrayStatistics.Variance(values) / values.Length;
    }

    private static double[] Sorted(PointSet points)
    {
        double[] values = [.. points.Coordinate(0)];
        values.AsSpan().Sort();
        return values;
    }

    /// <summary>What was found: W_p^p, the variance of W₂² over the draw of the points, and how many samples entered.</summary>
    private readonly record struct Transport(double Cost, double Variance, int Samples);
}
