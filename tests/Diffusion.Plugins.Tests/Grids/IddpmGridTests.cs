using Diffusion.Grids;
using Diffusion.Schedules;
using Xunit;

namespace Diffusion.Plugins.Tests.Grids;

public sealed class IddpmGridTests
{
    // u_j of Karras et al. 2022, appendix C.3.4, with M = 1000, by mpmath with 40 digits.
    private const double Largest = 80.20370184547434;
    private const double Smallest = 0.006425412771127171;

    [Fact]
    public void Its_scales_are_those_of_the_recursion()
    {
        IReadOnlyList<NoiseLevel> levels = new IddpmGrid(new()).Levels(new EdmSchedule(new() { SigmaMax = 81 }), 18);
        Assert.Equal(19, levels.Count);
        Assert.Equal(Largest, levels[0].Sigma, 1e-12 * Largest);
        Assert.Equal(Smallest, levels[^2].Sigma, 1e-12 * Smallest);
    }

    [Fact]
    public void Its_noise_falls_under_every_process_down_to_its_least_scale()
    {
        foreach (NoiseSchedule schedule in GridSchedules.WithSignalAtTheHorizon)
        {
            foreach (int steps in new[] { 1, 2, 3, 10, 257 })
            {
                IReadOnlyList<NoiseLevel> levels = new IddpmGrid(new() { End = GridEnd.Denoise }).Levels(schedule, steps);
                Assert.Equal(steps + 2, levels.Count);
                Assert.Equal(NoiseLevel.Clean, levels[^1]);
                Assert.All(levels.Zip(levels.Skip(1)), pair => Assert.True(pair.First.NoiseToSignal > pair.Second.NoiseToSignal));
            }
        }
    }

    [Fact]
    public void More_levels_than_it_has_are_refused() => Assert.Contains(
        "noise scales between 0.002 and 80, and 5000 are asked for",
        Assert.Throws<ArgumentException>(() => new IddpmGrid(new()).Levels(new EdmSchedule(new()), 5000)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Pure_noise_at_the_horizon_is_refused() => Assert.Contains(
        "give the grid a sigmaMax",
        Assert.Throws<ArgumentException>(() => new IddpmGrid(new()).Levels(new RectifiedFlowSchedule(new()), 5)).Message,
        StringComparison.Ordinal);
}
