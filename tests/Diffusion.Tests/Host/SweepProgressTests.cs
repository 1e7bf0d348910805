using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Host.Views;
using Xunit;

namespace Diffusion.Tests.Host;

/// <summary>Where a run stands, as its events tell.</summary>
public sealed class SweepProgressTests : IDisposable
{
    private readonly ViewFixture _run = new("""{ "axes": { "solver": ["euler", "ancestral"], "steps": [5, 10] }, "repeats": 2 }""");

    private SweepProgress Progress => _run.Progress;

    public void Dispose() => _run.Dispose();

    private void Launch(params CellRecord[] endedBefore)
    {
        Progress.Begin(_run.Work);
        Progress.Launch([.. _run.Plan.Cells.Where(cell => endedBefore.All(record => record.Id != cell.Id))], endedBefore);
    }

    private void End(ExperimentCell cell, double? value, CellStatus status = CellStatus.Done)
    {
        Progress.CellStarted(cell);
        _run.Clock.Advance(TimeSpan.FromSeconds(1));
        Progress.CellEnded(cell, ViewFixture.Record(cell, value, status));
    }

    private SolverStanding Standing(string solver) => Progress.Standings().Single(standing => standing.Solver == solver);

    [Fact]
    public void Cells_are_counted_by_how_they_ended_those_of_before_included()
    {
        ExperimentCell before = _run.Cell(0, "euler", "5");
        Launch(ViewFixture.Record(before, 0.5), ViewFixture.Record(_run.Cell(1, "euler", "5"), null, CellStatus.NotApplicable));
        End(_run.Cell(0, "euler", "10"), null, CellStatus.Failed);
        End(_run.Cell(0, "ancestral", "5"), null, CellStatus.Diverged);
        Assert.Equal((8, 4, 2), (Progress.Cells, Progress.Ended, Progress.EndedBefore));
        Assert.Equal([1, 1, 1, 1], Enum.GetValues<CellStatus>().Select(Progress.Count));
        Assert.Equal("1 failed, 1 diverged, 1 n/a", RunView.Troubles(Progress));
        Assert.Equal(new BestConfiguration(0.5, 5, 1, 2, "steps 5"), Standing("euler").Best);
    }

    [Fact]
    public void Networks_of_one_configuration_are_one_configuration()
    {
        using ViewFixture run = new(
            """{ "axes": { "solver": ["euler", "ancestral"] }, "repeats": { "sampling": 2, "training": 2 } }""",
            """ "model": "mlp", "loss": "noise-prediction", "training": { "steps": 10 }, """);
        run.Progress.Begin(run.Work);
        run.Progress.Launch(run.Plan.Cells, []);
        foreach (ExperimentCell cell in run.Plan.Cells.Where(cell => cell.AxisValues["solver"] == "euler"))
        {
            run.Progress.CellStarted(cell);
            Assert.Equal($"euler #{cell.Number}", run.Progress.CellsAtWork(1).Single().Label);
            run.Progress.CellEnded(cell, ViewFixture.Record(cell, cell.Number.Training + (0.1 * cell.Repeat)));
        }

        SolverStanding standing = run.Progress.Standings().Single(one => one.Solver == "euler");
        Assert.Equal((4, 4), (standing.Ended, standing.Cells));
        Assert.Equal((4, 4, 0.55), (standing.Best!.Done, standing.Best.Repeats, Math.Round(standing.Best.Mean, 12)));
    }

    [Fact]
    public void What_is_at_work_is_told_with_its_time_the_oldest_first()
    {
        Launch();
        Progress.CellStarted(_run.Cell(1, "euler", "5"));
        _run.Clock.Advance(TimeSpan.FromSeconds(40));
        Progress.CellStarted(_run.Cell(0, "euler", "5"));
        _run.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([("euler 5 #1", TimeSpan.FromSeconds(42)), ("euler 5 #0", TimeSpan.FromSeconds(2))], Progress.CellsAtWork(5));
        Assert.Single(Progress.CellsAtWork(1));
        Progress.CellEnded(_run.Cell(1, "euler", "5"), ViewFixture.Record(_run.Cell(1, "euler", "5"), 1));
        Assert.Equal(1, Progress.AtWork);
    }

