using System.Text.Json;
using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>What sets two runs or two cells apart.</summary>
public sealed class DiffTests : IDisposable
{
    private readonly SmallSweep _sweep = new();

    public void Dispose() => _sweep.Dispose();

    [Fact]
    public async Task Runs_that_differ_in_an_option_are_told_apart_by_it_and_by_their_results()
    {
        await _sweep.RunAsync();
        await _sweep.RunAsync("--set", "schedule.sigmaMax=5");
        string first = $"small/{Path.GetFileName(_sweep.Runs[0])}";
        HostResult result = await _sweep.DiffusionAsync("diff", first, "small");
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.Contains(
            "0 cells are the same in both; 8 stand at the same place with another configuration; 0 are in A alone, 0 in B alone.",
            result.Output,
            StringComparison.Ordinal);
        Assert.Matches(@"schedule.sigmaMax +10 +5 +all", result.Output);
        Assert.Contains("Of 8 pairs that have ended in both, 0 are identical to the last bit.", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"euler +4 +energy-distance .*±.*%", result.Output);

        // Paired by hand: the difference of the means is the mean of the differences.
        JsonElement json = await _sweep.JsonAsync("diff", first, "small");
        JsonElement euler = json.GetProperty("runs").GetProperty("metrics").EnumerateArray()
            .First(metric => metric.GetProperty("axes").GetProperty("solver").GetString() == "euler"
                && metric.GetProperty("axes").GetProperty("steps").GetString() == "4");
        double Mean(string run) => SmallSweep.Cells(run).Values
            .Where(cell => cell.GetProperty("axes").GetProperty("solver").GetString() == "euler" && cell.GetProperty("steps").GetInt32() == 4)
            .Average(cell => cell.GetProperty("metrics")[0].GetProperty("value").GetDouble());
        Assert.Equal(Mean(_sweep.Runs[1]) - Mean(_sweep.Runs[0]), euler.GetProperty("difference").GetProperty("mean").GetDouble(), 1e-12);
    }

    [Fact]
    public async Task A_run_with_fewer_cells_shares_the_others()
    {
        await _sweep.RunAsync();
        await _sweep.RunAsync("--fresh", "--set", "sweep.axes.steps=[4]");
        HostResult result = await _sweep.DiffusionAsync("diff", _sweep.Runs[0], _sweep.Runs[1]);
        Assert.Contains(
            "4 cells are the same in both; 0 stand at the same place with another configuration; 4 are in A alone, 0 in B alone.",
            result.Output,
            StringComparison.Ordinal);
        Assert.Contains("Of 4 pairs that have ended in both, 4 are identical to the last bit.", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"steps +8", result.Output);
        Assert.DoesNotContain("Results", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cells_are_compared_in_full()
    {
        await _sweep.RunAsync();
        Dictionary<string, JsonElement> cells = SmallSweep.Cells(_sweep.Runs[0]);
        string Id(string solver) => cells.First(cell => cell.Value.GetProperty("axes").GetProperty("solver").GetString() == solver
            && cell.Value.GetProperty("steps").GetInt32() == 8 && cell.Value.GetProperty("repeat").GetInt32() == 0).Key;
        HostResult result = await _sweep.DiffusionAsync("diff", $"small:{Id("euler")[..8]}", $"{_sweep.Runs[0]}:{Id("heun")}");
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.Matches(@"solver +euler +heun", result.Output);
        Assert.Matches(@"NFE +8 +15 +7", result.Output);
        Assert.Matches(@"energy-distance +\S+ +\S+ +-?\d", result.Output);

        HostResult mixed = await _sweep.DiffusionAsync("diff", "small", $"small:{Id("heun")}");
        Assert.Equal(2, mixed.ExitCode);
        Assert.StartsWith("a run can be compared with a run", mixed.Error, StringComparison.Ordinal);
        HostResult unknown = await _sweep.DiffusionAsync("diff", "small:xyz", $"small:{Id("heun")}");
        Assert.Equal(2, unknown.ExitCode);
        Assert.Matches("^small/.* has no cell 'xyz'", unknown.Error);
    }
}
