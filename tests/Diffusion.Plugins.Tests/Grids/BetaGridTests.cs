using Diffusion.Grids;
using Diffusion.Schedules;
using Xunit;

namespace Diffusion.Plugins.Tests.Grids;

public sealed class BetaGridTests
{
    // Quantiles at 1 − i/5 by mpmath with 40 digits (bisection of the regularized incomplete beta function).
    public static TheoryData<double, double, double[]> Quantiles => new()
    {
        { 0.6, 0.6, [0.8770782495416671, 0.6372990092467857, 0.3627009907532143, 0.12292175045833291] },
        { 0.1, 3.0, [0.026671274571329315, 0.0014349125306809503, 2.481987953818146e-05, 2.4237070911980558e-08] },
        { 5.0, 2.0, [0.8601193117300422, 0.7774164663845762, 0.6905555724546856, 0.577552475153728] },
    };

    [Theory]
    [MemberData(nameof(Quantiles))]
    public void Levels_are_quantiles_of_the_distribution(double alpha, double beta, double[] quantiles)
    {
        var grid = new BetaGrid(new() { Alpha = alpha, Beta = beta, Variable = BetaGridVariable.NoiseScale, End = GridEnd.Minimum });
        var schedule = new EdmSchedule(new() { SigmaMin = 1e-12, SigmaMax = 80 });
        IReadOnlyList<NoiseLevel> levels = grid.Levels(schedule, 5);
        for (int i = 1; i < 5; i++)
        {
            double expected = 1e-12 + (quantiles[i - 1] * (80 - 1e-12));
            Assert.Equal(expected, levels[i].Sigma, 1e-12 * expected);
        }
    }

    [Fact]
    public void A_distribution_too_narrow_for_the_steps_is_refused()
    {
        var grid = new BetaGrid(new() { Alpha = 0.05, Variable = BetaGridVariable.NoiseScale });
        string message = Assert.Throws<ArgumentException>(() => grid.Levels(new EdmSchedule(new()), 5000)).Message;
        Assert.Contains("cannot place 5000 distinct levels", message, StringComparison.Ordinal);
    }
}