    [Fact]
    public void The_best_is_a_mean_over_repeats_and_a_single_lucky_one_does_not_lead()
    {
        Launch();
        End(_run.Cell(0, "euler", "5"), 0.4);
        End(_run.Cell(0, "euler", "10"), 0.1);
        Assert.Equal(new BestConfiguration(0.1, 10, 1, 2, "steps 10"), Standing("euler").Best);
        End(_run.Cell(1, "euler", "5"), 0.2);
        Assert.Equal(
            (0.3, 2, 2, "steps 5"),
            (Math.Round(Standing("euler").Best!.Mean, 12), Standing("euler").Best!.Done, Standing("euler").Best!.Repeats, Standing("euler").Best!.Setting));
        End(_run.Cell(1, "euler", "10"), 0.3);
        Assert.Equal((0.2, "steps 10"), (Math.Round(Standing("euler").Best!.Mean, 12), Standing("euler").Best!.Setting));
        Assert.Equal("mmd", Progress.Metric);
    }

    [Fact]
    public void What_diverged_is_never_the_best_and_what_failed_leaves_its_other_repeats()
    {
        Launch();
        End(_run.Cell(0, "euler", "5"), 0.1);
        End(_run.Cell(1, "euler", "5"), null, CellStatus.Diverged);
        Assert.Null(Standing("euler").Best);
        End(_run.Cell(0, "euler", "10"), 0.7);
        End(_run.Cell(1, "euler", "10"), null, CellStatus.Failed);
        Assert.Equal(new BestConfiguration(0.7, 10, 1, 2, "steps 10"), Standing("euler").Best);
        Assert.Equal((4, 4), (Standing("euler").Ended, Standing("euler").Cells));
    }

    [Fact]
    public void Solvers_stand_in_order_and_those_without_a_result_come_last()
    {
        Launch();
        Assert.Equal(["euler", "ancestral"], Progress.Standings().Select(standing => standing.Solver));
        End(_run.Cell(0, "ancestral", "5"), 3);
        Assert.Equal(["ancestral", "euler"], Progress.Standings().Select(standing => standing.Solver));
        End(_run.Cell(0, "euler", "5"), double.NaN);
        Assert.Null(Standing("euler").Best);
    }

    [Fact]
    public void Time_left_knows_that_more_steps_take_longer()
    {
        Launch();
        Assert.Null(Progress.Left);
        // 100 samples a cell; a second for 5 steps makes two for 10.
        End(_run.Cell(0, "euler", "5"), 1);
        Assert.Equal((3 * 1) + (4 * 2), Progress.Left!.Value.TotalSeconds, 6);
    }

    [Fact]
    public void Trainings_are_followed_side_by_side()
    {
        const string model = """ "model": "mlp", "loss": "noise-prediction", "training": { "steps": 1000 }, """;
        using ViewFixture run = new("""{ "axes": { "training.learningRate": [0.1, 0.01] } }""", model);
        SweepProgress progress = run.Progress;
        progress.Begin(run.Work);
        progress.Launch(run.Plan.Cells, []);
        foreach (ExperimentCell cell in run.Work.Trainings)
            progress.TrainingStarted(cell);
        Assert.Equal((2, 0), (progress.Trainings, progress.TrainingsEnded));
        run.Clock.Advance(TimeSpan.FromSeconds(5));
        progress.TrainingProgressed(new(run.Work.Trainings[0].TrainingTask!, 250, 1000, 0.5));
        progress.TrainingProgressed(new(run.Work.Trainings[1].TrainingTask!, 500, 1000, 0.4));
        Assert.Equal([(250, 0.5), (500, 0.4)], progress.TrainingsAtWork.Select(training => (training.Step, training.Loss!.Value)));
        Assert.Equal(15, progress.TrainingLeft!.Value.TotalSeconds, 6);
        Assert.Null(progress.Left);
        progress.TrainingEnded(run.Work.Trainings[1], null);
        Assert.Equal(1, progress.TrainingsEnded);
        Assert.Equal(run.Work.Trainings[0].TrainingKey![..8], Assert.Single(progress.TrainingsAtWork).Name[^8..]);
    }
}
