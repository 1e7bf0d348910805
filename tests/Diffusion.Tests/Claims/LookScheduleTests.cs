using Diffusion.Experiments.Statistics;
using Xunit;

namespace Diffusion.Tests.Claims;

/// <summary>When claims are judged that repeats go on for.</summary>
public sealed class LookScheduleTests
{
    [Theory]
    [InlineData(8, new[] { 8 })]
    [InlineData(9, new[] { 9 })]
    [InlineData(10, new[] { 8, 10 })]
    [InlineData(50, new[] { 8, 12, 18, 27, 50 })]
    [InlineData(64, new[] { 8, 12, 18, 27, 41, 64 })]
    [InlineData(200, new[] { 8, 12, 18, 27, 41, 62, 93, 140, 200 })]
    public void Looks_come_after_half_as_many_repeats_again_and_the_last_after_all(int most, int[] repeats) =>
        Assert.Equal(repeats, new LookSchedule(most).Repeats);

    [Fact]
    public void The_shares_of_the_error_go_with_the_repeats_and_sum_to_one()
    {
        for (int most = LookSchedule.First; most <= 10_000; most += 7)
        {
            LookSchedule looks = new(most);
            double spent = 0;
            for (int look = 0; look < looks.Repeats.Count; look++)
            {
                spent += looks.Share(look);
                Assert.Equal((double)looks.Repeats[look] / most, spent, 1e-12);
            }

            Assert.Equal(looks.Repeats.Order(), looks.Repeats);
            Assert.Equal(most, looks.Most);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new LookSchedule(LookSchedule.First - 1));
    }
}
