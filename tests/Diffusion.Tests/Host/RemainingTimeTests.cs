using Diffusion.Host.Views;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Diffusion.Tests.Host;

/// <summary>Forecasts against sweeps whose course is known.</summary>
public sealed class RemainingTimeTests
{
    private const double Constant = 0.2;
    private const double PerUnit = 0.001;

    // Cheap cells first, as sweeps start them: from 5 to 1280 evaluations, 40 cells each.
    private static readonly Cell[] CheapFirst = [.. Enumerable.Range(0, 9)
        .SelectMany(doubling => Enumerable.Range(0, 40).Select(i => CellTaking((5 << doubling) + (i % 4))))];

    private static Cell CellTaking(int work) => new(work, Constant, PerUnit * work);

    [Theory]
    [InlineData(1, 0.3, 0.1)]
    [InlineData(1, 0.6, 0.02)]
    [InlineData(4, 0.3, 0.15)]
    [InlineData(4, 0.9, 0.05)]
    public void A_sweep_that_begins_with_its_cheap_cells_is_forecast_from_them(int workers, double share, double tolerance)
    {
        (TimeSpan? forecast, double naive, double truth) = Simulate(CheapFirst, workers, (int)(share * CheapFirst.Length));
        Assert.InRange(forecast!.Value.TotalSeconds, (1 - tolerance) * truth, (1 + tolerance) * truth);
        if (share < 0.5)
            Assert.True(naive < 0.6 * truth, $"Cells a second would have promised {naive} s of {truth} s: this sweep tests nothing.");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_first_task_of_a_worker_which_pays_for_starting_up_is_not_taken_for_the_rule(int workers)
    {
        Cell[] cells = [.. CheapFirst.Select((cell, i) => i < workers ? cell with { Beside = 30 } : cell)];
        (TimeSpan? forecast, _, double truth) = Simulate(cells, workers, 120);
        Assert.InRange(forecast!.Value.TotalSeconds, 0.85 * truth, 1.15 * truth);
    }

    [Fact]
    public void Before_sizes_differ_what_grows_with_work_is_taken_to_be_proportional()
    {
        Cell[] cells = [.. Enumerable.Repeat(CellTaking(10), 20), .. Enumerable.Repeat(CellTaking(1000), 20)];
        (TimeSpan? forecast, _, double truth) = Simulate(cells, 1, 5);
        Assert.InRange(forecast!.Value.TotalSeconds, 0.99 * truth, 1.01 * truth);
    }

    [Fact]
    public void Time_between_tasks_counts()
    {
        Cell[] cells = [.. Enumerable.Repeat(new Cell(10, 0.1, 0.1), 100)];
        (TimeSpan? forecast, _, double truth) = Simulate(cells, 2, 50, pause: 0.3);
        Assert.InRange(forecast!.Value.TotalSeconds, 0.9 * truth, 1.1 * truth);
    }

    [Fact]
    public void Tasks_of_unknown_cost_count_as_the_mean_until_one_of_their_own_has_ended()
    {
        FakeTimeProvider clock = new();
        RemainingTime time = new(clock);
        time.Expect("known", "a", 100);
        for (int i = 0; i < 3; i++)
            time.Expect($"adaptive{i}", "b", null);
        Assert.Null(time.Left());

        Run(time, clock, "known", 4);
        Assert.Equal(12, time.Left()!.Value.TotalSeconds, 6);
        Run(time, clock, "adaptive0", 10);
        Assert.Equal(20, time.Left()!.Value.TotalSeconds, 6);
    }

    [Fact]
    public void What_stopped_early_tells_nothing_about_others()
    {
        FakeTimeProvider clock = new();
        RemainingTime time = new(clock);
        foreach (string task in (string[])["failed", "done", "waiting"])
            time.Expect(task, "a", 10);
        Run(time, clock, "failed", 0.01, working: null);
        Assert.Null(time.Left());
        Run(time, clock, "done", 5);
        Assert.Equal(5, time.Left()!.Value.TotalSeconds, 6);
    }

    [Fact]
    public void One_long_task_cannot_be_shared()
    {
        FakeTimeProvider clock = new();
        RemainingTime time = new(clock);
        foreach ((string task, int work) in new[] { ("a", 1), ("b", 1), ("c", 1), ("d", 1000) })
            time.Expect(task, "kind", work);
        foreach (string task in (string[])["a", "b", "c"])
            time.Started(task);
        clock.Advance(TimeSpan.FromSeconds(1));
        foreach (string task in (string[])["a", "b", "c"])
            time.Ended(task, 1, 1);
        Assert.Equal(1000, time.Left()!.Value.TotalSeconds, 6);
    }

    [Fact]
    public void A_task_half_done_tells_before_any_has_ended()
    {
        FakeTimeProvider clock = new();
        RemainingTime time = new(clock);
        time.Expect("first", "mlp", 1000);
        time.Expect("second", "mlp", 3000);
        time.Started("first");
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(time.Left());
        time.Progressed("first", 0.25);
        Assert.Equal(30 + 120, time.Left()!.Value.TotalSeconds, 6);
    }

    [Fact]
    public void Where_starts_are_not_told_what_was_done_at_once_tells_how_many_work()
    {
        FakeTimeProvider clock = new();
        RemainingTime time = new(clock);
        for (int i = 0; i < 40; i++)
            time.Expect($"{i}", "a", 1);
        for (int i = 0; i < 20; i += 4)
        {
            clock.Advance(TimeSpan.FromSeconds(2));
            for (int j = i; j < i + 4; j++)
                time.Ended($"{j}", 2, 2);
        }

        Assert.Equal(10, time.Left()!.Value.TotalSeconds, 6);
    }

    [Fact]
    public void Without_tasks_nothing_is_left() => Assert.Equal(TimeSpan.Zero, new RemainingTime(new FakeTimeProvider()).Left());

    private static void Run(RemainingTime time, FakeTimeProvider clock, string task, double seconds, double? working = double.PositiveInfinity)
    {
        time.Started(task);
        clock.Advance(TimeSpan.FromSeconds(seconds));
        time.Ended(task, seconds, working is null ? null : Math.Min(seconds, working.Value));
    }

    /// <summary>
    /// Runs cells on workers, and notes what is forecast when some have ended, what tasks a second would have said, and what it took in truth.
    /// </summary>
    private static (TimeSpan? Forecast, double Naive, double Truth) Simulate(Cell[] cells, int workers, int ended, double pause = 0)
    {
        FakeTimeProvider clock = new();
        RemainingTime time = new(clock);
        for (int i = 0; i < cells.Length; i++)
            time.Expect($"{i}", "kind", cells[i].Work);

        PriorityQueue<int, double> events = new();
        Queue<int> waiting = new(Enumerable.Range(0, cells.Length));
        double now = 0;
        const int start = -1;
        for (int i = 0; i < workers; i++)
            events.Enqueue(start, 0);

        int done = 0;
        TimeSpan? forecast = null;
        double asked = 0;
        while (events.TryDequeue(out int task, out double when))
        {
            clock.Advance(TimeSpan.FromSeconds(when - now));
            now = when;
            if (task == start)
            {
                if (!waiting.TryDequeue(out int next))
                    continue;
                time.Started($"{next}");
                events.Enqueue(next, now + cells[next].Beside + cells[next].Working);
                continue;
            }

            time.Ended($"{task}", 0, cells[task].Working);
            events.Enqueue(start, now + pause);
            if (++done == ended)
                (forecast, asked) = (time.Left(), now);
            if (done == cells.Length)
                break;
        }

        Assert.Equal(TimeSpan.Zero, time.Left());
        return (forecast, asked * (cells.Length - ended) / ended, now - asked);
    }

    /// <summary>A cell that takes so many seconds for its work and so many beside it.</summary>
    private sealed record Cell(int Work, double Beside, double Working);
}
