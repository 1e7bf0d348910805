using System.Globalization;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Host.Views;
using Xunit;

namespace Diffusion.Tests.Host;

/// <summary>What logs and pipes get to read.</summary>
public sealed class PlainViewTests
{
    private static string[] Lines(ViewFixture run, Action<PlainView> happens)
    {
        using StringWriter text = new(CultureInfo.InvariantCulture);
        using PlainView view = new(text, run.Progress, run.Clock);
        view.RunStarted(run.Folder, continued: false, run.Work);
        view.SweepStarted(run.Plan.Cells, []);
        happens(view);
        return text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    [Fact]
    public void Thousands_of_cells_take_a_dozen_lines()
    {
        using ViewFixture run = new("""{ "axes": { "steps": { "range": [1, 250, 1] } }, "repeats": 20 }""");
        string[] lines = Lines(run, view =>
        {
            foreach (ExperimentCell cell in run.Plan.Cells)
            {
                view.CellStarted(cell);
                run.Clock.Advance(TimeSpan.FromSeconds(0.01));
                view.CellEnded(cell, ViewFixture.Record(cell, 1));
            }
        });
        Assert.Equal(12, lines.Length);
        Assert.Equal([$"Run {run.Folder.Name}.", "Sweeping 5000 cells."], lines[..2]);
        Assert.Matches("^  2500 of 5000 cells, about .* left$", lines[6]);
        Assert.Equal("  5000 of 5000 cells in 50 s", lines[^1]);
    }

    [Fact]
    public void A_long_silence_is_broken_with_what_is_at_work()
    {
        using ViewFixture run = new("""{ "axes": { "steps": [5, 10] } }""");
        string[] lines = Lines(run, view =>
        {
            view.CellStarted(run.Plan.Cells[0]);
            run.Clock.Advance(TimeSpan.FromSeconds(30));
            run.Clock.Advance(TimeSpan.FromSeconds(30));
            run.Clock.Advance(TimeSpan.FromSeconds(5));
        });
        Assert.Equal(["  0 of 2 cells; at work: 5 #0 for 30 s", "  0 of 2 cells; at work: 5 #0 for 60 s"], lines[2..]);
    }

    [Fact]
    public void Silence_is_counted_from_the_last_line()
    {
        using ViewFixture run = new("""{ "axes": { "steps": [5, 10] } }""");
        string[] lines = Lines(run, view =>
        {
            view.CellStarted(run.Plan.Cells[0]);
            view.CellStarted(run.Plan.Cells[1]);
            run.Clock.Advance(TimeSpan.FromSeconds(20));
            view.CellEnded(run.Plan.Cells[0], ViewFixture.Record(run.Plan.Cells[0], 1));
            run.Clock.Advance(TimeSpan.FromSeconds(20));
        });
        Assert.Equal("  1 of 2 cells, about 1 s left", Assert.Single(lines[2..]));
    }

    [Fact]
    public void A_failure_is_told_at_once_with_its_log_and_the_same_one_three_times_at_most()
    {
        using ViewFixture run = new("""{ "repeats": 9 }""");
        string[] lines = Lines(run, view =>
        {
            foreach (ExperimentCell cell in run.Plan.Cells)
                view.CellEnded(
                    cell, ViewFixture.Record(cell, null, CellStatus.Failed, "no such device\n  at c10::somewhere", Path.Combine("logs", $"{cell.Id}.log")));
        });
        ExperimentCell first = run.Plan.Cells[0];
        Assert.Equal($"cell {first.Id} (#0) failed: no such device", lines[2]);
        Assert.Equal($"  log: {Path.Combine(run.Folder.Path, "logs", $"{first.Id}.log")}", lines[3]);
        Assert.Equal(3, lines.Count(line => line.Contains("no such device", StringComparison.Ordinal)));
        Assert.DoesNotContain(lines, line => line.Contains("c10", StringComparison.Ordinal));
        Assert.Equal("  9 of 9 cells in 0 s; 9 failed", lines[^1]);
    }

    [Fact]
    public void A_training_takes_about_ten_lines_and_ends_with_its_time()
    {
        using ViewFixture run = new("""{ "repeats": 1 }""", """ "model": "mlp", "loss": "noise-prediction", "training": { "steps": 1000 }, """);
        ExperimentCell cell = Assert.Single(run.Work.Trainings);
        string[] lines = Lines(run, view =>
        {
            view.TrainingStarted(cell);
            for (int step = 10; step <= 1000; step += 10)
                view.TrainingProgressed(cell, new(cell.TrainingTask!, step, 1000, 1.0 / step));
            view.TrainingEnded(cell, null, new TrainingRecord { Key = cell.TrainingKey!, Error = "the loss is not finite" });
        });
        Assert.Equal($"Training mlp {cell.TrainingKey![..8]}, 1000 steps.", lines[2]);
        Assert.Equal("  step 100  loss 0.01", lines[3]);
        Assert.Equal($"mlp {cell.TrainingKey![..8]} could not be trained: the loss is not finite", lines[^1]);
        Assert.Equal(14, lines.Length);
    }
}
