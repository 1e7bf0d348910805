using Diffusion.Experiments.Statistics;
using Xunit;

namespace Diffusion.Tests.Statistics;

public sealed class ExactDifferenceTests
{
    private static (int Network, double, double)[] Pairs(double excess, int count = 8) =>
        [.. Enumerable.Range(0, count).Select(i => (0, 1 + (0.1 * i) + excess + (0.01 * ((i * 7) % 5)) - 0.02, 1 + (0.1 * i)))];

    [Fact]
    public void What_is_worse_in_every_repeat_is_told_from_the_exact_sampler_and_what_is_not_is_not()
    {
        Assert.False(ExactDifference.IsAsExact(MetricGoal.Smaller, RepeatUnit.Repeat, Pairs(0.05)));
        Assert.True(ExactDifference.IsAsExact(MetricGoal.Smaller, RepeatUnit.Repeat, Pairs(0)));
        Assert.True(ExactDifference.IsAsExact(MetricGoal.Smaller, RepeatUnit.Repeat, Pairs(-0.05)));
    }

    [Fact]
    public void The_metric_says_which_way_is_worse()
    {
        Assert.True(ExactDifference.IsAsExact(MetricGoal.Larger, RepeatUnit.Repeat, Pairs(0.05)));
        Assert.False(ExactDifference.IsAsExact(MetricGoal.Larger, RepeatUnit.Repeat, Pairs(-0.05)));
        Assert.True(ExactDifference.IsAsExact(MetricGoal.Near(2), RepeatUnit.Repeat, Pairs(0)));
        Assert.False(ExactDifference.IsAsExact(MetricGoal.Near(0), RepeatUnit.Repeat, Pairs(0.05)));
    }

    [Fact]
    public void Few_repeats_tell_nothing()
    {
        Assert.False(ExactDifference.IsAsExact(MetricGoal.Smaller, RepeatUnit.Repeat, []));
        Assert.False(ExactDifference.IsAsExact(MetricGoal.Smaller, RepeatUnit.Repeat, Pairs(0, 4)));
    }

    [Fact]
    public void Repeats_of_few_networks_tell_nothing_of_training()
    {
        // Sixteen repeats that agree with an exact sampler's, from four networks, and from eight.
        (int, double, double)[] Of(int networks) => [.. Pairs(0, 16).Index().Select(pair => (pair.Index % networks, pair.Item.Item2, pair.Item.Item3))];
        Assert.False(ExactDifference.IsAsExact(MetricGoal.Smaller, RepeatUnit.Network, Of(4)));
        Assert.True(ExactDifference.IsAsExact(MetricGoal.Smaller, RepeatUnit.Network, Of(8)));
    }
}
