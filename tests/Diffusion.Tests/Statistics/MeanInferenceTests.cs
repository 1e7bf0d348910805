using Diffusion.Experiments.Statistics;
using Xunit;

namespace Diffusion.Tests.Statistics;

/// <summary>Means, and where nothing can be said of them.</summary>
public sealed class MeanInferenceTests
{
    [Fact]
    public void Values_that_do_not_vary_have_no_interval_and_no_error_of_rounding()
    {
        // Added up and divided, sixty times 2.251 is not 2.251.
        MeanInference mean = MeanInference.FromValues([.. Enumerable.Repeat(2.251, 60)]);
        Assert.False(mean.Moments.Varies);
        Assert.Equal(2.251, mean.Moments.Mean);
        Assert.Equal(0, mean.Moments.StandardError);
        Assert.Null(mean.Interval());
        Assert.Null(mean.PValue);
        Assert.Null(mean.StudentPValue);
    }

    [Fact]
    public void Differences_within_the_rounding_of_what_was_subtracted_do_not_vary()
    {
        double[] differences = [1e-16, -2e-16, 0, 1e-16, 3e-16];
        Assert.True(MeanInference.FromValues(differences).Moments.Varies);
        Assert.False(MeanInference.FromValues(differences, magnitude: 1).Moments.Varies);
    }

    [Fact]
    public void Fewer_than_five_values_have_no_interval()
    {
        Assert.Null(MeanInference.FromValues([1, 2, 3, 4.5]).Interval());
        Assert.Null(MeanInference.FromValues([1, 2, 3, 4.5]).PValue);
        Assert.NotNull(MeanInference.FromValues([1, 2, 3, 4.5, 5]).Interval());
    }

    [Fact]
    public void Without_skewness_the_interval_is_Students()
    {
        MeanInference mean = MeanInference.FromValues([-2, -1, 0, 1, 2]);
        // √2.5/√5 and the quantile of four degrees of freedom, 2.7764451051977987.
        Assert.Equal(2.7764451051977987 * Math.Sqrt(0.5), mean.Interval()!.Value.High, 1e-10);
        Assert.Equal(-mean.Interval()!.Value.High, mean.Interval()!.Value.Low, 1e-14);
        Assert.Equal(1, mean.PValue!.Value, 1e-14);
    }

    [Theory]
    [InlineData(0.95)]
    [InlineData(0.999)]
    public void The_interval_holds_the_means_that_the_test_does_not_reject(double confidence)
    {
        double[] values = [0.1, 0.15, 0.02, 0.9, 0.3, 0.05, 0.22];
        Interval interval = MeanInference.FromValues(values).Interval(confidence)!.Value;
        foreach ((double end, double outward) in new[] { (interval.Low, -1e-7), (interval.High, 1e-7) })
        {
            Assert.True(MeanInference.FromValues([.. values.Select(value => value - end - outward)]).PValue < 1 - confidence);
            Assert.True(MeanInference.FromValues([.. values.Select(value => value - end + outward)]).PValue > 1 - confidence);
        }
    }

    [Fact]
    public void A_long_tail_above_widens_the_interval_above()
    {
        MeanInference mean = MeanInference.FromValues([1, 1.1, 1.2, 1.3, 4]);
        Assert.Equal(mean.StudentInterval()!.Value.Low, mean.Interval()!.Value.Low, 1e-12);
        Assert.True(mean.Interval()!.Value.High > mean.StudentInterval()!.Value.High * 1.2);
    }

    [Fact]
    public void A_mean_of_many_standard_errors_is_decided_however_skewed_the_values_are()
    {
        // Nine standard errors and a skewness of −1.3: the cubic alone makes 2.3 of them.
        double[] values = [0.0435, 0.0324, 0.021, 0.0375, 0.0081, 0.0285, 0.0404, 0.0422, 0.0441, 0.0449];
        MeanInference mean = MeanInference.FromValues(values);
        Assert.InRange(mean.Moments.Skewness, -1.4, -1.3);
        Assert.InRange(mean.PValue!.Value, 1e-4, 2e-3);
    }

    [Fact]
    public void An_effect_of_nothing_is_never_decided() => Assert.Null(RepeatPlanning.Needed(0, 0.05));

    [Fact]
    public void A_tiny_effect_is_not_counted_to_the_end() => Assert.Null(RepeatPlanning.Needed(1e-4, 0.05));

    [Fact]
    public void The_repeats_needed_reach_the_power_and_one_fewer_does_not()
    {
        int needed = RepeatPlanning.Needed(0.37, 0.003)!.Value;
        Assert.True(RepeatPlanning.Power(needed, 0.37, 0.003) >= 0.8);
        Assert.True(RepeatPlanning.Power(needed - 1, 0.37, 0.003) < 0.8);
    }
}
