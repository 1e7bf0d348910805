using System.Security.Cryptography;
using System.Text.Json;
using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>States on the way from noise to data, from the plan to the comparison, in workers and in one process.</summary>
public sealed class KeptStateTests : IDisposable
{
    private const string Manifest = """
        {
          "name": "kept",
          "seed": 3,
          "data": { "use": "gaussian-mixture", "weights": [0.3, 0.7], "means": [[-2, 0], [1.5, 1]], "standardDeviations": [0.5, 0.3], "count": 200,
            "referenceCount": 300 },
          "schedule": { "use": "variance-exploding", "sigmaMin": 0.02, "sigmaMax": 10 },
          "model": "exact-mixture",
          "grid": "karras",
          "solver": "heun",
          "steps": 8,
          "samples": 150,
          "keep": { "times": [0.5, { "sigma": 2 }], "every": 3 },
          "metrics": ["energy-distance", "mmd"],
          "sweep": { "axes": { "solver": ["euler", "heun", "rk45"] }, "repeats": 5 }
        }
        """;

    private readonly SweepFolder _folder = new();

    public KeptStateTests() => _folder.Write("kept.json", Manifest);

    public void Dispose() => _folder.Dispose();

    private static string[] States(string run) =>
        [.. Directory.GetFiles(Path.Combine(run, "samples"), "*.states.npy").Order(StringComparer.Ordinal)
            .Select(file => $"{Path.GetFileName(file)} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}")];

    [Fact]
    public async Task Workers_one_process_and_a_run_that_was_killed_come_to_the_same_states_and_values()
    {
        await _folder.SucceedAsync("run", "kept.json", "--launcher", "in-process", "--results", "here", "--tracking", "none");
        string here = _folder.Run("kept", "here");
        string[] numbers = SweepFolder.Numbers(here), states = States(here);
        Assert.Equal((15, 10), (numbers.Length, states.Length));

        string[] command = ["run", "kept.json", "--workers", "2"];
        using (RunningHost host = _folder.Start(command))
        {
            await SweepFolder.UntilAsync(() => host.HasEnded || _folder.Recorded("kept") > 2, "some records appear");
            host.Signal("KILL");
            await host.EndAsync();
        }

        await _folder.DesertedAsync();
        HostResult result = await _folder.SucceedAsync(command);
        _folder.AssertNumbers(numbers, "kept");
        Assert.Equal(states, States(_folder.Run("kept")));
        Assert.Contains("comparison.md has the same for mmd and laws on the way at sigma=2 and laws on the way at t=0.5.", result.Output,
            StringComparison.Ordinal);
        Assert.Contains("energy-distance/t 0.5@", string.Join('\n', _folder.TrackedRuns("kept")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_plan_counts_states_and_commands_know_their_values()
    {
        HostResult plan = await _folder.SucceedAsync("plan", "kept.json");
        Assert.Matches(
            @"metrics n/a +5 +cells go without one: there is no state at t=0\.5: solver 'rk45' .* \(kept\.json:12:23  \$\.keep\.times\[0\]\)", plan.Output);
        JsonElement document = JsonDocument.Parse((await _folder.SucceedAsync("plan", "kept.json", "--json")).Output).RootElement;
        await _folder.SucceedAsync("run", "kept.json", "--launcher", "in-process", "--tracking", "none");
        string run = _folder.Run("kept");
        Assert.Equal(
            Directory.GetFiles(Path.Combine(run, "samples"), "*.npy").Sum(file => new FileInfo(file).Length),
            document.GetProperty("forecast").GetProperty("sampleBytes").GetInt64());

        string json = (await _folder.SucceedAsync("compare", "kept", "--metric", "mmd@sigma=2", "--json")).Output;
        JsonElement comparison = JsonDocument.Parse(json).RootElement.GetProperty("comparison");
        Assert.Equal("sigma=2", comparison.GetProperty("levels").GetProperty("time").GetString());
        JsonElement record = SweepFolder.Cells(run).Values.First(cell => cell.GetProperty("axes").GetProperty("solver").GetString() == "heun");
        JsonElement kept = record.GetProperty("kept")[0];
        Assert.Equal("sigma=2", kept.GetProperty("times")[0].GetString());
        Assert.Equal(kept.GetProperty("t").GetDouble(), comparison.GetProperty("levels").GetProperty("highestTime").GetDouble());
        HostResult unknown = await _folder.DiffusionAsync("compare", "kept", "--metric", "mmd@sigma=3");
        Assert.Equal(2, unknown.ExitCode);
        Assert.Contains("did you mean 'mmd@sigma=2'?", unknown.Error, StringComparison.Ordinal);

        await _folder.SucceedAsync("replay", "kept");
        HostResult described = await _folder.SucceedAsync("describe", "keep");
        Assert.Contains("list of number | { \"sigma\": number }", described.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_time_that_the_process_does_not_have_is_refused_at_its_place()
    {
        HostResult result = await _folder.DiffusionAsync("run", "kept.json", "--set", "keep.times=[3]");
        Assert.Equal(2, result.ExitCode);
        SweepFolder.AssertCalm(result);
        Assert.Contains("there is no state at t=3: the process ends at t = 1 (--set keep.times=[3]", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.At("results", "kept")));
    }
}
