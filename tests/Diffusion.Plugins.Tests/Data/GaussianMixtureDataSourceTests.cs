using System.ComponentModel.DataAnnotations;
using Diffusion.Data;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.Data;

public sealed class GaussianMixtureDataSourceTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void The_same_options_give_the_same_bits_and_more_rows_move_none()
    {
        var options = new GaussianMixtureDataOptions { Preset = MixturePreset.Grid25, Count = 500, ReferenceCount = 100, Seed = 3 };
        DataSet first = new GaussianMixtureDataSource(options).Load();
        DataSet again = new GaussianMixtureDataSource(options).Load();
        DataSet more = new GaussianMixtureDataSource(options with { Count = 700 }).Load();
        Assert.True(first.Train.equal(again.Train).all().ToBoolean());
        Assert.Equal(first.Description.Digest, again.Description.Digest);
        Assert.True(first.Train.equal(more.Train[..500]).all().ToBoolean());
        Assert.True(first.Reference.equal(more.Reference).all().ToBoolean());
        Assert.False(first.Train[..100].equal(first.Reference).any().ToBoolean());
        Assert.NotEqual(first.Description.Digest, new GaussianMixtureDataSource(options with { Seed = 4 }).Load().Description.Digest);
        Assert.Equal([2], first.Description.Shape);
        Assert.Equal([100, 2], first.Reference.shape);
    }

    [Fact]
    public void Rows_have_the_moments_of_their_mixture()
    {
        // Weights 1 : 3; 99.99 % intervals with a fixed seed.
        const int Count = 100_000;
        DataSet set = new GaussianMixtureDataSource(new GaussianMixtureDataOptions
        {
            Means = [[10, 0, 0], [0, 1, 2]],
            Weights = [1, 3],
            Covariances = [[1, 0, 0, 0, 1, 0, 0, 0, 1], [0.5, 0.3, 0, 0.3, 0.8, -0.2, 0, -0.2, 0.4]],
            Count = Count,
        }).Load();
        Tensor second = set.Train[set.Train.select(1, 0) < 5];
        double share = second.shape[0] / (double)Count;
        Assert.Equal(0.75, share, 3.9 * Math.Sqrt(0.75 * 0.25 / Count));

        double n = second.shape[0];
        double[] means = second.mean([0]).data<double>().ToArray();
        Assert.All(means.Zip([0.0, 1, 2], [0.5, 0.8, 0.4]), m => Assert.Equal(m.Second, m.First, 3.9 * Math.Sqrt(m.Third / n)));
        double[] covariance = second.t().cov().contiguous().data<double>().ToArray();
        double[] expected = [0.5, 0.3, 0, 0.3, 0.8, -0.2, 0, -0.2, 0.4];
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                double error = Math.Sqrt(((expected[(i * 3) + j] * expected[(i * 3) + j]) + (expected[i * 4] * expected[j * 4])) / n);
                Assert.Equal(expected[(i * 3) + j], covariance[(i * 3) + j], 3.9 * error);
            }
        }
    }

    [Fact]
    public void Neighbouring_rows_and_dimensions_are_uncorrelated()
    {
        const int Count = 100_000;
        Tensor rows = new GaussianMixtureDataSource(
            new GaussianMixtureDataOptions { Means = [[0.0, 0, 0]], StandardDeviations = [1], Count = Count }).Load().Train;
        double limit = 3.9 / Math.Sqrt(Count);
        Assert.Equal(0, (rows[1..] * rows[..^1]).mean([0]).abs().max().ToDouble(), limit);
        Assert.Equal(0, (rows * rows.roll([1], [1])).mean([0]).abs().max().ToDouble(), limit);
        Assert.Equal(3, rows.pow(4).mean().ToDouble(), 3.9 * Math.Sqrt(96.0 / (3 * Count)));
    }

    [Fact]
    public void Presets_are_those_of_the_literature()
    {
        GaussianMixture grid = new GaussianMixtureDataSource(new() { Preset = MixturePreset.Grid25, Count = 1 }).Load().Description.Mixture!;
        Assert.Equal(25, grid.Components.Count);
        Assert.All(grid.Components, c => Assert.Equal(0.05 / 2.828, Math.Sqrt(c.IsotropicVariance!.Value), 1e-15));
        Assert.Equal(8 / (2.828 * 2.828), grid.Components.Average(c => c.Mean[0] * c.Mean[0]), 1e-12);

        GaussianMixture ring =
            new GaussianMixtureDataSource(new() { Preset = MixturePreset.Ring8, Count = 1, StandardDeviations = [0.3] }).Load().Description.Mixture!;
        Assert.Equal(8, ring.Components.Count);
        Assert.All(ring.Components, c => Assert.Equal(2 / 1.414, Math.Sqrt((c.Mean[0] * c.Mean[0]) + (c.Mean[1] * c.Mean[1])), 1e-12));
        Assert.All(ring.Components, c => Assert.Equal(0.09, c.IsotropicVariance!.Value, 1e-15));
    }

    [Fact]
    public void Options_that_describe_no_mixture_are_refused()
    {
        var both = new GaussianMixtureDataOptions { Preset = MixturePreset.Ring8, Means = [[0.0]] };
        Assert.Contains("either a preset or means", Assert.Single(both.Validate(new ValidationContext(both))).ErrorMessage, StringComparison.Ordinal);
        var none = new GaussianMixtureDataOptions();
        Assert.Contains("at least one mean", Assert.Single(none.Validate(new ValidationContext(none))).ErrorMessage, StringComparison.Ordinal);
        var fine = new GaussianMixtureDataOptions { Preset = MixturePreset.Ring8 };
        Assert.Empty(fine.Validate(new ValidationContext(fine)));
    }

    [Fact]
    public void More_numbers_than_fit_into_memory_are_refused_before_any_is_drawn()
    {
        GaussianMixtureDataOptions options =
            new() { Means = [[.. Enumerable.Repeat(0.0, 50)]], StandardDeviations = [1], Count = 10_000_000, ReferenceCount = 1 };
        Assert.Contains("are 500000050 numbers; 100000000 is the limit", Assert.Single(options.Validate(new(options))).ErrorMessage, StringComparison.Ordinal);
        Assert.Empty((options with { Count = 1_000_000 }).Validate(new(options)));
    }
}
