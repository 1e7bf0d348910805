using Diffusion.Grids;
using Diffusion.Schedules;
using Xunit;

namespace Diffusion.Plugins.Tests.Grids;

public sealed class ExplicitGridTests
{
    public static TheoryData<ExplicitGridOptions, int, double[]> Lists => new()
    {
        { new() { Values = [10, 1, 0.1] }, 3, [10, 1, 0.1, 0] },
        { new() { Values = [10, 1, 0.1], End = GridEnd.Minimum }, 2, [10, 1, 0.1] },
        { new() { Values = [10, 1, 0.1], End = GridEnd.Denoise }, 2, [10, 1, 0.1, 0] },
        { new() { Values = [10, 1, 0.1], Quantity = ExplicitQuantity.Time }, 3, [10, 1, 0.1, 0] },
        { new() { Values = [-2, 0, 3], Quantity = ExplicitQuantity.HalfLogSnr }, 3, [7.38905609893065, 1, 0.049787068367863944, 0] },
        { new() { Values = [80] }, 1, [80, 0] },
    };

    public static TheoryData<ExplicitGridOptions, int, string> Refused => new()
    {
        { new() { Values = [10, 1, 0.1] }, 4, "has 3 values and needs 4 for steps = 4 and end = zero" },
        { new() { Values = [10, 1, 0.1], End = GridEnd.Minimum }, 3, "has 3 values and needs 4 for steps = 3 and end = minimum" },
        { new() { Values = [10, 10] }, 2, "cannot place 2 distinct levels" },
        { new() { Values = [1, 10] }, 2, "cannot place 2 distinct levels" },
        { new() { Values = [100, 1] }, 2, "100 of the explicit grid is not a level with noise" },
        { new() { Values = [1, 0] }, 2, "0 of the explicit grid is not a level with noise" },
        { new() { Values = [1, -1] }, 2, "-1 of the explicit grid is not a level with noise" },
        { new() { Values = [1, double.NaN], Quantity = ExplicitQuantity.Time }, 2, "NaN of the explicit grid is not a level with noise" },
    };

    [Theory]
    [MemberData(nameof(Lists))]
    public void The_levels_are_those_given(ExplicitGridOptions options, int steps, double[] expected)
    {
        IReadOnlyList<NoiseLevel> levels = new ExplicitGrid(options).Levels(new EdmSchedule(new()), steps);
        Assert.Equal(expected.Length, levels.Count);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], levels[i].Sigma, 1e-13 * expected[i]);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_list_that_is_no_run_is_refused(ExplicitGridOptions options, int steps, string expected) =>
        Assert.Contains(
            expected,
            Assert.Throws<ArgumentException>(() => new ExplicitGrid(options).Levels(new EdmSchedule(new()), steps)).Message,
            StringComparison.Ordinal);
}
