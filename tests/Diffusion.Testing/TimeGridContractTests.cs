using Xunit;

namespace Diffusion.Testing;

/// <summary>What every grid must keep: the length asked for, the right ends, strictly falling noise, levels of the schedule.</summary>
public abstract class TimeGridContractTests
{
    /// <summary>A fresh instance of the grid under test.</summary>
    protected abstract ITimeGrid CreateGrid();

    /// <summary>Whether the grid's options make it end at σ = 0.</summary>
    protected abstract bool EndsAtCleanData { get; }

    /// <summary>Whether the grid's options make it end at σ = 0 by a step more than asked for.</summary>
    protected virtual bool AddsDenoisingStep => false;

    /// <summary>Processes the grid serves.</summary>
    protected virtual IEnumerable<NoiseSchedule> Schedules => ExactProcesses.All.Select(process => process.Schedule);

    /// <summary>The levels at which a run starts and at which its noise is smallest; the schedule's own unless the grid's options say otherwise.</summary>
    protected virtual (NoiseLevel First, NoiseLevel Smallest) Ends(NoiseSchedule schedule) =>
        (schedule.At(schedule.Horizon), schedule.At(schedule.MinimumTime));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(257)]
    [InlineData(5000)]
    public void A_run_has_the_steps_asked_for_and_the_ends_of_the_process(int steps)
    {
        foreach (NoiseSchedule schedule in Schedules)
        {
            IReadOnlyList<NoiseLevel> levels = CreateGrid().Levels(schedule, steps);
            (NoiseLevel first, NoiseLevel smallest) = Ends(schedule);
            Assert.Equal(steps + (AddsDenoisingStep ? 2 : 1), levels.Count);
            Assert.Equal(first, levels[0]);
            if (EndsAtCleanData)
                Assert.Equal(NoiseLevel.Clean, levels[^1]);
            if (!EndsAtCleanData || AddsDenoisingStep || steps > 1)
                Assert.Equal(smallest, levels[EndsAtCleanData ? ^2 : ^1]);
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(5000)]
    public void Noise_and_time_fall_strictly_along_the_schedule(int steps)
    {
        foreach (NoiseSchedule schedule in Schedules)
        {
            IReadOnlyList<NoiseLevel> levels = CreateGrid().Levels(schedule, steps);
            for (int i = 1; i < levels.Count; i++)
            {
                Assert.True(levels[i].NoiseToSignal < levels[i - 1].NoiseToSignal, $"level {i} of {steps}: the noise does not fall");
                Assert.True(levels[i].T < levels[i - 1].T || (levels[i].IsClean && levels[i - 1].T == 0), $"level {i} of {steps}: the time does not fall");
                Assert.True(levels[i].IsClean || levels[i] == schedule.At(levels[i].T), $"level {i} of {steps} is not a level of the schedule");
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void A_run_without_steps_is_refused(int steps) =>
        Assert.All(Schedules, schedule => Assert.Throws<ArgumentOutOfRangeException>(() => CreateGrid().Levels(schedule, steps)));
}
