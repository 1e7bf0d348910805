using Diffusion.Experiments.Statistics;
using Xunit;

namespace Diffusion.Tests.Statistics;

/// <summary>Ranks, groups, fronts, crossings and power laws on cases that are known by construction.</summary>
public sealed class StructureTests
{
    [Fact]
    public void Ranks_are_open_where_pairs_are()
    {
        // 0 beats 2 and 3; 1 beats 3.
        bool IsBetter(int i, int j) => (i, j) is (0, 2) or (0, 3) or (1, 3);
        RankInterval[] ranks = RankInterval.FromPairs(4, IsBetter);
        Assert.Equal([new(1, 2), new(1, 3), new(2, 4), new(3, 4)], ranks);
        Assert.Equal("1–2", $"{ranks[0]}");
        Assert.Equal("2", $"{new RankInterval(2, 2)}");
    }

    [Fact]
    public void Groups_overlap_where_being_alike_is_not_transitive()
    {
        bool IsAlike(int i, int j) => Math.Abs(i - j) == 1 || (Math.Min(i, j), Math.Max(i, j)) == (0, 2);
        IReadOnlyList<int[]> groups = MaximalGroups.Find(5, IsAlike);
        Assert.Equal([[0, 1, 2], [2, 3], [3, 4]], groups);
        Assert.Empty(MaximalGroups.Find(3, (_, _) => false));
        Assert.Equal([[0, 1, 2]], MaximalGroups.Find(3, (_, _) => true));
    }

    [Fact]
    public void The_front_leaves_out_what_is_undercut_and_what_costs_more_for_the_same() =>
        Assert.Equal([3, 0, 4], ParetoFront.Indices([(5, 1.0), (6, 1.0), (7, 2.0), (3, 4.0), (9, 0.5), (3, 5.0)]));

    [Fact]
    public void A_crossing_lies_where_the_mean_changes_its_sign_and_its_interval_where_the_difference_may_be_zero()
    {
        // Differences 3 − x + e with errors of standard error s at every place: zero is possible for |x − 3| ≤ t₄ s.
        double[] errors = [-0.2, -0.1, 0, 0.1, 0.2];
        double[] nodes = [0, 1, 2, 4, 6];
        IReadOnlyList<double>[] differences = [.. nodes.Select(x => (IReadOnlyList<double>)[.. errors.Select(error => 3 - x + error)])];
        Crossing crossing = Assert.Single(Crossing.Find(nodes, differences, 0.99));
        double reach = 2.7764451051977987 * Math.Sqrt(0.025 / 5);
        Assert.Equal(3, crossing.At, 1e-12);
        Assert.Equal(3 - reach, crossing.Interval.Low, 1e-9);
        Assert.Equal(3 + reach, crossing.Interval.High, 1e-9);
        Assert.True(crossing.IsPositiveBefore);
    }

    [Fact]
    public void A_crossing_that_one_side_does_not_make_sure_is_none()
    {
        double[] errors = [-2, -1, 0, 1, 2];
        double[] nodes = [0, 1, 2, 4, 6];
        // Before the crossing the difference is at most 1.5, less than its error leaves sure.
        Assert.Empty(Crossing.Find(nodes, [.. nodes.Select(x => (IReadOnlyList<double>)[.. errors.Select(error => 1.5 - x + error)])], 0.99));
    }

    [Fact]
    public void Curves_that_touch_do_not_cross_and_curves_that_cross_twice_cross_twice()
    {
        double[] errors = [-0.02, -0.01, 0, 0.01, 0.02];
        double[] nodes = [0, 1, 2, 3, 4];
        IReadOnlyList<Crossing> Crossings(params double[] means) =>
            Crossing.Find(nodes, [.. means.Select(mean => (IReadOnlyList<double>)[.. errors.Select(error => mean + error)])], 0.99);
        Assert.Empty(Crossings(1, 0.5, -0.005, 0.5, 1));
        IReadOnlyList<Crossing> both = Crossings(1, -1, -1, -1, 1);
        Assert.Equal([0.5, 3.5], both.Select(crossing => crossing.At));
        Assert.Equal([true, false], both.Select(crossing => crossing.IsPositiveBefore));
    }

    [Fact]
    public void Fewer_repeats_than_an_interval_takes_show_no_crossing() =>
        Assert.Empty(Crossing.Find([0, 1], [[1, 1.1], [-1, -1.1]], 0.95));

    [Fact]
    public void Power_laws_hold_in_ranges()
    {
        // Slope −2 over four points, then a floor over three.
        double[] costs = [5, 10, 20, 40, 80, 160, 320];
        double[] values = [1, 1 / 4.0, 1 / 16.0, 1 / 64.0, 1 / 70.0, 1 / 70.0, 1 / 70.0];
        double[] errors = [-0.01, -0.005, 0, 0.005, 0.01];
        IReadOnlyList<PowerLaw> laws = PowerLaw.Find(
            [.. costs.Select(cost => Math.Log(cost))],
            [.. values.Select(value => (IReadOnlyList<double>)[.. errors.Select(error => Math.Log(value) + error)])]);
        Assert.Equal([(0, 3), (4, 6)], laws.Select(law => (law.First, law.Last)));
    }

    [Theory]
    [InlineData(new[] { 1.0, 1, 1, 1, 1 }, 0, 5)]
    [InlineData(new[] { 1.0, 1, 2, 2, 3 }, 2, 4)]
    [InlineData(new[] { 1.0, 1, 1, 3, 3 }, 0, 3)]
    [InlineData(new[] { 1.0, 2, 2, 3, 3 }, 3, 5)]
    public void The_longest_straight_range_is_found_and_of_equals_the_last(double[] slopes, int first, int last)
    {
        double[] costs = [.. Enumerable.Range(0, slopes.Length + 1).Select(i => i * Math.Log(2))], values = new double[costs.Length];
        for (int i = 1; i < values.Length; i++)
            values[i] = values[i - 1] - (slopes[i - 1] * Math.Log(2));
        PowerLaw law = PowerLaw.Longest(costs, [.. values.Select(value => (IReadOnlyList<double>)[value])])!;
        Assert.Equal((first, last), (law.First, law.Last));
        Assert.Equal(-slopes[first], law.Exponent.Moments.Mean, 1e-12);
    }

    [Fact]
    public void A_curve_without_a_straight_range_has_no_exponent() =>
        Assert.Null(PowerLaw.Longest([0, 1, 2, 3], [.. new double[] { 0, 1, 0, 1 }.Select(value => (IReadOnlyList<double>)[value])]));

    [Fact]
    public void The_exponent_is_that_of_every_repeat()
    {
        double[] slopes = [-1.9, -2.0, -2.1, -2.05, -1.95];
        double[] costs = [0, 1, 2, 3];
        PowerLaw law = Assert.Single(PowerLaw.Find(costs, [.. costs.Select(x => (IReadOnlyList<double>)[.. slopes.Select(slope => slope * x)])]));
        Assert.Equal((0, 3), (law.First, law.Last));
        Assert.Equal(-2, law.Exponent.Moments.Mean, 1e-12);
        Assert.Equal(MeanInference.FromValues(slopes).Interval()!.Value.Low, law.Exponent.Interval()!.Value.Low, 1e-12);
    }
}
