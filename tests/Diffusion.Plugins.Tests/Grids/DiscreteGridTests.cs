using Diffusion.Grids;
using Diffusion.Schedules;
using Xunit;

namespace Diffusion.Plugins.Tests.Grids;

/// <summary>Entries as libraries number them, from 0; our times are one more.</summary>
public sealed class DiscreteGridTests
{
    private static readonly DiscreteBetaSchedule Schedule = new(new());

    public static TheoryData<DiscreteGridOptions, int, double[]> Spacings => new()
    {
        { new() { Spacing = DiscreteSpacing.Leading }, 4, [750, 500, 250, 0, -1] },
        { new() { Spacing = DiscreteSpacing.Leading, Offset = 1 }, 4, [751, 501, 251, 1, -1] },
        { new() { Spacing = DiscreteSpacing.Leading, SkipFirstEntry = true }, 4, [800, 600, 400, 200, -1] },
        { new() { Spacing = DiscreteSpacing.Leading, Offset = 1, End = GridEnd.Minimum }, 4, [801, 601, 401, 201, 0] },
        { new() { Spacing = DiscreteSpacing.Leading, End = GridEnd.Denoise }, 3, [750, 500, 250, 0, -1] },
        { new() { Spacing = DiscreteSpacing.Trailing }, 3, [999, 666, 332, -1] },
        { new() { Spacing = DiscreteSpacing.Trailing, SkipFirstEntry = true }, 3, [999, 666, 332, -1] },
        { new() { Spacing = DiscreteSpacing.Trailing, End = GridEnd.Minimum }, 3, [999, 666, 332, 0] },
        { new() { Spacing = DiscreteSpacing.Trailing, End = GridEnd.Denoise }, 3, [999, 666, 332, 0, -1] },
        { new() { Spacing = DiscreteSpacing.Trailing, TrainSteps = 10, End = GridEnd.Minimum }, 8, [9, 8, 7, 6, 5, 3, 2, 1, 0] },
        { new() { Spacing = DiscreteSpacing.Trailing }, 1000, [.. Enumerable.Range(0, 1001).Select(i => 999.0 - i)] },
        { new(), 5, [999, 749, 500, 250, 0, -1] },
        { new() { Round = false }, 5, [999, 749.25, 499.5, 249.75, 0, -1] },
        { new() { SkipFirstEntry = true }, 5, [999, 799, 599, 400, 200, -1] },
        { new() { End = GridEnd.Minimum }, 5, [999, 799, 599, 400, 200, 0] },
        { new(), 1, [999, -1] },
        { new() { Spacing = DiscreteSpacing.Trailing }, 1, [999, -1] },
        { new() { TrainSteps = 50 }, 2, [49, 0, -1] },
    };

    public static TheoryData<DiscreteGridOptions, int, string> Refused => new()
    {
        { new(), 1001, "has 1000 entries, and 1001 are asked for" },
        { new() { SkipFirstEntry = true }, 1000, "has 1000 entries, and 1001 are asked for" },
        { new() { TrainSteps = 10 }, 11, "has 10 entries, and 11 are asked for" },
        { new() { Spacing = DiscreteSpacing.Leading, Offset = 1 }, 1000, "starts at entry 1000 of a table of 1000" },
        { new() { Spacing = DiscreteSpacing.Trailing, End = GridEnd.Minimum }, 1000, "has 1000 entries, and 1001 are asked for" },
    };

    [Theory]
    [MemberData(nameof(Spacings))]
    public void Entries_are_spaced_as_in_public_samplers(DiscreteGridOptions options, int steps, double[] expected)
    {
        IReadOnlyList<NoiseLevel> levels = new DiscreteGrid(options).Levels(Schedule, steps);
        double unit = 1000.0 / options.TrainSteps;
        Assert.Equal(expected.Select(entry => (entry + 1) * unit), levels.Select(level => level.T));
    }

    [Fact]
    public void Under_continuous_time_the_horizon_is_the_last_entry()
    {
        IReadOnlyList<NoiseLevel> levels = new DiscreteGrid(new()).Levels(new VariancePreservingSchedule(new()), 5);
        Assert.Equal([1, 0.75, 0.501, 0.251, 0.001, 0], levels.Select(level => level.T));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void More_levels_than_entries_are_refused(DiscreteGridOptions options, int steps, string expected) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => new DiscreteGrid(options).Levels(Schedule, steps)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void A_run_without_steps_is_refused(int steps) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DiscreteGrid(new()).Levels(Schedule, steps));
}
