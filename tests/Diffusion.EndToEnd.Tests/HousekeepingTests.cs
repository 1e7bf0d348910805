using System.Text.Json;
using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>Runs are listed and removed.</summary>
public sealed class HousekeepingTests : IDisposable
{
    private const string Trained = """
        {
          "name": "trained",
          "seed": 3,
          "data": { "use": "gaussian-mixture", "weights": [1], "means": [[0]], "standardDeviations": [1], "count": 100, "referenceCount": 100 },
          "schedule": "edm",
          "model": { "use": "mlp", "width": 8 },
          "loss": "denoising-score-matching",
          "training": { "steps": 20, "batchSize": 16 },
          "grid": "karras",
          "solver": "euler",
          "steps": 4,
          "samples": 50,
          "metrics": ["energy-distance"]
        }
        """;

    private readonly SweepFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Runs_are_listed_with_their_state_cells_and_size()
    {
        _folder.Write("trained.json", Trained);
        await _folder.SucceedAsync("run", "trained.json");
        string run = _folder.Run("trained");
        string label = $"trained/{Path.GetFileName(run)}";
        HostResult listed = await _folder.SucceedAsync("runs");
        Assert.Matches($@"(?m)^{label}  +finished  +1 of 1  +20\d\d-", listed.Output);
        Assert.Matches(@"1 run in results: \d.*; trained models \d.*B; the whole folder \d", listed.Output);

        // What no process is at work on, and has not ended, was interrupted; what cannot be read is listed all the same.
        string record = File.ReadAllText(Path.Combine(run, "run.json"));
        File.WriteAllText(Path.Combine(run, "run.json"), "{");
        Assert.Equal("damaged", await StateAsync());
        Assert.Equal(2, (await _folder.DiffusionAsync("runs", "trainde")).ExitCode);
        File.WriteAllText(Path.Combine(run, "run.json"), record);
        Assert.Equal("finished", await StateAsync());
        Assert.Equal(
            Directory.GetFiles(run, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length),
            (await ListAsync()).GetProperty("bytes").GetInt64());
    }

    [Fact]
    public async Task A_removal_says_what_would_go_and_takes_models_that_no_other_run_uses()
    {
        _folder.Write("trained.json", Trained);
        await _folder.SucceedAsync("run", "trained.json");
        await _folder.SucceedAsync("run", "trained.json", "--set", "steps=6");
        await _folder.SucceedAsync("run", "trained.json", "--set", "training.steps=30");
        string[] runs = _folder.Runs("trained");
        Assert.Equal(3, runs.Length);
        Assert.Equal(2, Models());

        HostResult asked = await _folder.SucceedAsync("rm", runs[0], runs[2]);
        Assert.Contains("Would remove 2 runs and 1 trained model that no other run uses", asked.Output, StringComparison.Ordinal);
        Assert.Equal((3, 2), (_folder.Runs("trained").Length, Models()));

        await _folder.SucceedAsync("rm", runs[0], runs[2], "--yes");
        Assert.Equal(runs[1], _folder.Run("trained"));
        Assert.Equal(1, Models());

        // What is left is whole: nothing of it is computed again.
        HostResult again = await _folder.SucceedAsync("run", "trained.json", "--set", "steps=6");
        Assert.Contains("1 cell is kept", again.Output, StringComparison.Ordinal);
        Assert.Equal(runs[1], _folder.Run("trained"));
        await _folder.SucceedAsync("rm", "train*", "--yes");
        Assert.Equal((0, 0), (_folder.Runs("trained").Length, Models()));
        Assert.DoesNotContain(Directory.GetDirectories(_folder.At("results")), folder => Path.GetFileName(folder).StartsWith('.'));
    }

    [Fact]
    public async Task A_run_at_work_is_not_removed()
    {
        _folder.Write("trained.json", Trained);
        await _folder.SucceedAsync("run", "trained.json");
        string run = _folder.Run("trained");
        File.WriteAllText(Path.Combine(run, "coordinator.txt"), "process 1 on this machine");
        using FileStream held = new(Path.Combine(run, "coordinator.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        HostResult refused = await _folder.DiffusionAsync("rm", "trained", "--yes");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("is already running (process 1 on this machine)", refused.Error, StringComparison.Ordinal);
        Assert.Equal(run, _folder.Run("trained"));
    }

    private int Models() => Directory.Exists(_folder.At("results", "models")) ? Directory.GetDirectories(_folder.At("results", "models")).Length : 0;

    private async Task<string?> StateAsync() => (await ListAsync()).GetProperty("state").GetString();

    private async Task<JsonElement> ListAsync() =>
        Assert.Single(JsonDocument.Parse((await _folder.SucceedAsync("runs", "--json")).Output).RootElement.GetProperty("runs").EnumerateArray());
}
