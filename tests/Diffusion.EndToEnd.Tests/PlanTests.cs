using System.Text.Json;
using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>What <c>diffusion plan</c> says is what <c>diffusion run</c> then does.</summary>
public sealed class PlanTests : IDisposable
{
    private readonly SmallSweep _sweep = new();

    public void Dispose() => _sweep.Dispose();

    [Fact]
    public async Task A_new_plan_is_shown_and_nothing_is_written()
    {
        HostResult result = await _sweep.DiffusionAsync("plan", "small.json", "--cells");
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.Contains("small: 8 cells, 2 repeats each", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"solver +2 +euler, heun", result.Output);
        Assert.Matches(@"cells to sample +8 +new", result.Output);
        // Euler takes 4 and 8 evaluations, Heun 7 and 15 (its last step takes one): 34, twice, of 150 samples each.
        Assert.Contains("Evaluations  10,200", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"Time +(at least|under|about) .* timed just now", result.Output);
        Assert.Equal(
            8, result.Output.Split('\n').Count(line => line.EndsWith(" new", StringComparison.Ordinal) && line.Contains(" run ", StringComparison.Ordinal)));
        Assert.Empty(_sweep.Runs);
    }

    [Fact]
    public async Task The_document_agrees_with_the_run_that_follows()
    {
        JsonElement before = await _sweep.JsonAsync("plan", "small.json");
        Assert.Equal(JsonValueKind.Null, before.GetProperty("run").ValueKind);
        await _sweep.RunAsync();
        JsonElement after = await _sweep.JsonAsync("plan", "small.json");
        Assert.Equal($"small/{Path.GetFileName(_sweep.Runs[0])}", after.GetProperty("run").GetString());
        Assert.Equal(before.GetProperty("planKey").GetString(), after.GetProperty("planKey").GetString());
        Assert.Equal(8, after.GetProperty("stages").GetProperty("cells").GetProperty("keep").GetInt32());

        Dictionary<string, JsonElement> records = SmallSweep.Cells(_sweep.Runs[0]);
        Assert.Equal(8, before.GetProperty("cells").GetArrayLength());
        foreach (JsonElement cell in before.GetProperty("cells").EnumerateArray())
        {
            JsonElement record = records[cell.GetProperty("id").GetString()!];
            Assert.Equal("run", cell.GetProperty("action").GetString());
            Assert.Equal(record.GetProperty("key").GetString(), cell.GetProperty("key").GetString());
            Assert.Equal(record.GetProperty("evaluations").GetInt32(), cell.GetProperty("nfe").GetInt32());
        }

        // Samples of one dimension in float32 with NumPy's header.
        Assert.Equal(
            Directory.GetFiles(Path.Combine(_sweep.Runs[0], "samples"), "*.npy").Sum(file => new FileInfo(file).Length),
            before.GetProperty("forecast").GetProperty("sampleBytes").GetInt64());
    }

    [Fact]
    public async Task A_changed_manifest_is_told_what_is_taken_over_and_why_the_rest_runs()
    {
        await _sweep.RunAsync();
        HostResult wider = await _sweep.DiffusionAsync("plan", "small.json", "--set", "sweep.axes.steps=[4,8,16]");
        Assert.Matches(@"cells to sample +4 +new", wider.Output);
        Assert.Matches(@"cells taken over +8 +done in small/", wider.Output);
        Assert.Contains("from small/", wider.Output, StringComparison.Ordinal);
        HostResult changed = await _sweep.DiffusionAsync("plan", "small.json", "--set", "schedule.sigmaMax=20");
        Assert.Matches(@"cells to sample +8 +schedule.sigmaMax 10 → 20", changed.Output);
        HostResult measured = await _sweep.DiffusionAsync("plan", "small.json", "--set", "metrics=[\"mmd\"]");
        Assert.Matches(@"cells to measure +8 +sampled in small/", measured.Output);
    }

    [Fact]
    public async Task Cells_that_cannot_run_and_methods_that_decide_for_themselves_are_told_apart()
    {
        HostResult mixed = await _sweep.DiffusionAsync(
            "plan", "small.json", "--set", "schedule=rectified-flow", "--set",
            "sweep={\"axes\":{\"grid\":[\"uniform\",\"karras\"],\"solver\":[\"euler\",\"dopri5\"]}}");
        Assert.True(mixed.ExitCode == 0, mixed.Output + mixed.Error);
        Assert.Matches(@"cells n/a +2 +The karras grid needs a finite noise scale", mixed.Output);
        Assert.Contains("not counting 1 cell of adaptive methods", mixed.Output, StringComparison.Ordinal);
        Assert.Contains("Evaluations  1,200 (not counting 1 cell of adaptive methods", mixed.Output, StringComparison.Ordinal);
    }
}
