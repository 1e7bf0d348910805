using Diffusion.Experiments.Planning;
using Diffusion.Tests.Running;
using Xunit;

namespace Diffusion.Tests.Planning;

/// <summary>A sweep that is stopped anywhere is a balanced comparison still.</summary>
public sealed class ExecutionOrderTests : IDisposable
{
    private readonly SweepBench _bench = new();

    public void Dispose() => _bench.Dispose();

    private IReadOnlyList<ExperimentCell> Order(params string[] sets) => ExecutionOrder.Arrange(_bench.Plan(sets).Cells, new(_bench.Factory));

    [Fact]
    public void Cheap_cells_come_first_turn_by_turn_over_the_solvers()
    {
        IReadOnlyList<ExperimentCell> order = Order("sweep.axes={ \"solver\": [\"ddim\", \"heun\", \"euler\"], \"steps\": [64, 8] }");
        Assert.Equal(
            [
                "ddim 8 #0", "euler 8 #0", "ddim 8 #1", "euler 8 #1", "heun 8 #0", "heun 8 #1",
                "ddim 64 #0", "euler 64 #0", "ddim 64 #1", "euler 64 #1", "heun 64 #0", "heun 64 #1",
            ],
            order.Select(cell => $"{cell.AxisValues["solver"]} {cell.AxisValues["steps"]} #{cell.Repeat}"));
    }

    [Fact]
    public void Every_network_is_sampled_once_before_any_is_sampled_again() =>
        Assert.Equal(
            ["0", "1.0", "2.0", "1", "1.1", "2.1"],
            Order(
                "model={ \"use\": \"mlp\", \"width\": 4 }", "loss=noise-prediction", "training={}", "sweep.axes={ \"solver\": [\"ddim\"] }",
                "sweep.repeats={ \"sampling\": 2, \"training\": 3 }").Select(cell => $"{cell.Number}"));

    [Fact]
    public void What_chooses_its_own_steps_comes_last()
    {
        IReadOnlyList<ExperimentCell> order = Order("sweep.axes={ \"solver\": [\"rk45\", \"ddim\"], \"steps\": [4, 100] }");
        Assert.Equal(["ddim", "ddim", "ddim", "ddim"], order.Take(4).Select(cell => cell.Experiment.Solver.Name));
        Assert.All(order.Skip(4), cell => Assert.Equal("rk45", cell.Experiment.Solver.Name));
    }

    [Fact]
    public void At_any_stop_solvers_are_within_one_cell_of_each_other_where_they_cost_the_same()
    {
        IReadOnlyList<ExperimentCell> order = Order(
            "sweep.axes={ \"solver\": [\"ddim\", \"euler\", \"euler-maruyama\", \"dpmpp-2m\"], \"steps\": [5, 10, 20, 40] }", "sweep.repeats=3");
        Dictionary<string, int> seen = [];
        foreach (ExperimentCell cell in order)
        {
            seen[cell.Experiment.Solver.Name] = seen.GetValueOrDefault(cell.Experiment.Solver.Name) + 1;
            int[] counts = [.. seen.Values, .. Enumerable.Repeat(0, 4 - seen.Count)];
            Assert.InRange(counts.Max() - counts.Min(), 0, 1);
        }

        Assert.Equal(48, order.Count);
    }
}
