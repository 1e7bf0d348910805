using System.ComponentModel;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Metrics;

/// <summary>Options of <see cref="MomentsMetric"/>.</summary>
public sealed record MomentsOptions : ComponentOptions
{
    [Description("Whether skewness and kurtosis of each dimension are compared as well.")]
    public bool Shape { get; init; } = true;
}

/// <summary>How far mean, covariance, skewness and kurtosis of the samples are from those of the reference.</summary>
/// <remarks>
/// With m and C the mean and covariance of samples, m′ and C′ those of the reference:
/// <code>
/// mean-error         ‖m − m′‖                                                   in the data's unit of length
/// covariance-error   ‖C − C′‖/‖C′‖, Frobenius norms                             no unit
/// frechet-distance   (‖m − m′‖² + tr(C + C′ − 2 (C C′)^½))^½                    in the data's unit of length
/// skewness-error     root mean square over dimensions of the difference of E z³, z standardised; kurtosis-error of E z⁴
/// </code>
/// The Fréchet distance is W₂ between the Gaussians with these moments (Dowson &amp; Landau 1982), and never larger than W₂ of the laws (Gelbrich 1990). It is
/// taken of the data themselves, not of a network's features. All are biased upwards by about their own standard error; the Fréchet distance more so in many
/// dimensions.
/// <para>
/// Standard errors by the influence of each point on the value (the infinitesimal jackknife); none of skewness and kurtosis, whose own scatter is set by tails
/// that samples do not show. Dimensions that are constant on either side have no shape and are left out of the latter two. O((N + M) D² + D³) time.
/// </para>
/// </remarks>
[Component(ComponentKind.Metric, "moments",
    "Errors of mean and covariance, the Fréchet distance of the Gaussians fitted, errors of skewness and kurtosis. A second at 784 dimensions.",
    Reference = "Dowson & Landau 1982, doi:10.1016/0047-259X(82)90077-X", Aliases = ["frechet-distance"])]
public sealed class MomentsMetric(MomentsOptions options) : IMetric
{
    private const string Constant = "the rows of the reference are all equal, so that an error of the covariance has no scale";

    // Eigenvalues below this part of the largest carry no digits.
    private const double Singular = 1e-12;

    /// <inheritdoc/>
    public bool MeasuresSamples => true;

    /// <inheritdoc/>
    public string? Objection(MetricSetting setting)
    {
        if (setting.Samples < 2 || setting.Reference.shape[0] < 2)
            return FormattableString.Invariant(
                $"needs at least 2 points on either side; there are {setting.Samples} samples and {setting.Reference.shape[0]} reference rows");
        using DisposeScope scope = NewDisposeScope();
        return setting.Reference.equal(setting.Reference[0]).all().ToBoolean() ? $"cannot be computed: {Constant}" : null;
    }

