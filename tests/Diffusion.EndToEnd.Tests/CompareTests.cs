using System.Text.Json;
using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>What the repeats of a run say, at its end and when asked.</summary>
public sealed class CompareTests : IDisposable
{
    private readonly SmallSweep _sweep = new();

    public void Dispose() => _sweep.Dispose();

    private static Dictionary<int, double> Values(string run, string solver, int steps) => SmallSweep.Cells(run).Values
        .Where(cell => cell.GetProperty("axes").GetProperty("solver").GetString() == solver && cell.GetProperty("steps").GetInt32() == steps)
        .ToDictionary(cell => cell.GetProperty("repeat").GetInt32(), cell => cell.GetProperty("metrics")[0].GetProperty("value").GetDouble());

    [Fact]
    public async Task A_run_ends_with_a_comparison_and_the_command_shows_it_in_full()
    {
        HostResult run = await _sweep.RunAsync("--set", "sweep.repeats=6");
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Contains(
            "Comparison by solver (energy-distance), paired by repeat, in 2 blocks, with Holm's correction for 2 comparisons:",
            run.Output,
            StringComparison.Ordinal);
        Assert.Matches(@"euler +.* n=6 @4", run.Output);
        Assert.Contains(
            "## Comparison by solver: energy-distance",
            await File.ReadAllTextAsync(Path.Combine(_sweep.Runs[0], "comparison.md"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);

        HostResult shown = await _sweep.DiffusionAsync("compare", "small");
        Assert.True(shown.ExitCode == 0, shown.Output + shown.Error);
        Assert.Contains("energy-distance of small/", shown.Output, StringComparison.Ordinal);
        Assert.Contains("Budgets differ within a block. Evaluations relative to the cheapest: heun ×1.75 to 1.88.", shown.Output, StringComparison.Ordinal);
        Assert.Contains("steps 8:", shown.Output, StringComparison.Ordinal);
        Assert.Contains("Quality against evaluations:", shown.Output, StringComparison.Ordinal);

        // By hand from the records.
        Dictionary<int, double> euler = Values(_sweep.Runs[0], "euler", 4), heun = Values(_sweep.Runs[0], "heun", 4);
        JsonElement comparison = (await _sweep.JsonAsync("compare", "small", "--baseline", "euler", "--where", "steps=4")).GetProperty("comparison");
        JsonElement pair = comparison.GetProperty("blocks")[0].GetProperty("pairs")[0];
        Assert.Equal(
            ("heun", "euler", 6), (pair.GetProperty("first").GetString(), pair.GetProperty("second").GetString(), pair.GetProperty("repeats").GetInt32()));
        Assert.Equal(euler.Keys.Average(repeat => heun[repeat] - euler[repeat]), pair.GetProperty("difference").GetDouble(), 1e-12);
        Assert.True(pair.GetProperty("interval").GetProperty("low").GetDouble() < pair.GetProperty("difference").GetDouble());

        HostResult csv = await _sweep.DiffusionAsync("compare", _sweep.Runs[0], "--csv");
        Assert.Equal(3, csv.Output.TrimEnd().Split('\n').Length);
        Assert.StartsWith("metric,first,second,axis:steps,n,", csv.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workers_record_what_samples_cost_and_quality_is_set_against_what_is_asked_for()
    {
        HostResult run = await _sweep.DiffusionAsync("run", "small.json", "--tracking", "none", "--workers", "1");
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.All(SmallSweep.Cells(_sweep.Runs[0]).Values, cell =>
        {
            double wall = cell.GetProperty("samplingSeconds").GetDouble(), model = cell.GetProperty("modelSeconds").GetDouble();
            Assert.InRange(model, 1e-9, wall);
            Assert.True(cell.GetProperty("samplingCpuSeconds").GetDouble() >= 0);
            // Program and libraries alone take tens of megabytes.
            if (OperatingSystem.IsLinux() && cell.TryGetProperty("peakMemoryBytes", out JsonElement peak))
                Assert.InRange(peak.GetInt64(), 20_000_000, 100_000_000_000);
        });

        HostResult shown = await _sweep.DiffusionAsync("compare", "small", "--cost", "overhead-seconds,evaluations");
        Assert.Matches(@"steps +solver +evaluations +seconds +CPU seconds +seconds in the model +seconds beside the model", shown.Output);
        Assert.Contains("Quality against seconds beside the model:", shown.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Quality against seconds:", shown.Output, StringComparison.Ordinal);
        JsonElement comparison = (await _sweep.JsonAsync("compare", "small", "--cost", "cpu-seconds")).GetProperty("comparison");
        Assert.Equal("cpu-seconds", Assert.Single(comparison.GetProperty("curves").EnumerateArray()).GetProperty("measure").GetString());
        Assert.True(comparison.GetProperty("blocks")[0].GetProperty("configurations")[0].GetProperty("modelSeconds").GetDouble() > 0);
        HostResult wrong = await _sweep.DiffusionAsync("compare", "small", "--cost", "evalutions");
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("--cost: unknown cost 'evalutions'; did you mean 'evaluations'?", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Entries_state_their_own_repeats_and_comparisons_take_common_ones()
    {
        await _sweep.RunAsync("--set", "sweep.repeats=5");
        HostResult more = await _sweep.RunAsync("--set", "sweep.repeats=7", "--only", "solver=heun");
        Assert.Matches(@"euler +.* n=5 @4 ", more.Output);
        Assert.Matches(@"heun +.* n=7 @7 ", more.Output);
        JsonElement place = (await _sweep.JsonAsync("compare", "small", "--where", "steps=8")).GetProperty("comparison").GetProperty("blocks")[0];
        Assert.Equal([5, 7], place.GetProperty("configurations").EnumerateArray().OrderBy(one => one.GetProperty("name").GetString(), StringComparer.Ordinal)
            .Select(one => one.GetProperty("estimate").GetProperty("count").GetInt32()));
        Assert.Equal(5, place.GetProperty("pairs")[0].GetProperty("repeats").GetInt32());
    }

    [Fact]
    public async Task Too_few_repeats_and_wrong_names_are_told()
    {
        HostResult run = await _sweep.RunAsync();
        Assert.Contains(
            "Which solver is better is undecided: only 2 common repeats, and at least 5 are needed (sweep.repeats).",
            run.Output,
            StringComparison.Ordinal);
        foreach ((string[] arguments, string message) in new (string[], string)[]
        {
            (["compare", "smal"], "no run 'smal'"),
            (["compare", "small", "--by", "solvr"], "--by: the sweep has no axis 'solvr'; did you mean 'solver'?"),
            (["compare", "small", "--baseline", "hein"], "--baseline: solver has no value 'hein'; did you mean 'heun'?"),
            (["compare", "small", "--metric", "energy-distanc"], "unknown metric 'energy-distanc'; did you mean 'energy-distance'?"),
            (["compare", "small", "--where", "steps=9"], "--where steps=9: no cell meets this"),
            (["compare", "small", "--json", "--csv"], "--json and --csv cannot be given together"),
        })
        {
            HostResult refused = await _sweep.DiffusionAsync(arguments);
            Assert.Equal(2, refused.ExitCode);
            Assert.StartsWith(message, refused.Error, StringComparison.Ordinal);
            Assert.Empty(refused.Output);
        }
    }
}
