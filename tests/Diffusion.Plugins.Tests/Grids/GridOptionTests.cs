using System.ComponentModel.DataAnnotations;
using Diffusion.Grids;
using Diffusion.Schedules;
using Xunit;

namespace Diffusion.Plugins.Tests.Grids;

public sealed class GridOptionTests
{
    [Fact]
    public void The_karras_grid_of_edm_has_the_published_levels()
    {
        // σ_i of Karras et al. 2022, eq. 5 with 5 levels from 80 to 0.002 and ρ = 7, by mpmath with 30 digits.
        double[] expected = [80, 17.527831964644111, 2.5152189761471588, 0.16975275626876402, 0.002, 0];
        IReadOnlyList<NoiseLevel> levels = new KarrasGrid(new()).Levels(new EdmSchedule(new()), 5);
        Assert.Equal(expected.Length, levels.Count);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], levels[i].Sigma, 1e-13 * expected[i]);
    }

    [Fact]
    public void The_karras_grid_has_the_same_noise_scales_under_every_process()
    {
        var grid = new KarrasGrid(new() { SigmaMin = 0.02, SigmaMax = 20 });
        double[] expected = [.. grid.Levels(new EdmSchedule(new()), 12).Select(level => level.NoiseToSignal)];
        foreach (NoiseSchedule schedule in GridSchedules.All)
        {
            IReadOnlyList<NoiseLevel> levels = grid.Levels(schedule, 12);
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], levels[i].NoiseToSignal, 1e-11 * expected[i]);
        }
    }

    [Fact]
    public void Levels_of_the_log_snr_grid_are_geometric_in_the_noise_scale()
    {
        IReadOnlyList<NoiseLevel> levels = new LogSnrGrid(new() { End = GridEnd.Minimum }).Levels(new VariancePreservingSchedule(new()), 9);
        double ratio = levels[1].NoiseToSignal / levels[0].NoiseToSignal;
        for (int i = 1; i < levels.Count; i++)
            Assert.Equal(ratio, levels[i].NoiseToSignal / levels[i - 1].NoiseToSignal, 1e-12);
    }

    [Fact]
    public void Pure_noise_at_the_horizon_is_refused_where_the_grid_cannot_start_there()
    {
        var schedule = new RectifiedFlowSchedule(new());
        Assert.Contains("horizon", Assert.Throws<ArgumentException>(() => new LogSnrGrid(new()).Levels(schedule, 4)).Message, StringComparison.Ordinal);
        Assert.Contains("sigmaMax", Assert.Throws<ArgumentException>(() => new KarrasGrid(new()).Levels(schedule, 4)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.002, 100.0, "sigmaMax = 100")]
    [InlineData(0.001, 80.0, "sigmaMin = 0.001")]
    public void A_noise_scale_that_the_schedule_has_not_is_refused(double smallest, double largest, string expected)
    {
        var schedule = new VarianceExplodingSchedule(new() { SigmaMin = 0.002, SigmaMax = 80 });
        var grid = new KarrasGrid(new() { SigmaMin = smallest, SigmaMax = largest });
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => grid.Levels(schedule, 4)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_largest_scale_below_the_smallest_is_refused() =>
        Assert.Throws<ArgumentException>(() => new KarrasGrid(new() { SigmaMax = 0.001 }).Levels(new EdmSchedule(new()), 4));

    [Fact]
    public void Levels_of_the_cosine_grid_are_those_of_a_cosine_schedule_at_equal_times()
    {
        IReadOnlyList<NoiseLevel> expected = new UniformGrid(new() { End = GridEnd.Minimum }).Levels(new TrigonometricSchedule(new()), 20);
        var schedule = new RectifiedFlowSchedule(new() { MinimumTime = 1e-4 });
        var grid = new CosineGrid(new() { SigmaMin = expected[^1].NoiseToSignal, End = GridEnd.Minimum });
        IReadOnlyList<NoiseLevel> levels = grid.Levels(schedule, 20);
        Assert.Equal(0, levels[0].Alpha);
        for (int i = 1; i < levels.Count; i++)
            Assert.Equal(expected[i].NoiseToSignal, levels[i].NoiseToSignal, 1e-12 * expected[i].NoiseToSignal);
    }

    [Fact]
    public void The_vp_grid_is_uniform_time_under_the_process_of_its_rates()
    {
        var schedule = new VariancePreservingSchedule(new());
        IReadOnlyList<NoiseLevel> expected = new UniformGrid(new()).Levels(schedule, 30);
        foreach (var options in new[] { new VpGridOptions { BetaMin = 0.1, BetaMax = 20 }, new VpGridOptions() })
        {
            IReadOnlyList<NoiseLevel> levels = new VpGrid(options).Levels(schedule, 30);
            for (int i = 0; i < 30; i++)
                Assert.Equal(expected[i].T, levels[i].T, 1e-12);
        }
    }

    [Fact]
    public void The_vp_grid_says_when_no_rate_leads_between_the_ends()
    {
        var schedule = new EdmSchedule(new() { SigmaMin = 5, SigmaMax = 80 });
        string message = Assert.Throws<ArgumentException>(() => new VpGrid(new()).Levels(schedule, 4)).Message;
        Assert.Contains("from 5 at time 0.001 to 80 at 1", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rates_of_the_vp_grid_come_in_pairs()
    {
        var options = new VpGridOptions { BetaMin = 0.1 };
        List<ValidationResult> problems = [];
        Assert.False(Validator.TryValidateObject(options, new(options), problems, validateAllProperties: true));
        Assert.Contains("together", Assert.Single(problems).ErrorMessage!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_denoising_step_comes_after_all_the_others()
    {
        var schedule = new EdmSchedule(new());
        IReadOnlyList<NoiseLevel> minimum = new KarrasGrid(new() { End = GridEnd.Minimum }).Levels(schedule, 7);
        Assert.Equal([.. minimum, NoiseLevel.Clean], new KarrasGrid(new() { End = GridEnd.Denoise }).Levels(schedule, 7));
    }

    [Fact]
    public void A_polynomial_of_degree_one_in_the_log_noise_scale_is_the_log_snr_grid()
    {
        var schedule = new EdmSchedule(new());
        IReadOnlyList<NoiseLevel> expected = new LogSnrGrid(new()).Levels(schedule, 12);
        IReadOnlyList<NoiseLevel> levels = new PolyexponentialGrid(new()).Levels(schedule, 12);
        for (int i = 0; i < expected.Count; i++)
            Assert.Equal(expected[i].Sigma, levels[i].Sigma, 1e-13 * expected[i].Sigma);
    }
}
