using System.Numerics;
using Diffusion.Metrics;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;
using static Diffusion.Plugins.Tests.Metrics.MetricProblem;

namespace Diffusion.Plugins.Tests.Metrics;

/// <summary>Sums over pairs in single precision against those in double.</summary>
public sealed class SinglePairSumsTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    private readonly struct Distance : IPairKernel
    {
        public Vector<double> Values(Vector<double> squaredDistances) => Vector.SquareRoot(squaredDistances);

        public Vector<float> Values(Vector<float> squaredDistances) => Vector.SquareRoot(squaredDistances);
    }

    // An offset that would leave single precision two digits, and counts that no vector divides.
    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(2, 0, 1)]
    [InlineData(2, 1e5, 1)]
    [InlineData(2, 0, 1e-8)]
    [InlineData(7, -3, 1e6)]
    public void They_are_those_in_double_precision_to_rounding(int dimension, double offset, double scale)
    {
        PointSet x = new(Normal(1, 1301, dimension, offset, scale)), y = new(Normal(2, 2047, dimension, offset + scale, 2 * scale));
        (double[] rows, double[] columns) = SinglePairSums.Between(x, y, default(Distance));
        (double[] expectedRows, double[] expectedColumns) = PairSums.Between(x, y, default(Distance));
        Same(expectedRows, rows, 1e-6);
        Same(expectedColumns, columns, 1e-5);
        Same(PairSums.Within(x, default(Distance)), SinglePairSums.Within(x, default(Distance)), 1e-5);
        // Of the sum that a value is made of nothing is left of the rounding.
        Assert.Equal(1, rows.Sum() / expectedRows.Sum(), 2e-8);

        static void Same(double[] expected, double[] actual, double part) =>
            Assert.All(expected.Zip(actual), pair => Assert.Equal(1, pair.Second / pair.First, part));
    }

    [Fact]
    public void They_are_taken_of_many_pairs_of_usual_size_alone()
    {
        PointSet many = new(Normal(1, 20_000, 1)), few = new(Normal(2, 19_999, 1));
        Assert.True(SinglePairSums.Suits(many, many));
        Assert.False(SinglePairSums.Suits(few, many));
        Assert.False(SinglePairSums.Suits(new(Normal(1, 20_000, 1, 0, 1e20)), many));
        Assert.False(SinglePairSums.Suits(new(Normal(1, 20_000, 1, 0, 1e-20)), many));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Metrics_of_many_points_are_off_by_far_less_than_their_errors()
    {
        // The second set has one point less than single precision takes, and all but it in common with the first.
        Tensor all = Normal(1, 20_000, 2, 0.1), reference = Normal(2, 20_000, 2), fewer = all.narrow(0, 0, 19_999);
        foreach (IMetric metric in new IMetric[] { new EnergyDistanceMetric(), new MaximumMeanDiscrepancyMetric(new()) })
        {
            MetricValue single = metric.Measure(Input(all, reference))[0];
            // Sums of the reference within itself are kept from the other call only if they are of one kind.
            MetricValue other = metric.Measure(Input(fewer, reference.narrow(0, 0, 19_999)))[0];
            Assert.Equal(other.Value, single.Value, 0.05 * single.StandardError!.Value);
            Assert.Equal(1, single.StandardError.Value / other.StandardError!.Value, 1e-2);
        }
    }

    [Theory]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(50_001)]
    public void Many_numbers_are_sorted_as_few_are(int count)
    {
        double[] numbers = Normal(3, count, 1, 0, 1e3).data<double>().ToArray();
        (numbers[0], numbers[1], numbers[2], numbers[3]) = (double.NegativeInfinity, double.PositiveInfinity, 0, numbers[4]);
        (numbers[5], numbers[6]) = (1e-310, -1e-310);
        double[] expected = [.. numbers.Order()];
        RadixSort.Sort(numbers);
        Assert.Equal(expected, numbers);
    }
}
