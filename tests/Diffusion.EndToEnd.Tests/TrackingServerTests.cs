using MLflow.TestServer;
using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>Sweeps that are tracked on a server, as a user runs them.</summary>
public sealed class TrackingServerTests : IDisposable
{
    private const string Manifest = """
        {
          "name": "small",
          "seed": 3,
          "data": { "use": "gaussian-mixture", "weights": [0.3, 0.7], "means": [[-2], [1.5]], "standardDeviations": [0.5, 0.3], "count": 100,
            "referenceCount": 100 },
          "schedule": { "use": "variance-exploding", "sigmaMin": 0.02, "sigmaMax": 10 },
          "model": "exact-mixture",
          "grid": "karras",
          "solver": "heun",
          "steps": 4,
          "samples": 50,
          "metrics": ["energy-distance"],
          "sweep": { "axes": { "solver": ["euler", "heun"], "steps": [4, 8] }, "repeats": 1 }
        }
        """;

    private const string TrainedManifest = """
        {
          "name": "trained",
          "extends": "small.json",
          "model": { "use": "mlp", "width": 8, "layers": 1 },
          "loss": "noise-prediction",
          "training": { "steps": 10, "batchSize": 16, "schedule": { "use": "variance-exploding", "sigmaMin": 0.02, "sigmaMax": 20 } },
          "sweep": { "axes": { "steps": [4] }, "repeats": 1 }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("diffusion-track").FullName;

    public TrackingServerTests() => File.WriteAllText(Path.Combine(_folder, "small.json"), Manifest);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_sweep_is_tracked_on_a_server_and_its_address_printed()
    {
        await using TrackingServer server = await TrackingServer.StartAsync(new TestServerOptions { UserName = "ada", Password = "s3cret" });
        HostResult result = await HostProcess.RunAsync(
            _folder, "run", "small.json", "--tracking", server.Uri.Replace("://", "://ada:s3cret@", StringComparison.Ordinal));

        Assert.Equal(0, result.ExitCode);
        StoredRun sweep = Assert.Single(server.Runs.Values, run => !run.Tags.ContainsKey("mlflow.parentRunId"));
        Assert.Contains($"Tracked  {server.Uri}/#/experiments/1/runs/{sweep.Id}", result.Output, StringComparison.Ordinal);
        Assert.Equal(5, server.Runs.Count);
        Assert.All(server.Runs.Values, run => Assert.Equal("FINISHED", run.Status));
        Assert.All(
            Directory.GetFiles(Path.Combine(_folder, "results"), "*", SearchOption.AllDirectories),
            file => Assert.DoesNotContain("s3cret", File.ReadAllText(file), StringComparison.Ordinal));
        Assert.DoesNotContain("s3cret", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trained_network_lies_with_the_run_that_trained_it()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "trained.json"), TrainedManifest, TestContext.Current.CancellationToken);
        await using TrackingServer server = await TrackingServer.StartAsync();
        HostResult result = await HostProcess.RunAsync(_folder, "run", "trained.json", "--tracking", server.Uri);

        Assert.Equal(0, result.ExitCode);
        StoredRun training = Assert.Single(server.Runs.Values, run => run.Name.StartsWith("train ", StringComparison.Ordinal));
        string weights = Assert.Single(Directory.GetFiles(Path.Combine(_folder, "results", "models"), "weights.safetensors", SearchOption.AllDirectories));
        Assert.Equal(
            await File.ReadAllBytesAsync(weights, TestContext.Current.CancellationToken),
            server.Artifacts[$"1/{training.Id}/artifacts/model/weights.safetensors"]);
    }

    [Fact]
    public async Task What_a_server_that_is_away_has_missed_is_sent_later_once()
    {
        await using TrackingServer server = await TrackingServer.StartAsync();
        await server.StopAsync();
        HostResult run = await HostProcess.RunAsync(_folder, "run", "small.json", "--tracking", server.Uri);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("'diffusion track sync' sends them", run.Output, StringComparison.Ordinal);
        HostResult early = await HostProcess.RunAsync(_folder, "track", "sync", "--tracking", server.Uri);
        Assert.Equal(1, early.ExitCode);
        Assert.Contains("0 of 5 runs sent.", early.Output, StringComparison.Ordinal);

        await server.StartAsync();
        HostResult sync = await HostProcess.RunAsync(_folder, "track", "sync", "--tracking", server.Uri),
            again = await HostProcess.RunAsync(_folder, "track", "sync", "--tracking", server.Uri);

        Assert.Equal(0, sync.ExitCode);
        Assert.Contains("5 of 5 runs sent.", sync.Output, StringComparison.Ordinal);
        Assert.Contains("0 of 0 runs sent.", again.Output, StringComparison.Ordinal);
        Assert.Equal(5, server.Runs.Count);
        Assert.All(server.Runs.Values, stored => Assert.Equal("FINISHED", stored.Status));
    }
}
