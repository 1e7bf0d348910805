using Diffusion.Metrics;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;
using static Diffusion.Plugins.Tests.Metrics.MetricProblem;

namespace Diffusion.Plugins.Tests.Metrics;

/// <summary>Errors of moments and the Fréchet distance against closed forms, and against the exact transport that it bounds.</summary>
public sealed class MomentsMetricTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    private static Dictionary<string, MetricValue> Measure(MetricInput input, bool shape = true) =>
        new MomentsMetric(new() { Shape = shape }).Measure(input).ToDictionary(value => value.Name);

    private static Dictionary<string, MetricValue> Measure(Tensor x, Tensor y) => Measure(Input(x, y));

    [Fact]
    public void On_a_line_they_are_differences_of_moments()
    {
        // Means 2 and 1, variances 4 and 1 with n − 1; E z³ and E z⁴ by hand.
        Dictionary<string, MetricValue> values = Measure(tensor(new[] { 0.0, 2, 4 }, [3, 1]), tensor(new[] { 0.0, 1, 2 }, [3, 1]));
        Assert.Equal(["mean-error", "covariance-error", "frechet-distance", "skewness-error", "kurtosis-error"], values.Keys);
        Assert.All(values.Values, value => Assert.Equal((3, MetricGoal.Smaller), (value.Count, value.Goal)));
        Assert.All(new[] { 1, 3, Math.Sqrt(2), 0, 0 }.Zip(values.Values), pair => Assert.Equal(pair.First, pair.Second.Value, 1e-14));

        // z of (0, 0, 3): (−1, −1, 2)/√2, so E z³ = √2/2 and E z⁴ = 1.5. That of (0, 1, 2) has E z³ = 0 and E z⁴ = 1.5.
        values = Measure(tensor(new[] { 0.0, 0, 3 }, [3, 1]), tensor(new[] { 0.0, 1, 2 }, [3, 1]));
        Assert.Equal(Math.Sqrt(0.5), values["skewness-error"].Value, 1e-14);
        Assert.Equal(0, values["kurtosis-error"].Value, 1e-14);
        Assert.DoesNotContain("skewness-error", Measure(Input(Normal(1, 9, 1), Normal(2, 9, 1)), shape: false).Keys);
    }

    [Fact]
    public void In_the_plane_the_Fréchet_distance_is_that_of_two_by_two_matrices()
    {
        Tensor x = Normal(1, 50, 2).matmul(tensor(new[,] { { 1.0, 0.8 }, { 0, 0.5 } }));
        Tensor y = Normal(2, 40, 2).matmul(tensor(new[,] { { 0.4, -0.9 }, { 0.7, 1.2 } }));
        (Tensor c, Tensor d) = (Covariance(x), Covariance(y));
        // tr √A = √(tr A + 2 √det A) for A = C C′, two by two.
        Tensor product = c.matmul(d);
        double trace = Math.Sqrt(product.trace().ToDouble() + (2 * Math.Sqrt(linalg.det(product).ToDouble())));
        double square = (x.mean([0]) - y.mean([0])).square().sum().ToDouble() + (c + d).trace().ToDouble() - (2 * trace);
        Dictionary<string, MetricValue> values = Measure(x, y);
        Assert.Equal(Math.Sqrt(square), values["frechet-distance"].Value, 1e-12);
        Assert.Equal((x.mean([0]) - y.mean([0])).norm().ToDouble(), values["mean-error"].Value, 1e-14);
        Assert.Equal((c - d).norm().ToDouble() / d.norm().ToDouble(), values["covariance-error"].Value, 1e-14);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(6)]
    public void The_Fréchet_distance_bounds_the_exact_transport_from_below_and_meets_it_for_linear_maps(int dimension)
    {
        // Moments of samples have n − 1, which the transport of points does not know.
        double factor = Math.Sqrt(149.0 / 150);
        Tensor y = Normal(1, 150, dimension), centred = y - y.mean([0]);
        Tensor map = Normal(2, dimension, dimension);
        map = map.matmul(map.t()) + eye(dimension, dtype: ScalarType.Float64);
        Assert.Equal(Exact(centred.matmul(map), centred), factor * Measure(centred.matmul(map), centred)["frechet-distance"].Value, 1e-10);
        for (int seed = 3; seed < 8; seed++)
        {
            Tensor x = Normal(seed, 150, dimension).exp() - (0.2 * seed);
            Assert.True(factor * Measure(x, y)["frechet-distance"].Value < Exact(x, y));
        }

        static double Exact(Tensor x, Tensor y) => new WassersteinMetric(new()).Measure(Input(x, y))[0].Value;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Errors_are_those_of_leaving_out_each_point(int dimension)
    {
        // The influence of a point is its jackknife value up to O(1/n).
        (Tensor x, Tensor y) = (Normal(1, 150, dimension, 0.7, 1.4), Normal(2, 120, dimension));
        Dictionary<string, MetricValue> values = Measure(x, y), population = Measure(Input(x, y) with { ReferenceIsPopulation = true });
        foreach (string name in new[] { "mean-error", "covariance-error", "frechet-distance" })
        {
            double ofX = Variance([.. Enumerable.Range(0, 150).Select(i => Measure(Without(x, i), y)[name].Value)]);
            double ofY = Variance([.. Enumerable.Range(0, 120).Select(i => Measure(x, Without(y, i))[name].Value)]);
            Assert.Equal(1, values[name].StandardError!.Value / Math.Sqrt(ofX + ofY), 0.05);
            Assert.Equal(1, population[name].StandardError!.Value / Math.Sqrt(ofX), 0.05);
        }

        static Tensor Without(Tensor rows, int i) => cat([rows.narrow(0, 0, i), rows.narrow(0, i + 1, rows.shape[0] - i - 1)], 0);
        static double Variance(double[] without) => (without.Length - 1.0) / without.Length * without.Sum(value => Math.Pow(value - without.Average(), 2));
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(1, 0, 1, 1.9)]
    [InlineData(2, 0, 1, 1.8)]
    [InlineData(2, 1, 0.9, 1.15)]
    [InlineData(8, 1, 0.9, 1.15)]
    public void Errors_are_those_of_repeated_draws_or_larger(int dimension, double shift, double lowest, double highest)
    {
        // The spread of 500 values is known to 3.2 %.
        Dictionary<string, MetricValue>[] values = [.. Enumerable.Range(0, 500).Select(i =>
        {
            using DisposeScope scope = NewDisposeScope();
            return Measure(Normal(1000 + (2 * i), 150, dimension, shift, 1 + (shift / 2)), Normal(1001 + (2 * i), 120, dimension));
        })];
        foreach (string name in new[] { "mean-error", "covariance-error", "frechet-distance" })
        {
            double mean = values.Average(value => value[name].Value);
            double spread = Math.Sqrt(values.Sum(value => Math.Pow(value[name].Value - mean, 2)) / 499);
            Assert.InRange(Math.Sqrt(values.Average(value => Math.Pow(value[name].StandardError!.Value, 2))) / spread, lowest, highest);
        }
    }

    [Fact]
    public void Singular_covariances_have_a_distance_without_an_error()
    {
        // A column that is constant, and fewer samples than dimensions.
        Tensor x = Normal(1, 30, 2), y = cat([Normal(2, 30, 1), full([30, 1], 3, dtype: ScalarType.Float64)], 1);
        Dictionary<string, MetricValue> values = Measure(x, y);
        Assert.True(double.IsFinite(values["frechet-distance"].Value));
        Assert.Null(values["frechet-distance"].StandardError);
        Assert.NotNull(values["covariance-error"].StandardError);
        double[] alone = [.. new[] { "skewness-error", "kurtosis-error" }.Select(name => Measure(x.narrow(1, 0, 1), y.narrow(1, 0, 1))[name].Value)];
        Assert.Equal(alone[0], values["skewness-error"].Value, 1e-13);
        Assert.Equal(alone[1], values["kurtosis-error"].Value, 1e-13);
        Assert.DoesNotContain("skewness-error", Measure(full([5, 1], 2, dtype: ScalarType.Float64), Normal(2, 5, 1)).Keys);

        Dictionary<string, MetricValue> few = Measure(Normal(1, 4, 20), Normal(2, 50, 20));
        Assert.Null(few["frechet-distance"].StandardError);
        Assert.InRange(few["frechet-distance"].Value, 2, 6);
        Assert.All(Measure(y, y).Values, value => Assert.Equal(0, value.Value, 1e-6));
    }

    [Fact]
    public void What_cannot_be_measured_is_said()
    {
        var metric = new MomentsMetric(new());
        MetricSetting setting = new() { Samples = 1, Reference = Normal(1, 5, 2), Data = new() { Name = "points", Shape = [2] } };
        Assert.Equal("needs at least 2 points on either side; there are 1 samples and 5 reference rows", metric.Objection(setting));
        string? ofEqualRows = metric.Objection(setting with { Samples = 9, Reference = ones(5, 2) });
        Assert.Contains("the rows of the reference are all equal", ofEqualRows, StringComparison.Ordinal);
        Assert.Null(metric.Objection(setting with { Samples = 9 }));
        Assert.Throws<ArgumentException>(() => Measure(Normal(1, 1, 2), Normal(1, 5, 2)));
        Assert.Throws<ArgumentException>(() => Measure(Normal(1, 5, 3), Normal(1, 5, 2)));
        Assert.Throws<ArgumentException>(() => Measure(Normal(1, 5, 2), ones(5, 2, dtype: ScalarType.Float64)));

        Tensor broken = Normal(1, 10, 2);
        broken[3, 1] = double.NaN;
        Assert.All(Measure(broken, Normal(2, 10, 2)).Values, value => Assert.Equal(double.NaN, value.Value));
        Tensor images = Normal(1, 10, 4);
        Assert.Equal(Measure(images, -images).Values, Measure(images.reshape(10, 1, 2, 2), (-images).reshape(10, 1, 2, 2)).Values);
    }

    private static Tensor Covariance(Tensor rows)
    {
        Tensor centred = rows - rows.mean([0]);
        return centred.t().matmul(centred) / (rows.shape[0] - 1);
    }
}
