using Diffusion.Experiments.Comparing;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Tests.Manifests;
using Xunit;

namespace Diffusion.Tests.Comparing;

/// <summary>Which cells of two runs belong together, and what sets them apart.</summary>
public sealed class RunComparisonTests : IDisposable
{
    private readonly ManifestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private (PlanFile File, ExperimentPlan Plan) Plan(string sweep, params string[] sets)
    {
        ExperimentPlan plan = _folder.Plan(ManifestFolder.Sound, [.. sets, $"sweep={sweep}"]);
        string path = _folder.At($"{Guid.NewGuid():n}.jsonl");
        PlanFile.Write(path, plan);
        return (PlanFile.Read(path), plan);
    }

    private static Dictionary<CellId, CellRecord> Records(ExperimentPlan plan, Func<ExperimentCell, double> value) => plan.Cells.ToDictionary(
        cell => cell.Id, cell => CellRecord.Begin(cell, default) with { Evaluations = cell.Experiment.Steps, Metrics = [new("mmd", value(cell), null, 100)] });

    private static RunComparison Compare(
        (PlanFile File, ExperimentPlan Plan) first, (PlanFile File, ExperimentPlan Plan) second, Func<ExperimentCell, double>? a = null,
        Func<ExperimentCell, double>? b = null) =>
        RunComparison.Compare(first.File, Records(first.Plan, a ?? (_ => 1)), second.File, Records(second.Plan, b ?? (_ => 1)));

    [Fact]
    public void Equal_runs_differ_in_nothing()
    {
        RunComparison comparison = Compare(Plan("""{"axes":{"steps":[1,2]},"repeats":2}"""), Plan("""{"axes":{"steps":[1,2]},"repeats":2}"""));
        Assert.Equal((4, 0, 4, 4), (comparison.Equal, comparison.Placed, comparison.Compared, comparison.Identical));
        Assert.Empty(comparison.Axes);
        Assert.Empty(comparison.Changes);
        Assert.Empty(comparison.Metrics);
        Assert.Empty(comparison.OnlyInFirst);
        Assert.Empty(comparison.OnlyInSecond);
    }

    [Fact]
    public void A_widened_axis_leaves_equal_cells_and_some_in_one_run_alone()
    {
        RunComparison comparison = Compare(Plan("""{"axes":{"steps":[1,2]}}"""), Plan("""{"axes":{"steps":[2,3,4]}}"""));
        Assert.Equal((1, 0, 1, 2), (comparison.Equal, comparison.Placed, comparison.OnlyInFirst.Count, comparison.OnlyInSecond.Count));
        AxisDifference axis = Assert.Single(comparison.Axes);
        Assert.Equal(["1"], axis.OnlyInFirst);
        Assert.Equal(["3", "4"], axis.OnlyInSecond);
    }

    [Fact]
    public void A_changed_option_is_told_once_for_all_cells()
    {
        RunComparison comparison = Compare(
            Plan("""{"axes":{"steps":[1,2]},"repeats":3}"""), Plan("""{"axes":{"steps":[1,2]},"repeats":3}""", "solver.eta=0.25"));
        Assert.Equal((0, 6), (comparison.Equal, comparison.Placed));
        SharedChange change = Assert.Single(comparison.Changes);
        Assert.Equal("solver.eta 0.5 → 0.25", $"{change.Change}");
        Assert.Equal(6, change.Cells);
        Assert.Equal(6, comparison.Identical);
    }

    [Fact]
    public void Cells_are_placed_by_the_axes_that_both_have_unless_these_leave_it_open()
    {
        RunComparison single = Compare(Plan("""{"axes":{"steps":[1,2]}}"""), Plan("""{"axes":{"steps":[1,2],"samples":[50]}}"""));
        Assert.Equal((2, 0, 0), (single.Placed, single.OnlyInFirst.Count, single.OnlyInSecond.Count));
        RunComparison open = Compare(Plan("""{"axes":{"steps":[1,2]}}"""), Plan("""{"axes":{"steps":[1,2],"samples":[50,60]}}"""));
        Assert.Equal((0, 2, 4), (open.Placed, open.OnlyInFirst.Count, open.OnlyInSecond.Count));
        Assert.Null(Assert.Single(open.Axes).OnlyInFirst);
    }

    [Fact]
    public void Differences_are_paired_by_repeat_and_the_largest_come_first()
    {
        (PlanFile, ExperimentPlan) plan = Plan("""{"axes":{"steps":[1,2]},"repeats":3}""");
        // Repeats scatter by tens, differences by tenths.
        RunComparison comparison = Compare(
            plan, plan, cell => 10 * (cell.Repeat + 1), cell => (10 * (cell.Repeat + 1)) + (cell.Experiment.Steps == 1 ? 0.1 * cell.Repeat : 5));
        Assert.Equal(["2", "1"], comparison.Metrics.Select(difference => difference.Axes["steps"]));
        MetricDifference small = comparison.Metrics[1];
        Assert.Equal("mmd", small.Metric);
        Assert.Equal(0.1, small.Difference.Mean, 1e-12);
        // Of 0, 0.1, 0.2: a standard deviation of 0.1 over √3.
        Assert.Equal(0.1 / Math.Sqrt(3), small.Difference.StandardError!.Value, 1e-12);
        Assert.Equal(10 / Math.Sqrt(3), small.First.StandardError!.Value, 1e-12);
        Assert.Equal(0.1 / 20.1, small.Relative, 1e-12);
        // Repeat 0 of one step has the same value in both.
        Assert.Equal(1, comparison.Identical);
    }

    [Fact]
    public void Cells_that_ended_otherwise_are_counted_with_an_example()
    {
        (PlanFile File, ExperimentPlan Plan) plan = Plan("""{"axes":{"steps":[1,2,3]}}""");
        Dictionary<CellId, CellRecord> before = Records(plan.Plan, _ => 1), after = Records(plan.Plan, _ => 1);
        foreach (ExperimentCell cell in plan.Plan.Cells.Take(2))
            after[cell.Id] = after[cell.Id] with { Status = CellStatus.Diverged, Error = "diverged at step 1", Metrics = [], Evaluations = null };
        after.Remove(plan.Plan.Cells[2].Id);
        RunComparison comparison = RunComparison.Compare(plan.File, before, plan.File, after);
        Assert.Equal(
            [new StatusDifference(CellStatus.Done, CellStatus.Diverged, 2, plan.Plan.Cells[0].Id), new(CellStatus.Done, null, 1, plan.Plan.Cells[2].Id)],
            comparison.Statuses);
        Assert.Equal((2, 0), (comparison.Compared, comparison.Identical));
    }
}
