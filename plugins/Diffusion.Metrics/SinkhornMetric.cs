using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using MathNet.Numerics.Statistics;

using static TorchSharp.torch;

using Tensor = TorchSharp.torch.Tensor;

namespace Diffusion.Metrics;

/// <summary>Options of <see cref="SinkhornMetric"/>.</summary>
public sealed record SinkhornOptions : ComponentOptions
{
    [Range(1e-3, 1e3)]
    [Description("Strength of the entropy, ε over the variance of the reference (the sum over dimensions): smaller is nearer to W2, and slower.")]
    public double Regularization { get; init; } = 0.05;

    [Range(2, 4096)]
    [Description("Most points a side: larger sets are drawn from, the same places in all cells.")]
    public int Points { get; init; } = 1024;
}

/// <summary>
/// The Sinkhorn divergence, an entropic W₂ without the entropy's own bias: the root of S_ε(X, Y) = OT_ε(X, Y) − ½ OT_ε(X, X) − ½ OT_ε(Y, Y). In the data's unit
/// of length.
/// </summary>
/// <remarks>
/// OT_ε is the cost of the best coupling for E ‖X − Y‖² + ε KL; S_ε is positive, zero only for equal distributions, and W₂² for ε → 0 (Feydy et al. 2019). For
/// ε &gt; 0 it is smaller than W₂² where shapes differ, and equal to it for distributions that are shifts of each other (docs/metrics.md has the bias). Samples
/// bias it upwards by O(1/n) in S_ε, with a factor that grows as ε^(−D/2) (Genevay et al. 2019): less than they do W₂.
/// <para>
/// ε is set by reference rows that all repeats share, so that all cells are measured alike. The standard error comes from the potentials, Var(f_XY − f_XX)/n +
/// Var(g_XY − g_YY)/m for S_ε (González-Sanz, Loubes &amp; Niles-Weed 2022), and covers the scatter about the mean.
/// </para>
/// </remarks>
[Component(ComponentKind.Metric, "sinkhorn",
    "The debiased Sinkhorn divergence, an entropic W2, smaller than W2 where shapes differ. 1024 points take 0.1 s, more where modes lie far apart.",
    Reference = "Feydy et al. 2019, Interpolating between Optimal Transport and MMD using Sinkhorn Divergences", Aliases = ["sinkhorn-divergence"])]
public sealed class SinkhornMetric(SinkhornOptions options) : IMetric
{
    private const string NoScale = "the rows of the reference are all equal, so that the regularization has no scale";

    /// <inheritdoc/>
    public bool MeasuresSamples => true;

    /// <inheritdoc/>
    public string? Objection(MetricSetting setting) => Variance(setting.Reference) == 0 ? $"cannot be computed: {NoScale}" : null;

    /// <inheritdoc/>
    public IReadOnlyList<DeclaredValue> Declare(MetricSetting setting) => [DeclaredValue.Sampled("sinkhorn")];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// The dimensions of samples and reference differ, the reference does not vary, or the iteration does not converge.
    /// </exception>
    public IReadOnlyList<MetricValue> Measure(MetricInput input)
    {
        double variance = input.Memory.Get((typeof(SinkhornMetric), "variance"), () => new StrongBox<double>(Variance(input.ScaleRows))).Value;
        if (variance == 0)
            throw new ArgumentException($"sinkhorn cannot be computed: {NoScale}.");
        double epsilon = options.Regularization * variance;
        (PointSet x, PointSet y) = PointSet.Both(input, options.Points);
        if (!double.IsFinite(x.Variance + y.Variance))
            return [new("sinkhorn", double.NaN, null, x.Count)];

        // A shift adds its square to the cost of every coupling, and a linear function to the potentials: taken out, the iteration need not find it.
        double[] shift = [.. Enumerable.Range(0, x.Dimension).Select(d => x.Mean(d) - y.Mean(d))];
        (x, y) = (x.Centred(), y.Centred());
        EntropicTransport ofX = EntropicTransport.Within(x, epsilon, input.Cancellation);
        EntropicTransport ofY = input.Memory.Get(
            (typeof(SinkhornMetric), epsilon, y.Count), () => EntropicTransport.Within(y, epsilon, input.Cancellation));
        var between = EntropicTransport.Between(x, y, epsilon, ofY.ColumnPotentials, input.Cancellation);
        double divergence = TensorPrimitives.SumOfSquares<double>(shift) + between.Value - (0.5 * (ofX.Value + ofY.Value));

        // Equal sets are 0 apart, to rounding and to the iteration's tolerance.
        double distance = Math.Sqrt(Math.Max(divergence, 0));
        double? error = distance > 0 && x.Count > 1 && y.Count > 1 ? Math.Sqrt(VarianceOfDivergence()) / (2 * distance) : null;
        return [new("sinkhorn", distance, error, x.Count)];

        double VarianceOfDivergence()
        {
            double left = input.ReferenceIsPopulation ? 1 - ((double)y.Count / input.Reference.shape[0]) : 1;
            return (Spread(x, between.RowPotentials, ofX.RowPotentials, 2) / x.Count)
                + (left * Spread(y, between.ColumnPotentials, ofY.ColumnPotentials, -2) / y.Count);
        }

        double Spread(PointSet points, double[] potentials, double[] own, double sign)
        {
            double[] influence = new double[points.Count];
            TensorPrimitives.Subtract(potentials, own, influence);
            for (int d = 0; d < points.Dimension; d++)
                TensorPrimitives.MultiplyAdd(points.Coordinate(d), sign * shift[d], influence, influence);
            return ArrayStatistics.Variance(influence);
        }
    }

    private static double Variance(Tensor rows) =>
        rows.shape[0] < 2 ? 0 : rows.to(ScalarType.Float64).reshape(rows.shape[0], -1).var(0).sum().cpu().item<double>();
}
