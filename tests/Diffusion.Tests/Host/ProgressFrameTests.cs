using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Host.Views;
using Spectre.Console;
using Xunit;

namespace Diffusion.Tests.Host;

/// <summary>What a terminal shows at one moment.</summary>
public sealed class ProgressFrameTests
{
    private const string Models = """ "model": "mlp", "loss": "noise-prediction", "training": { "steps": 1000 }, """;
    private const string Etas = "0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9";

    private static string[] Shown(SweepProgress progress, int width, int height) => [.. ProgressFrame.Lines(progress, width, height).Select(Markup.Remove)];

    [Fact]
    public void A_frame_tells_how_far_the_sweep_is_what_is_at_work_and_who_leads()
    {
        using ViewFixture run = new("""{ "axes": { "solver": ["euler", "ancestral"], "steps": [5, 10] } }""");
        run.Progress.Begin(run.Work);
        run.Progress.Launch(run.Plan.Cells, []);
        run.Progress.CellStarted(run.Plan.Cells[0]);
        run.Clock.Advance(TimeSpan.FromSeconds(10));
        run.Progress.CellEnded(run.Plan.Cells[0], ViewFixture.Record(run.Plan.Cells[0], 0.25));
        run.Progress.CellStarted(run.Plan.Cells[2]);
        run.Clock.Advance(TimeSpan.FromSeconds(3));
        // Of its 10 s a cell of 5 steps spent 1 s on these: one of 10 steps will take 11 s.
        Assert.Equal(
            [
                "Cells ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ 1 of 4, about 30 s left",
                "At work: ancestral 5 #0 (3 s)",
                "Best so far, mmd @NFE",
                "  euler      0.25 @5  1 of 2 cells  steps 5",
                "  ancestral           0 of 2 cells",
            ],
            Shown(run.Progress, 80, 24));
    }

    [Theory]
    [InlineData(80, 24)]
    [InlineData(40, 10)]
    [InlineData(200, 60)]
    [InlineData(20, 5)]
    public void A_frame_fits_its_terminal_whatever_there_is_to_show(int width, int height)
    {
        string solvers = string.Join(',', Etas.Split(", ").Select(eta => $$"""{ "use": "ddim", "eta": {{eta}} }"""));
        using ViewFixture run = new($$"""{ "axes": { "solver": [{{solvers}}], "training.learningRate": [{{Etas}}], "steps": [5, 10] } }""", Models);
        run.Progress.Begin(run.Work);
        run.Progress.Launch(run.Plan.Cells, []);
        foreach (ExperimentCell cell in run.Work.Trainings)
        {
            run.Progress.TrainingStarted(cell);
            run.Progress.TrainingProgressed(new(cell.TrainingTask!, 100, 1000, 0.123456));
        }

        foreach (ExperimentCell cell in run.Plan.Cells.Where(cell => cell.Index % 2 == 0))
            run.Progress.CellEnded(cell, cell.Index % 10 == 0 ? ViewFixture.Record(cell, null, CellStatus.Failed) : ViewFixture.Record(cell, 1.0 / cell.Index));
        foreach (ExperimentCell cell in run.Plan.Cells.Where(cell => cell.Index % 4 == 1))
            run.Progress.CellStarted(cell);

        string[] lines = Shown(run.Progress, width, height);
        Assert.InRange(lines.Length, 1, height - 3);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, Math.Max(20, width - 1)));
        Assert.Contains(lines, line => line.StartsWith("Cells", StringComparison.Ordinal));
        if (height >= 10)
            Assert.Contains(lines, line => line.StartsWith("At work: ", StringComparison.Ordinal) && line.Contains(" more", StringComparison.Ordinal));
        if (height == 24)
        {
            Assert.Contains(lines, line => line.Contains("more models at work", StringComparison.Ordinal));
            Assert.Matches(@"and \d+ more", lines[^1]);
        }
    }

    [Fact]
    public void Before_anything_is_launched_there_is_nothing_to_show()
    {
        using ViewFixture run = new("""{ "repeats": 2 }""");
        Assert.Empty(ProgressFrame.Lines(run.Progress, 80, 24));
    }
}
