using System.ComponentModel.DataAnnotations;
using Diffusion.Data;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.Data;

public sealed class RandomMixtureDataSourceTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void The_mixture_is_a_function_of_its_seed_and_the_rows_of_theirs()
    {
        RandomMixtureDataOptions options = new() { Modes = 3, Dimension = 2, MixtureSeed = 5, DeviationSpread = 0.5, WeightSpread = 1, Count = 50, ReferenceCount = 20 };
        DataSet first = new RandomMixtureDataSource(options).Load();
        Assert.Equal(Numbers(first), Numbers(new RandomMixtureDataSource(options).Load()));
        DataSet other = new RandomMixtureDataSource(options with { Seed = 1 }).Load();
        Assert.Equal(Numbers(first), Numbers(other));
        Assert.NotEqual(first.Description.Digest, other.Description.Digest);
        Assert.NotEqual(Numbers(first), Numbers(new RandomMixtureDataSource(options with { MixtureSeed = 6 }).Load()));
        Assert.Equal([50, 2], first.Train.shape);
        Assert.Equal([7, 2], new RandomMixtureDataSource(options).Draw(7, 0).shape);
    }

    [Fact]
    public void Means_deviations_and_weights_scatter_as_stated()
    {
        // 99.99 % intervals of 20 000 normal numbers with a fixed seed: the mean within 3.9/√n, the standard deviation within 3.9/√(2n) of itself.
        const int Modes = 20_000;
        GaussianMixture mixture = new RandomMixtureDataSource(new()
        {
            Modes = Modes, Spread = 1.5, StandardDeviation = 0.2, DeviationSpread = 0.5, WeightSpread = 2, MixtureSeed = 3, Count = 1, ReferenceCount = 1,
        }).Load().Description.Mixture!;
        AssertNormal(mixture.Components.Select(component => component.Mean[0]), 0, 1.5);
        AssertNormal(mixture.Components.Select(component => Math.Log(Math.Sqrt(component.Covariance[0, 0]))), Math.Log(0.2), 0.5);
        double[] weights = [.. mixture.Components.Select(component => Math.Log(component.Weight))];
        AssertNormal(weights.Select(weight => weight - weights.Average()), 0, 2);

        static void AssertNormal(IEnumerable<double> values, double mean, double deviation)
        {
            double[] all = [.. values];
            double average = all.Average(), spread = Math.Sqrt(all.Average(value => (value - average) * (value - average)));
            Assert.Equal(mean, average, 3.9 * deviation / Math.Sqrt(Modes));
            Assert.Equal(deviation, spread, 3.9 * deviation / Math.Sqrt(2 * Modes));
        }
    }

    [Fact]
    public void Rows_have_the_moments_of_the_mixture()
    {
        const int Count = 100_000;
        DataSet set = new RandomMixtureDataSource(new() { Modes = 4, Dimension = 2, MixtureSeed = 2, WeightSpread = 1, Count = Count }).Load();
        DataMoments moments = DataMoments.FromDescription(set.Description)!;
        double[] means = set.Train.mean([0]).data<double>().ToArray();
        // 99.99 %: five standard errors leave room for unequal dimensions.
        Assert.All(means.Zip(moments.Mean), pair => Assert.Equal(pair.Second, pair.First, 5.5 * moments.StandardDeviation / Math.Sqrt(Count)));
        double variance = set.Train.var(0, unbiased: false).mean().item<double>();
        Assert.Equal(moments.StandardDeviation, Math.Sqrt(variance), 0.01 * moments.StandardDeviation);
    }

    [Fact]
    public void More_numbers_than_fit_are_refused() => Assert.Contains(
        "limit",
        Assert.Single(new RandomMixtureDataOptions { Dimension = 1000, Count = 1_000_000 }.Validate(new ValidationContext(new object()))).ErrorMessage,
        StringComparison.Ordinal);

    private static double[] Numbers(DataSet set) =>
        [.. set.Description.Mixture!.Components.SelectMany(component => (double[])[component.Weight, .. component.Mean, component.Covariance[0, 0]])];
}
