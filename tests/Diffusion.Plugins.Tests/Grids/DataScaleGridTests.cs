using Diffusion.Grids;
using Diffusion.Schedules;
using Xunit;

namespace Diffusion.Plugins.Tests.Grids;

public sealed class DataScaleGridTests
{
    // The quantiles of 0.15 + exp(−(ℓ − log(c/4))²/8) between log 0.002 and log 80, by mpmath with 40 digits.
    private static readonly double[] OfOne = [80, 1.9489778983696993, 0.4808297177087001, 0.15161244441245487, 0.039984191746238784, 0.002],
        OfTwo = [80, 3.316673557873595, 0.8589964419034583, 0.2706707028964563, 0.0679292097266874, 0.002];

    [Fact]
    public void Levels_are_the_quantiles_of_the_density()
    {
        AssertLevels(OfOne, new(new() { End = GridEnd.Minimum, StandardDeviation = 1 }));
        AssertLevels(OfTwo, new(new() { End = GridEnd.Minimum, StandardDeviation = 2 }));
    }

    [Fact]
    public void The_deviation_is_that_of_the_data_where_it_is_known_and_options_come_first()
    {
        GaussianMixture mixture = new([GaussianComponent.Isotropic(1, [-1, 5], 1), GaussianComponent.Isotropic(1, [1, 3], Math.Sqrt(5))]);
        // Means differ by ±1 and variances are 1 and 5: 1 + 3 in each dimension.
        DataDescription data = new() { Name = "mixture", Shape = [2], Mixture = mixture };
        AssertLevels(OfTwo, new(new() { End = GridEnd.Minimum }, data));
        AssertLevels(OfOne, new(new() { End = GridEnd.Minimum, StandardDeviation = 1 }, data));
    }

    [Fact]
    public void Without_a_bell_the_levels_are_geometric()
    {
        var grid = new DataScaleGrid(new() { End = GridEnd.Minimum, Floor = 1e6 });
        IReadOnlyList<NoiseLevel> expected = new LogSnrGrid(new() { End = GridEnd.Minimum }).Levels(new EdmSchedule(new()), 7);
        Assert.All(
            grid.Levels(new EdmSchedule(new()), 7).Zip(expected), pair => Assert.Equal(pair.Second.Sigma, pair.First.Sigma, 1e-5 * pair.Second.Sigma));
    }

    private static void AssertLevels(double[] expected, DataScaleGrid grid)
    {
        IReadOnlyList<NoiseLevel> levels = grid.Levels(new EdmSchedule(new()), expected.Length - 1);
        Assert.Equal(expected.Length, levels.Count);
        Assert.All(expected.Zip(levels), pair => Assert.Equal(pair.First, pair.Second.Sigma, 1e-12 * pair.First));
    }
}