    /// <inheritdoc/>
    public IReadOnlyList<DeclaredValue> Declare(MetricSetting setting)
    {
        DeclaredValue[] withErrors =
            [DeclaredValue.Sampled("mean-error"), DeclaredValue.Sampled("covariance-error"), DeclaredValue.Sampled("frechet-distance")];
        return options.Shape ? [.. withErrors, DeclaredValue.WithoutError("skewness-error"), DeclaredValue.WithoutError("kurtosis-error")] : withErrors;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A set has fewer than two points, the dimensions differ, or the reference does not vary.</exception>
    public IReadOnlyList<MetricValue> Measure(MetricInput input)
    {
        using DisposeScope scope = NewDisposeScope();
        Moments x = new(input.Samples, isPopulation: false), y = new(input.Reference, input.ReferenceIsPopulation);
        if (x.Count < 2 || y.Count < 2)
            throw new ArgumentException($"moments needs at least 2 points on either side; there are {x.Count} samples and {y.Count} reference rows.");
        if (x.Dimension != y.Dimension)
            throw new ArgumentException($"Samples have {x.Dimension} dimensions but the reference has {y.Dimension}.");
        double scale = y.Covariance.norm().ToDouble();
        if (scale == 0)
            throw new ArgumentException($"moments cannot be computed: {Constant}.");
        if (!double.IsFinite((x.Mean.sum() + x.Covariance.sum()).ToDouble()))
            return [new("mean-error", double.NaN, null, x.Count)];

        List<MetricValue> values = [Mean(x, y), Covariance(x, y, scale), Frechet(x, y)];
        if (options.Shape && Shape(x, y) is { } shape)
            values.AddRange(shape);
        return values;
    }

    private static MetricValue Mean(Moments x, Moments y)
    {
        Tensor difference = x.Mean - y.Mean;
        double distance = difference.norm().ToDouble();
        return Value("mean-error", distance, x, y, () => (x.Centred.matmul(difference) / distance, -(y.Centred.matmul(difference) / distance)));
    }

    private static MetricValue Covariance(Moments x, Moments y, double scale)
    {
        Tensor difference = x.Covariance - y.Covariance;
        double distance = difference.norm().ToDouble(), error = distance / scale;
        return Value("covariance-error", error, x, y, () =>
        {
            Tensor direction = difference / (distance * scale);
            return (x.Quadratic(direction), -y.Quadratic(direction + (y.Covariance * (error / (scale * scale)))));
        });
    }

    private static MetricValue Frechet(Moments x, Moments y)
    {
        // (C C′)^½ has the trace of (C′^½ C C′^½)^½, which is symmetric.
        (Tensor root, Tensor? inverseRoot) = y.Roots(Singular);
        (Tensor eigenvalues, Tensor vectors) = linalg.eigh(root.matmul(x.Covariance).matmul(root));
        Tensor roots = eigenvalues.clamp(min: 0).sqrt();
        Tensor shift = x.Mean - y.Mean;
        double square = (shift.square().sum() + x.Covariance.trace() + y.Covariance.trace() - (2 * roots.sum())).ToDouble();
        double distance = Math.Sqrt(Math.Max(square, 0));
        if (inverseRoot is null || eigenvalues[0].ToDouble() <= Singular * eigenvalues[-1].ToDouble())
            return new("frechet-distance", distance, null, x.Count);

        // The linear maps between the two Gaussians: each potential is ‖z‖² less z times its map.
        return Value("frechet-distance", distance, x, y, () =>
        {
            Tensor toReference = root.matmul(vectors / roots).matmul(vectors.t()).matmul(root);
            Tensor toSamples = inverseRoot.matmul(vectors * roots).matmul(vectors.t()).matmul(inverseRoot);
            Tensor identity = eye(x.Dimension, dtype: ScalarType.Float64);
            return (((2 * x.Centred.matmul(shift)) + x.Quadratic(identity - toReference)) / (2 * distance),
                (y.Quadratic(identity - toSamples) - (2 * y.Centred.matmul(shift))) / (2 * distance));
        });
    }

    private static MetricValue[]? Shape(Moments x, Moments y)
    {
        Tensor varies = (x.Deviation > 0).logical_and(y.Deviation > 0);
        long dimensions = varies.sum().ToInt64();
        if (dimensions == 0)
            return null;
        return [Error("skewness-error", x.MeanPower(3) - y.MeanPower(3)), Error("kurtosis-error", x.MeanPower(4) - y.MeanPower(4))];

        MetricValue Error(string name, Tensor difference) =>
            new(name, Math.Sqrt(where(varies, difference, zeros_like(difference)).square().sum().ToDouble() / dimensions), null, x.Count);
    }

    // The variance of a mean of influences; rows that are the target itself are not uncertain.
    private static MetricValue Value(string name, double value, Moments x, Moments y, Func<(Tensor OfX, Tensor OfY)> influences)
    {
        if (value == 0)
            return new(name, 0, null, x.Count);
        (Tensor ofX, Tensor ofY) = influences();
        double variance = (ofX.var(0) / x.Count).ToDouble() + (y.IsPopulation ? 0 : (ofY.var(0) / y.Count).ToDouble());
        return new(name, value, Math.Sqrt(variance), x.Count);
    }

    /// <summary>Moments of rows.</summary>
    private sealed class Moments
    {
        public Moments(Tensor rows, bool isPopulation)
        {
            IsPopulation = isPopulation;
            Tensor points = rows.detach().to(ScalarType.Float64).cpu().reshape(rows.shape[0], -1);
            (Count, Dimension) = (points.shape[0], points.shape[1]);
            Mean = points.mean([0]);
            Centred = points - Mean;
            Covariance = Centred.t().matmul(Centred) / Math.Max(isPopulation ? Count : Count - 1, 1);
            Deviation = Centred.square().mean([0]).sqrt();
        }

        public long Count { get; }

        public long Dimension { get; }

        public bool IsPopulation { get; }

        /// <summary>Shape (D).</summary>
        public Tensor Mean { get; }

        /// <summary>Rows less their mean, shape (N, D).</summary>
        public Tensor Centred { get; }

        /// <summary>Shape (D, D).</summary>
        public Tensor Covariance { get; }

        /// <summary>With 1/N, shape (D).</summary>
        public Tensor Deviation { get; }

        /// <summary>E z^p of each dimension, z standardised, shape (D). Not a number where a dimension does not vary.</summary>
        public Tensor MeanPower(double power) => (Centred / Deviation).pow(power).mean([0]);

        /// <summary>zᵀ A z of every centred row z, shape (N).</summary>
        public Tensor Quadratic(Tensor matrix) => (Centred.matmul(matrix) * Centred).sum(dim: 1);

        /// <summary>C^½, and C^(−½) where C has an inverse.</summary>
        public (Tensor Root, Tensor? InverseRoot) Roots(double singular)
        {
            (Tensor eigenvalues, Tensor vectors) = linalg.eigh(Covariance);
            Tensor roots = eigenvalues.clamp(min: 0).sqrt();
            bool isRegular = eigenvalues[0].ToDouble() > singular * eigenvalues[-1].ToDouble();
            return (vectors.mul(roots).matmul(vectors.t()), isRegular ? vectors.div(roots).matmul(vectors.t()) : null);
        }
    }
}
