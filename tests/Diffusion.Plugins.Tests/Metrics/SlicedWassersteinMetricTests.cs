using Diffusion.Metrics;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;
using static Diffusion.Plugins.Tests.Metrics.MetricProblem;

namespace Diffusion.Plugins.Tests.Metrics;

public sealed class SlicedWassersteinMetricTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(1, "sliced-wasserstein-1")]
    [InlineData(2, "sliced-wasserstein")]
    public void On_a_line_it_is_the_distance_of_sorted_points(int order, string name)
    {
        Tensor x = tensor(new[] { 3.0, 1, 2 }, [3, 1]);
        Tensor y = tensor(new[] { 0.0, 2.5, 4 }, [3, 1]);
        MetricValue value = Assert.Single(Metric(order, 3).Measure(Input(x, y)));
        Assert.Equal(name, value.Name);
        Assert.Null(value.StandardError);
        Assert.Equal(order == 1 ? (1 + 0.5 + 1) / 3 : Math.Sqrt((1 + 0.25 + 1) / 3), value.Value, 1e-15);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Sets_of_unequal_size_are_coupled_exactly(int order)
    {
        // Repeating every point changes no distribution: 4 against 6 points are 12 against 12.
        (Tensor x, Tensor y) = (Normal(1, 4, 2), Normal(2, 6, 2, 1));
        double unequal = Metric(order, 16).Measure(Input(x, y))[0].Value;
        double equal = Metric(order, 16).Measure(Input(cat([x, x, x], 0), cat([y, y], 0)))[0].Value;
        Assert.Equal(equal, unequal, 1e-14);
        Assert.Equal(0, Metric(order, 16).Measure(Input(x, cat([x, x, x], 0)))[0].Value, 1e-15);
    }

    [Fact]
    public void A_shift_is_seen_along_every_direction()
    {
        // W_2 along θ is |θ·shift|, whose mean square over the directions used is known once they are.
        Tensor x = Normal(1, 50, 3);
        Tensor shift = tensor(new[] { 1.0, -2, 0.5 });
        Tensor directions = Noise(0).Independent(0, empty(64, 3, dtype: ScalarType.Float64));
        directions /= directions.norm(1, keepdim: true, p: 2);
        double expected = Math.Sqrt(directions.matmul(shift).square().mean().ToDouble());
        Assert.Equal(expected, Metric(2, 64).Measure(Input(x + shift, x))[0].Value, 1e-13);
    }

    [Fact]
    public void Between_Gaussians_it_is_the_distance_of_their_quantiles()
    {
        // In the plane every projection of N(0, I) and N(0, 4 I) is W_2(N(0, 1), N(0, 4)) = 1; the empirical bias at this N is below 1 %.
        double value = Metric(2, 128).Measure(Input(Normal(1, 20_000, 2), Normal(2, 15_000, 2, 0, 2)))[0].Value;
        Assert.Equal(1, value, 0.03);
    }

    [Fact]
    public void Images_are_points_and_samples_are_left_as_they_are()
    {
        Tensor x = Normal(1, 10, 4);
        Tensor before = x.clone();
        double flat = Metric(2, 8).Measure(Input(x, Normal(2, 10, 4)))[0].Value;
        Assert.Equal(flat, Metric(2, 8).Measure(Input(x.reshape(10, 1, 2, 2), Normal(2, 10, 4).reshape(10, 1, 2, 2)))[0].Value);
        Assert.True(x.equal(before).all().ToBoolean());
        Assert.Throws<ArgumentException>(() => Metric(2, 8).Measure(Input(x, Normal(2, 10, 3))));
    }

    private static SlicedWassersteinMetric Metric(int order, int projections) => new(new() { Order = order, Projections = projections });
}
