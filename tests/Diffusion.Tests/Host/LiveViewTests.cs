using System.Globalization;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Running;
using Diffusion.Host.Views;
using Spectre.Console;
using Xunit;

namespace Diffusion.Tests.Host;

/// <summary>What is written to a terminal.</summary>
public sealed class LiveViewTests
{
    [Fact]
    public async Task Thousands_of_cells_are_drawn_a_few_times_a_second_only_and_what_happened_stays()
    {
        using ViewFixture run = new("""{ "axes": { "steps": { "range": [1, 500, 1] } }, "repeats": 10 }""");
        using StringWriter text = new(CultureInfo.InvariantCulture);
        IAnsiConsole console = AnsiConsole.Create(new() { Ansi = AnsiSupport.Yes, Interactive = InteractionSupport.Yes, Out = new AnsiConsoleOutput(text) });
        long begin = TimeProvider.System.GetTimestamp();
        await LiveView.RunAsync(console, run.Progress, view =>
        {
            view.RunStarted(run.Folder, continued: false, run.Work);
            view.SweepStarted(run.Plan.Cells, []);
            foreach (ExperimentCell cell in run.Plan.Cells)
            {
                view.CellStarted(cell);
                CellStatus status = cell.Index == 7 ? CellStatus.Failed : CellStatus.Done;
                view.CellEnded(
                    cell, ViewFixture.Record(cell, status == CellStatus.Done ? 1 : null, status, status == CellStatus.Failed ? "no such device" : null));
                // Long enough for a few redraws.
                if (cell.Index % 500 == 0)
                    Thread.Sleep(60);
            }

            return Task.FromResult(new RunOutcome(run.Folder, [], RunEnding.Finished, run.Work));
        });

        double seconds = TimeProvider.System.GetElapsedTime(begin).TotalSeconds;
        string written = text.ToString();
        // A line that stays is drawn with the display below it, and every such drawing shows the bar once.
        int drawings = written.Split("Cells ").Length - 1;
        Assert.InRange(drawings, 2, (seconds / 0.2) + 5);
        Assert.Contains($"Run {run.Folder.Name}.", written, StringComparison.Ordinal);
        Assert.Contains($"cell {run.Plan.Cells[7].Id} (1 #7) failed: no such device", written, StringComparison.Ordinal);
        Assert.Contains("5000 cells ran in", written, StringComparison.Ordinal);
        // "Up 0 lines" means 1 to terminals, and would overwrite what was said before.
        Assert.DoesNotContain("\u001b[0A", written, StringComparison.Ordinal);
    }
}
