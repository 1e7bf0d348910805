using Diffusion.Metrics;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;
using static Diffusion.Plugins.Tests.Metrics.MetricProblem;

namespace Diffusion.Plugins.Tests.Metrics;

/// <summary>The exact Wasserstein distance against closed forms, against all permutations, and against the line, where sorting solves it.</summary>
public sealed class WassersteinMetricTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    private static WassersteinMetric Metric(int order, int points = 512) => new(new() { Order = order, Points = points });

    private static MetricValue Measure(int order, Tensor x, Tensor y) => Assert.Single(Metric(order).Measure(Input(x, y)));

    [Theory]
    [InlineData(1, "w1")]
    [InlineData(2, "w2")]
    public void On_a_line_sorted_points_are_coupled(int order, string name)
    {
        MetricValue value = Measure(order, tensor(new[] { 3.0, 1, 2 }, [3, 1]), tensor(new[] { 0.0, 2.5, 4 }, [3, 1]));
        Assert.Equal((name, 3, MetricGoal.Smaller), (value.Name, value.Count, value.Goal));
        Assert.Equal(order == 1 ? (1 + 0.5 + 1) / 3 : Math.Sqrt((1 + 0.25 + 1) / 3), value.Value, 1e-15);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    [InlineData(1, 3)]
    [InlineData(2, 5)]
    public void No_permutation_is_cheaper(int order, int dimension)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            (Tensor x, Tensor y) = (Normal(2 * seed, 7, dimension), Normal((2 * seed) + 1, 7, dimension, 0.4, 1.5));
            (double[][] from, double[][] to) = (Rows(x), Rows(y));
            double cheapest = Permutations(7).Min(places => places.Select((place, i) => Math.Pow(Distance(from[i], to[place]), order)).Average());
            Assert.Equal(Math.Pow(cheapest, 1.0 / order), Measure(order, x, y).Value, 1e-13);
        }
    }

    [Theory]
    [InlineData(1, 4, 6, 2)]
    [InlineData(2, 4, 6, 2)]
    [InlineData(2, 9, 5, 1)]
    [InlineData(2, 1, 7, 3)]
    [InlineData(1, 30, 20, 2)]
    public void Sets_of_unequal_size_are_coupled_exactly(int order, int n, int m, int dimension)
    {
        // Repeating every point changes no distribution.
        (Tensor x, Tensor y) = (Normal(1, n, dimension), Normal(2, m, dimension, 1));
        MetricInput repeated = Input(cat([.. Enumerable.Repeat(x, m)], 0), cat([.. Enumerable.Repeat(y, n)], 0));
        Assert.Equal(Metric(order, n * m).Measure(repeated)[0].Value, Measure(order, x, y).Value, 1e-12);
        Assert.Equal(0, Measure(order, x, cat([x, x, x], 0)).Value, 1e-15);
    }

    [Theory]
    [InlineData(1, 512, 512)]
    [InlineData(2, 512, 512)]
    [InlineData(1, 300, 480)]
    [InlineData(2, 301, 200)]
    public void Points_of_a_line_in_space_are_coupled_as_on_the_line(int order, int n, int m)
    {
        // Sorting is an oracle for problems of any size.
        (Tensor x, Tensor y) = (Normal(1, n, 1), Normal(2, m, 1, 0.3, 1.7));
        Tensor direction = tensor(new[] { 0.6, 0, 0.8 }, [1, 3]);
        MetricValue onLine = Measure(order, x, y), inSpace = Measure(order, x.matmul(direction) + 5, y.matmul(direction) + 5);
        Assert.Equal(onLine.Value, inSpace.Value, 1e-12);
        // Potentials of points that are coupled one to one are not unique, their spread nearly so.
        Assert.Equal(onLine.StandardError ?? 0, inSpace.StandardError ?? 0, 0.02 * (onLine.StandardError ?? 0));
    }

    [Fact]
    public void Between_Gaussians_on_a_line_it_is_the_closed_form()
    {
        // W₂² of N(0, 1) and N(1, 2²) is 1² + (2 − 1)²; W₁ of N(0, 1) and N(1, 1) is 1. 99.9 % intervals with fixed seeds.
        MetricValue second = Measure(2, Normal(1, 20_000, 1), Normal(2, 15_000, 1, 1, 2));
        Assert.Equal(Math.Sqrt(2), second.Value, 3.3 * second.StandardError!.Value);
        Assert.InRange(second.StandardError.Value, 0.005, 0.03);
        MetricValue first = Measure(1, Normal(1, 20_000, 1), Normal(2, 15_000, 1, 1));
        Assert.Equal(1, first.Value, 3.3 * Math.Sqrt((1 / 20_000.0) + (1 / 15_000.0)));
        Assert.Null(first.StandardError);
    }

    [Fact]
    public void Between_shifted_sets_it_is_the_shift()
    {
        Tensor x = Normal(1, 100, 3);
        Assert.Equal(3, Measure(2, x + tensor(new[] { 1.0, -2, 2 }), x).Value, 1e-13);
        Assert.Equal(3, Measure(1, x + tensor(new[] { 1.0, -2, 2 }), x).Value, 1e-13);
    }

    [Fact]
    public void Large_sets_are_drawn_from_at_the_same_places_whatever_is_in_them()
    {
        MetricInput input = Input(Normal(1, 200, 2), Normal(2, 300, 2));
        MetricValue value = Metric(2, 50).Measure(input)[0];
        Assert.Equal(50, value.Count);
        Assert.Equal(4 * value.Value, Metric(2, 50).Measure(input with { Samples = 4 * input.Samples, Reference = 4 * input.Reference })[0].Value, 1e-13);
        Assert.NotEqual(value.Value, Metric(2, 50).Measure(input with { Randomness = Noise(1) })[0].Value, 1e-3);
        Assert.Equal(200, Metric(2, 200).Measure(input)[0].Count);
        Assert.Equal(200, Metric(2, 50).Measure(Input(Normal(1, 200, 1), Normal(2, 300, 1)))[0].Count);
    }

    [Fact]
    public void Rows_that_are_the_target_itself_add_no_error()
    {
        foreach (int dimension in new[] { 1, 2 })
        {
            MetricInput input = Input(Normal(1, 80, dimension), Normal(2, 80, dimension, 0.5));
            MetricInput mirrored = Input(input.Reference, input.Samples);
            double Variance(MetricInput of, bool isPopulation) =>
                Math.Pow(Metric(2).Measure(of with { ReferenceIsPopulation = isPopulation })[0].StandardError!.Value, 2);
            Assert.Equal(Variance(input, false), Variance(input, true) + Variance(mirrored, true), (dimension == 1 ? 1e-12 : 0.05) * Variance(input, false));
            MetricInput population = input with { ReferenceIsPopulation = true };
            double[] drawn = [.. new[] { 40, 79, 80 }.Select(points => Metric(2, points).Measure(population)[0].StandardError!.Value)];
            Assert.True(dimension == 1 || (drawn[0] > drawn[1] && drawn[1] > drawn[2]));
        }
    }

    [Fact]
    public void One_point_a_side_and_equal_points_have_a_distance_and_no_error()
    {
        Assert.Equal((5.0, null), Two(Measure(2, zeros(1, 2, dtype: ScalarType.Float64), tensor(new[,] { { 3.0, 4 } }))));
        Tensor equal = full([6, 1, 2], 1.5, dtype: ScalarType.Float64);
        Assert.Equal((0.0, null), Two(Measure(2, equal, equal)));
        Assert.Equal((0.0, null), Two(Measure(1, equal, equal.narrow(0, 0, 4))));

        static (double, double?) Two(MetricValue value) => (value.Value, value.StandardError);
    }

    [Fact]
    public void What_is_not_a_number_gives_none_and_other_dimensions_are_refused()
    {
        Tensor broken = Normal(1, 10, 2);
        broken[3, 1] = double.NaN;
        Assert.Equal(double.NaN, Measure(2, broken, Normal(2, 10, 2)).Value);
        Assert.Equal(double.NaN, Measure(2, broken.narrow(1, 1, 1), Normal(2, 10, 1)).Value);
        Assert.Throws<ArgumentException>(() => Measure(2, Normal(1, 5, 2), Normal(1, 5, 3)));
    }

    [Fact]
    public void It_stops_when_it_is_cancelled() => Assert.Throws<OperationCanceledException>(
        () => Metric(2).Measure(Input(Normal(1, 60, 2), Normal(2, 60, 2, 1)) with { Cancellation = new(canceled: true) }));

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(1, 0, 1.0, 1.6)]
    [InlineData(1, 0.5, 0.9, 1.2)]
    [InlineData(2, 0, 1.0, 1.6)]
    [InlineData(2, 0.5, 0.9, 1.25)]
    [InlineData(8, 1, 0.9, 1.2)]
    public void Standard_errors_are_those_of_repeated_draws_or_larger(int dimension, double shift, double lowest, double highest)
    {
        // The spread of 400 distances is known to 3.5 %.
        MetricValue[] values = [.. Enumerable.Range(0, 400).Select(i =>
        {
            using DisposeScope scope = NewDisposeScope();
            return Measure(2, Normal(1000 + (2 * i), 150, dimension), Normal(1001 + (2 * i), 120, dimension, shift, 1 + (shift / 2)));
        })];
        double mean = values.Average(value => value.Value);
        double spread = Math.Sqrt(values.Sum(value => Math.Pow(value.Value - mean, 2)) / 399);
        Assert.InRange(Math.Sqrt(values.Average(value => Math.Pow(value.StandardError!.Value, 2))) / spread, lowest, highest);
    }

    private static IEnumerable<int[]> Permutations(int count) => count == 0
        ? [[]]
        : Permutations(count - 1).SelectMany(
            shorter => Enumerable.Range(0, count).Select(place => (int[])[.. shorter[..place], count - 1, .. shorter[place..]]));
}
