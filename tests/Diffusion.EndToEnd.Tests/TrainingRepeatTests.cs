using System.Text.Json;
using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>Sweeps of several networks, from the plan to the comparison, in workers and in one process.</summary>
public sealed class TrainingRepeatTests : IDisposable
{
    private const string Manifest = """
        {
          "name": "networks",
          "seed": 3,
          "data": { "use": "gaussian-mixture", "weights": [0.3, 0.7], "means": [[-2], [1.5]], "standardDeviations": [0.5, 0.3], "count": 200,
            "referenceCount": 300 },
          "schedule": { "use": "variance-exploding", "sigmaMin": 0.02, "sigmaMax": 10 },
          "model": { "use": "mlp", "width": 8, "layers": 1 },
          "loss": "noise-prediction",
          "training": { "steps": 60, "batchSize": 32 },
          "grid": "karras",
          "solver": "heun",
          "steps": 4,
          "samples": 100,
          "metrics": ["energy-distance"],
          "sweep": { "axes": { "solver": ["euler", "heun"] }, "repeats": { "sampling": 2, "training": 5 } }
        }
        """;

    private readonly SweepFolder _folder = new();

    public TrainingRepeatTests() => _folder.Write("networks.json", Manifest);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Workers_one_process_and_a_run_that_was_killed_come_to_the_same_numbers()
    {
        HostResult here = await _folder.SucceedAsync("run", "networks.json", "--launcher", "in-process", "--results", "here", "--tracking", "none");
        string[] numbers = SweepFolder.Numbers(_folder.Run("networks", "here"));
        Assert.Equal(20, numbers.Length);
        Assert.Contains("over n trained networks, each averaged over its repeats first", here.Output, StringComparison.Ordinal);
        Assert.Contains(
            "paired by repeat and averaged over the repeats of each of 5 trained networks, in 1 block, with Holm's correction for 1 comparison:",
            here.Output, StringComparison.Ordinal);

        string[] command = ["run", "networks.json", "--workers", "2"];
        using (RunningHost host = _folder.Start(command))
        {
            await SweepFolder.UntilAsync(() => host.HasEnded || _folder.Recorded("networks") > 2, "some records appear");
            host.Signal("KILL");
            await host.EndAsync();
        }

        await _folder.DesertedAsync();
        await _folder.SucceedAsync(command);
        _folder.AssertNumbers(numbers, "networks");
        Assert.Equal(5, Directory.GetDirectories(_folder.At("results", "models")).Length);
        Assert.Equal(1 + 5 + 2, _folder.TrackedRuns("networks").Length);
    }

    [Fact]
    public async Task The_commands_know_of_networks()
    {
        HostResult plan = await _folder.SucceedAsync("plan", "networks.json", "--cells");
        Assert.Contains("networks: 20 cells, 5 trained networks each, sampled 2 times", plan.Output, StringComparison.Ordinal);
        Assert.Matches(@"models to train +5 +5 × mlp, 60 steps", plan.Output);
        Assert.Matches(@"run +heun +4\.1 +7 ", plan.Output);
        JsonElement document = JsonDocument.Parse((await _folder.SucceedAsync("plan", "networks.json", "--json")).Output).RootElement;
        Assert.Equal((2, 5), (document.GetProperty("repeats").GetInt32(), document.GetProperty("trainingRepeats").GetInt32()));
        Assert.Equal(4, document.GetProperty("cells")[19].GetProperty("trainingRepeat").GetInt32());

        HostResult part = await _folder.SucceedAsync("run", "networks.json", "--only", "training_repeat=2", "--launcher", "in-process");
        Assert.Contains("16 of 20 cells were left out", part.Output, StringComparison.Ordinal);
        Assert.Single(Directory.GetDirectories(_folder.At("results", "models")));
        await _folder.SucceedAsync("run", "networks.json", "--launcher", "in-process");

        HostResult compared = await _folder.SucceedAsync("compare", "networks");
        Assert.Contains(
            "5 trained networks a configuration, each with a seed of its own: what is said holds for training in general", compared.Output,
            StringComparison.Ordinal);
        JsonElement comparison =
            JsonDocument.Parse((await _folder.SucceedAsync("compare", "networks", "--json")).Output).RootElement.GetProperty("comparison");
        Assert.Equal(("network", 5), (comparison.GetProperty("unit").GetString(), comparison.GetProperty("networks").GetInt32()));
        Assert.Equal(5, comparison.GetProperty("blocks")[0].GetProperty("pairs")[0].GetProperty("repeats").GetInt32());
        HostResult one = await _folder.SucceedAsync("compare", "networks", "--where", "training_repeat=3");
        Assert.Contains("One trained network, the same in all repeats", one.Output, StringComparison.Ordinal);

        HostResult replayed = await _folder.SucceedAsync("replay", "networks", "--only", "training_repeat=4", "--train");
        Assert.Contains("trained anew to identical weights", replayed.Output, StringComparison.Ordinal);
        Assert.Matches(@"heun +4\.0 +done +identical", replayed.Output);

        string run = _folder.Run("networks");
        string[] ids = [.. SweepFolder.Cells(run).OrderBy(cell => Network(cell.Value)).Select(cell => cell.Key)];
        HostResult differing = await _folder.SucceedAsync("diff", $"networks:{ids[0]}", $"networks:{ids[^1]}");
        Assert.Matches(@"training\.seed +3 +\d+", differing.Output);
        Assert.Matches(@"repeat +[01] +4\.[01]", differing.Output);

        HostResult described = await _folder.SucceedAsync("describe", "sweep");
        Assert.Contains("\"training\": whole number", described.Output, StringComparison.Ordinal);

        static int Network(JsonElement cell) => cell.TryGetProperty("trainingRepeat", out JsonElement network) ? network.GetInt32() : 0;
    }

    [Fact]
    public async Task A_model_that_does_not_learn_refuses_several_networks_at_their_place()
    {
        string[] lines = Manifest.Split('\n');
        lines = [.. lines.Select(line => line.Contains("\"model\"", StringComparison.Ordinal) ? "  \"model\": \"exact-mixture\"," : line)];
        _folder.Write("exact.json", string.Join('\n', lines));
        HostResult result = await _folder.DiffusionAsync("run", "exact.json");
        Assert.Equal(2, result.ExitCode);
        SweepFolder.AssertCalm(result);
        Assert.Matches(
            @"exact\.json:15:95  \$\.sweep\.repeats\.training  score model 'exact-mixture' does not learn, so there is one of it: 5 networks cannot be trained",
            result.Error);
        Assert.False(Directory.Exists(_folder.At("results", "networks")));
    }
}
