using Diffusion.Metrics;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;
using static Diffusion.Plugins.Tests.Metrics.MetricProblem;

namespace Diffusion.Plugins.Tests.Metrics;

[Collection(GlobalTorchState.Name)]
public sealed class PairMetricTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(3, 4, 1)]
    [InlineData(40, 25, 2)]
    [InlineData(70, 70, 5)]
    public void Energy_distance_and_its_error_are_those_of_the_definition(int n, int m, int dimension)
    {
        (Tensor x, Tensor y) = (Normal(1, n, dimension), Normal(2, m, dimension, 0.3, 1.2));
        MetricValue value = Assert.Single(new EnergyDistanceMetric().Measure(Input(x, y)));
        Assert.Equal("energy-distance", value.Name);
        Assert.Equal(n, value.Count);
        Assert.Equal(UnbiasedByDefinition(Rows(x), Rows(y), d => d), value.Value, 1e-13);
        Assert.Equal(JackknifeByDefinition(Rows(x), Rows(y), d => d), value.StandardError!.Value, 1e-11);
    }

    [Theory]
    [InlineData(0.7)]
    [InlineData(0)]
    public void Mmd_and_its_error_are_those_of_the_definition(double bandwidth)
    {
        (Tensor x, Tensor y) = (Normal(1, 30, 2), Normal(2, 45, 2, 0.3, 1.2));
        MetricValue value = Assert.Single(new MaximumMeanDiscrepancyMetric(new() { Bandwidth = bandwidth }).Measure(Input(x, y)));
        double[][] rows = Rows(y);
        double[] distances = [.. (from i in Enumerable.Range(0, 45) from j in Enumerable.Range(0, i) select Distance(rows[i], rows[j])).Order()];
        double h = bandwidth > 0 ? bandwidth : (distances[494] + distances[495]) / 2;
        double Kernel(double d) => -Math.Exp(-d * d / (2 * h * h));

        Assert.Equal("mmd", value.Name);
        Assert.Equal(UnbiasedByDefinition(Rows(x), rows, Kernel), value.Value, 1e-13);
        Assert.Equal(JackknifeByDefinition(Rows(x), rows, Kernel), value.StandardError!.Value, 1e-11);
    }

    [Fact]
    public void The_median_bandwidth_depends_on_the_reference_alone()
    {
        // 2500 rows: the heuristic takes 1000 of them, and the samples are none of its business.
        Tensor y = Normal(3, 2500, 2);
        double[] spread = [.. new[] { 0.5, 50 }.Select(deviation =>
            new MaximumMeanDiscrepancyMetric(new()).Measure(Input(Normal(4, 50, 2, 0, deviation), y))[0].Value)];

        // With h about the median distance √(4 ln 2) of N(0, I) in the plane: E k for N(0, a² I) against N(0, b² I) is h²/(h² + a² + b²).
        double h2 = 4 * Math.Log(2);
        double[] expected = [.. new[] { 0.5, 50 }.Select(a => (h2 / (h2 + (2 * a * a))) + (h2 / (h2 + 2)) - (2 * h2 / (h2 + (a * a) + 1)))];
        Assert.Equal(expected[0], spread[0], 0.05);
        Assert.Equal(expected[1], spread[1], 0.05);
    }

    [Fact]
    public void Results_do_not_depend_on_threads()
    {
        MetricInput input = Input(Normal(1, 1500, 3), Normal(2, 1100, 3));
        int threads = get_num_threads();
        try
        {
            MetricValue[] values = [.. new[] { 1, 2 }.SelectMany(count =>
            {
                set_num_threads(count);
                IMetric[] metrics =
                    [new EnergyDistanceMetric(), new WassersteinMetric(new()), new SinkhornMetric(new()), new PrecisionRecallMetric(new()),
                        new DensityCoverageMetric(new())];
                return metrics.SelectMany(metric => metric.Measure(input with { Memory = new() }));
            })];
            Assert.Equal(values.Take(values.Length / 2), values.Skip(values.Length / 2));
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void Equal_rows_have_distance_zero_and_images_are_points()
    {
        Tensor x = full([5, 2, 2], 1.5, dtype: ScalarType.Float64);
        MetricValue value = new EnergyDistanceMetric().Measure(Input(x, x))[0];
        Assert.Equal((0.0, 0.0), (value.Value, value.StandardError!.Value));
        ArgumentException error = Assert.Throws<ArgumentException>(() => new MaximumMeanDiscrepancyMetric(new()).Measure(Input(x, x)));
        Assert.Contains("no bandwidth", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Against_a_whole_population_draws_from_it_average_to_exactly_zero()
    {
        double[] population = [-1.5, 0.25, 3];
        MetricInput[] inputs = [.. from a in population from b in population from c in population
            select Input(tensor(new[,] { { a }, { b }, { c } }), tensor(new[,] { { population[0] }, { population[1] }, { population[2] } })) with
            {
                ReferenceIsPopulation = true,
            }];
        Assert.Equal(0, inputs.Average(input => new EnergyDistanceMetric().Measure(input)[0].Value), 12);
        Assert.Equal(0, inputs.Average(input => new MaximumMeanDiscrepancyMetric(new() { Bandwidth = 0.7 }).Measure(input)[0].Value), 12);
        Assert.NotEqual(0, inputs.Average(input => new EnergyDistanceMetric().Measure(input with { ReferenceIsPopulation = false })[0].Value), 2);
    }

    [Fact]
    public void Too_few_points_or_other_dimensions_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new EnergyDistanceMetric().Measure(Input(Normal(1, 2, 2), Normal(1, 5, 2))));
        Assert.Throws<ArgumentException>(() => new EnergyDistanceMetric().Measure(Input(Normal(1, 5, 2), Normal(1, 5, 3))));
    }

    [Fact]
    public void What_cannot_be_estimated_is_known_from_the_reference_alone()
    {
        Tensor equal = cat([zeros(40, 1, dtype: ScalarType.Float64), ones(10, 1, dtype: ScalarType.Float64)], 0);
        MetricSetting setting = new() { Samples = 10, Reference = equal, Data = new() { Name = "points", Shape = [1] } };
        Assert.Contains(
            "more than half of the reference's rows are equal", new MaximumMeanDiscrepancyMetric(new()).Objection(setting), StringComparison.Ordinal);
        Assert.Null(new MaximumMeanDiscrepancyMetric(new() { Bandwidth = 1 }).Objection(setting));
        Assert.Null(new EnergyDistanceMetric().Objection(setting));
        Assert.Equal(
            "needs at least 3 points on either side; there are 2 samples and 50 reference rows",
            new EnergyDistanceMetric().Objection(setting with { Samples = 2 }));
    }

    [Fact]
    public void Estimates_hit_the_closed_forms_within_their_standard_errors()
    {
        // 99.9 % intervals with fixed seeds; N(0, 1) against N(1, 1) on a line.
        MetricInput input = Input(Normal(5, 3000, 1), Normal(6, 2500, 1, 1));
        MetricValue energy = new EnergyDistanceMetric().Measure(input)[0];
        Assert.Equal((2 * FoldedMean(1)) - (2 * FoldedMean(0)), energy.Value, 3.3 * energy.StandardError!.Value);

        MetricValue mmd = new MaximumMeanDiscrepancyMetric(new() { Bandwidth = 1 }).Measure(input)[0];
        Assert.Equal(2 / Math.Sqrt(3) * (1 - Math.Exp(-1.0 / 6)), mmd.Value, 3.3 * mmd.StandardError!.Value);
        Assert.True(mmd.StandardError < 0.2 * mmd.Value);
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(0.0, 0.85, 2.5)]
    [InlineData(0.5, 0.85, 1.25)]
    public void Standard_errors_are_those_of_repeated_draws_or_larger(double shift, double lowest, double highest)
    {
        // The jackknife's mean variance over that of 1000 independent estimates. The latter is known to 4.5 %, so 0.85 is the lower end of
        // a 99.9 % interval about 1; where both laws are one the jackknife counts the second-order part twice.
        MetricValue[] values = [.. Enumerable.Range(0, 1000).Select(i =>
            new EnergyDistanceMetric().Measure(Input(Normal(1000 + (2 * i), 100, 1), Normal(1001 + (2 * i), 80, 1, shift)))[0])];
        double mean = values.Average(value => value.Value);
        double variance = values.Sum(value => Math.Pow(value.Value - mean, 2)) / 999;
        Assert.InRange(values.Average(value => Math.Pow(value.StandardError!.Value, 2)) / variance, lowest, highest);

        // And the estimate is unbiased.
        Assert.Equal((2 * FoldedMean(shift)) - (2 * FoldedMean(0)), mean, 3.3 * Math.Sqrt(variance / 1000));
    }

    /// <summary>E|X − Y| for X − Y ~ N(shift, 2).</summary>
    private static double FoldedMean(double shift)
    {
        double tail = shift == 0 ? 0.5 : NormalTail(shift / Math.Sqrt(2));
        return (Math.Sqrt(2) * Math.Sqrt(2 / Math.PI) * Math.Exp(-shift * shift / 4)) + (shift * (1 - (2 * tail)));
    }

    /// <summary>P(Z &gt; z) by Simpson's rule.</summary>
    private static double NormalTail(double z)
    {
        const int Intervals = 2000;
        double step = z / Intervals;
        double sum = 0;
        for (int i = 0; i <= Intervals; i++)
            sum += (i is 0 or Intervals ? 1 : i % 2 == 1 ? 4 : 2) * Math.Exp(-0.5 * i * step * i * step);
        return 0.5 - (sum * step / 3 / Math.Sqrt(2 * Math.PI));
    }
}
