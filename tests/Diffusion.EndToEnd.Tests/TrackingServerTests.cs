using System.Globalization;
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
        Assert.Contains($"Tracked  3 of 3 runs complete: {server.Uri}/#/experiments/1/runs/{sweep.Id}", result.Output, StringComparison.Ordinal);
        Assert.Equal(3, server.Runs.Count);
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
        Assert.Contains($"Tracked  0 of 3 runs complete: {server.Uri} (", run.Output, StringComparison.Ordinal);
        HostResult early = await TrackAsync("sync", server.Uri);
        Assert.Equal(1, early.ExitCode);
        Assert.Contains("0 of 3 runs complete: ", early.Output, StringComparison.Ordinal);

        await server.StartAsync();
        HostResult status = await TrackAsync("status", server.Uri);
        Assert.Equal(1, status.ExitCode);
        Assert.Contains("0 of 3 runs complete: ", status.Output, StringComparison.Ordinal);
        Assert.Empty(server.Runs);
        Assert.DoesNotContain(server.Experiments.Values, experiment => experiment.Name == "small");
        await AssertCompleteAsync(server);
        string[] before = server.Contents();
        await AssertCompleteAsync(server);
        Assert.Equal(before, server.Contents());
        Assert.Equal(0, (await TrackAsync("status", server.Uri)).ExitCode);
    }

    [Fact]
    public async Task A_server_that_lost_everything_gets_it_from_the_records_wherever_they_lie()
    {
        await using TrackingServer server = await TrackingServer.StartAsync();
        await HostProcess.RunAsync(_folder, "run", "small.json", "--tracking", server.Uri);
        string[] before = server.Contents();
        server.Clear();
        // Of folders with such names, addresses and paths are not the same.
        Directory.Move(Path.Combine(_folder, "results"), Path.Combine(_folder, "moved here? 100 %#1"));
        HostResult sync = await HostProcess.RunAsync(_folder, "track", "sync", "--results", "moved here? 100 %#1", "--tracking", server.Uri);
        Assert.True(sync.ExitCode == 0, sync.Output + sync.Error);
        // The note names the folder.
        Assert.Equal(before.Length, server.Contents().Length);
        Assert.Equal(before.Where(line => !line.Contains("tag mlflow.note", StringComparison.Ordinal)),
            server.Contents().Where(line => !line.Contains("tag mlflow.note", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_export_holds_in_files_what_a_server_has_of_a_run()
    {
        await using TrackingServer server = await TrackingServer.StartAsync();
        await HostProcess.RunAsync(_folder, "run", "small.json", "--tracking", server.Uri);
        HostResult export = await HostProcess.RunAsync(_folder, "track", "export", "small", "--to", "ml runs");
        Assert.True(export.ExitCode == 0, export.Output + export.Error);
        string root = Path.Combine(_folder, "ml runs");
        Assert.Contains($"3 of 3 runs complete: mlflow ui --backend-store-uri \"{root}\"", export.Output, StringComparison.Ordinal);

        string experiment = Assert.Single(
            Directory.GetDirectories(root), folder => File.Exists(Path.Combine(folder, "meta.yaml")) && Meta(folder, "name") == "small");
        Dictionary<string, string> runs = Directory.GetDirectories(experiment).Where(folder => File.Exists(Path.Combine(folder, "meta.yaml")))
            .ToDictionary(folder => File.ReadAllText(Path.Combine(folder, "tags", "diffusion.key")));
        Assert.Equal(3, runs.Count);
        Dictionary<string, string> ids = server.Runs.Values.ToDictionary(run => run.Id, run => Path.GetFileName(runs[run.Tags["diffusion.key"]]));
        foreach (StoredRun stored in server.Runs.Values)
        {
            string run = runs[stored.Tags["diffusion.key"]];
            Assert.Equal(stored.Name, Meta(run, "run_name"));
            Assert.Equal(("3", $"{stored.StartTime}", $"{stored.EndTime}"), (Meta(run, "status"), Meta(run, "start_time"), Meta(run, "end_time")));
            Assert.Equal(
                stored.Points.Select(point => FormattableString.Invariant($"{point.Key} {point.Timestamp} {point.Value:R} {point.Step}")).Order(),
                Values(run, "metrics").SelectMany(metric => metric.Value.TrimEnd('\n').Split('\n').Select(line => line.Split(' ')).Select(point =>
                    FormattableString.Invariant($"{metric.Key} {point[0]} {double.Parse(point[1], CultureInfo.InvariantCulture):R} {point[2]}"))).Order());
            Assert.Equal(stored.Params.OrderBy(param => param.Key), Values(run, "params").OrderBy(param => param.Key));
            Assert.Equal(
                stored.Tags.Select(tag => tag.Key == "mlflow.parentRunId" ? KeyValuePair.Create(tag.Key, ids[tag.Value]) : tag).OrderBy(tag => tag.Key),
                Values(run, "tags").OrderBy(tag => tag.Key));
            string place = $"{stored.ExperimentId}/{stored.Id}/artifacts/";
            Assert.Equal(
                server.Artifacts.Where(file => file.Key.StartsWith(place, StringComparison.Ordinal))
                    .Select(file => (file.Key[place.Length..], Convert.ToHexString(file.Value))).Order(),
                Files(Path.Combine(run, "artifacts")).Select(file => (file.Name, Convert.ToHexString(File.ReadAllBytes(file.Path)))).Order());
        }

        HostResult again = await HostProcess.RunAsync(_folder, "track", "export", "small", "--to", "ml runs");
        Assert.Equal(2, again.ExitCode);
        Assert.Contains("--to 'ml runs': the folder is not empty; name a new or an empty one", again.Error, StringComparison.Ordinal);

        static string Meta(string folder, string key) => File.ReadAllLines(Path.Combine(folder, "meta.yaml"))
            .Single(line => line.StartsWith($"{key}: ", StringComparison.Ordinal))[(key.Length + 2)..].Trim('\'');

        static IEnumerable<KeyValuePair<string, string>> Values(string run, string kind) =>
            Files(Path.Combine(run, kind)).Select(file => KeyValuePair.Create(file.Name, File.ReadAllText(file.Path)));

        static IEnumerable<(string Name, string Path)> Files(string folder) => Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => (Path.GetRelativePath(folder, file).Replace('\\', '/'), file));
    }

    [Fact]
    public async Task The_same_manifest_in_two_folders_at_once_is_two_sweeps()
    {
        await using TrackingServer server = await TrackingServer.StartAsync();
        HostResult[] results = await Task.WhenAll(new[] { "one", "two" }.Select(folder =>
            HostProcess.RunAsync(_folder, "run", "small.json", "--results", folder, "--tracking", server.Uri)));
        Assert.All(results, result => Assert.Contains("3 of 3 runs complete", result.Output, StringComparison.Ordinal));
        Assert.Equal(6, server.Runs.Count);
        Assert.Equal(2, server.Runs.Values.Count(run => !run.Tags.ContainsKey("mlflow.parentRunId")));
        Assert.Equal(6, server.Runs.Values.Select(run => run.Tags["diffusion.key"]).Distinct().Count());
    }

    [Fact]
    public async Task Two_sweeps_at_once_fill_one_file()
    {
        HostResult[] results = await Task.WhenAll(new[] { "one", "two" }.Select(folder =>
            HostProcess.RunAsync(_folder, "run", "small.json", "--results", folder, "--tracking", "sqlite:///both.db")));
        Assert.All(results, result => Assert.Contains("3 of 3 runs complete", result.Output, StringComparison.Ordinal));
        Assert.All(results, result => Assert.DoesNotContain("fails", result.Error, StringComparison.Ordinal));
        foreach (string folder in new[] { "one", "two" })
        {
            HostResult status = await HostProcess.RunAsync(_folder, "track", "status", "--results", folder, "--tracking", "sqlite:///both.db");
            Assert.True(status.ExitCode == 0, status.Output + status.Error);
        }
    }

    [Fact]
    public async Task A_sweep_in_parts_comes_to_what_it_comes_to_at_once()
    {
        await using TrackingServer server = await TrackingServer.StartAsync();
        string[] command = ["run", "small.json", "--tracking", server.Uri, "--launcher", "in-process", "--set", "sweep.repeats=2"];
        foreach (string part in (string[])["repeat=0", "solver=heun", "steps=4"])
            await HostProcess.RunAsync(_folder, [.. command, "--only", part]);
        HostResult last = await HostProcess.RunAsync(_folder, command);
        Assert.Contains("3 of 3 runs complete", last.Output, StringComparison.Ordinal);
        StoredRun[] active = [.. server.Runs.Values.Where(run => !run.IsDeleted)];
        Assert.Equal(3, active.Length);
        // No point was told before all its repeats were there, so none is there twice, and no run had to be made anew.
        Assert.Equal(3, server.Runs.Count);
        Assert.All(active, run => Assert.All(run.Points.GroupBy(point => (point.Key, point.Step)), point => Assert.Single(point)));
        Assert.All(active.Where(run => run.Tags.ContainsKey("mlflow.parentRunId")), run => Assert.Equal(2, run.Points.Count(point => point.Key == "nfe")));
        Assert.All(active, run => Assert.Equal("FINISHED", run.Status));
    }

    [Fact]
    public async Task Records_that_are_computed_again_take_the_place_of_those_before()
    {
        await using TrackingServer server = await TrackingServer.StartAsync();
        string[] command = ["run", "small.json", "--tracking", server.Uri, "--launcher", "in-process"];
        await HostProcess.RunAsync(_folder, command);
        string run = Assert.Single(Directory.GetDirectories(Path.Combine(_folder, "results", "small")));
        File.Delete(Directory.GetFiles(Path.Combine(run, "cells")).Order(StringComparer.Ordinal).First());
        HostResult again = await HostProcess.RunAsync(_folder, command);
        Assert.Contains("3 of 3 runs complete", again.Output, StringComparison.Ordinal);
        StoredRun[] active = [.. server.Runs.Values.Where(stored => !stored.IsDeleted)];
        Assert.Equal(3, active.Length);
        Assert.All(active, stored => Assert.All(stored.Points.GroupBy(point => (point.Key, point.Step)), point => Assert.Single(point)));
        StoredRun sweep = Assert.Single(active, stored => !stored.Tags.ContainsKey("mlflow.parentRunId"));
        Assert.All(active.Where(stored => stored != sweep), stored => Assert.Equal(sweep.Id, stored.Tags["mlflow.parentRunId"]));
    }

    [Fact]
    public async Task Cells_are_runs_of_their_own_where_the_settings_say_so()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "appsettings.json"), """{ "Diffusion": { "Tracking": { "Cells": true } } }""", TestContext.Current.CancellationToken);
        await using TrackingServer server = await TrackingServer.StartAsync();
        HostResult result = await HostProcess.RunAsync(_folder, "run", "small.json", "--tracking", server.Uri);
        Assert.Contains("7 of 7 runs complete", result.Output, StringComparison.Ordinal);
        ILookup<string, StoredRun> kinds = server.Runs.Values.ToLookup(run => run.Tags["diffusion.kind"]);
        Assert.Equal((1, 2, 4), (kinds["sweep"].Count(), kinds["configuration"].Count(), kinds["cell"].Count()));
        Assert.Equal(
            kinds["configuration"].Select(run => run.Id).Order(StringComparer.Ordinal),
            kinds["cell"].Select(run => run.Tags["mlflow.parentRunId"]).Distinct().Order(StringComparer.Ordinal));
        Assert.All(kinds["cell"], cell => Assert.Contains(cell.Points, point => point.Key == "trace/largest_magnitude"));
        Assert.Equal(0, (await TrackAsync("status", server.Uri)).ExitCode);
    }

    [Fact]
    public async Task What_is_refused_is_told_and_sent_once_that_is_mended()
    {
        await using TrackingServer server = await TrackingServer.StartAsync();
        server.Faults = (_, _) => new Fault(FaultKind.StatusBefore, 400, IsPage: true);
        HostResult run = await HostProcess.RunAsync(_folder, "run", "small.json", "--tracking", server.Uri);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"Tracked  0 of 3 runs complete: {server.Uri} (", run.Output, StringComparison.Ordinal);
        server.Faults = null;
        await AssertCompleteAsync(server);
    }

    [Fact]
    public async Task An_embedded_store_that_is_deleted_or_damaged_costs_the_next_sync()
    {
        await HostProcess.RunAsync(_folder, "run", "small.json");
        string store = Path.Combine(_folder, "results", "mlflow.db");
        File.Delete(store);
        HostResult again = await HostProcess.RunAsync(_folder, "run", "small.json");
        Assert.Contains("Tracked  3 of 3 runs complete", again.Output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(store, "no database at all, but as long as one might begin to be", TestContext.Current.CancellationToken);
        HostResult damaged = await HostProcess.RunAsync(_folder, "track", "sync");
        Assert.Equal(1, damaged.ExitCode);
        Assert.Contains("0 of 3 runs complete", damaged.Output, StringComparison.Ordinal);
        Assert.Contains($"'{store}' is not a SQLite database; delete it or move it away, and a new one is made", damaged.Output, StringComparison.Ordinal);
        File.Delete(store);
        HostResult mended = await HostProcess.RunAsync(_folder, "track", "sync");
        Assert.True(mended.ExitCode == 0, mended.Output + mended.Error);
        Assert.Contains("3 of 3 runs complete", mended.Output, StringComparison.Ordinal);
    }

    private Task<HostResult> TrackAsync(string command, string uri) => HostProcess.RunAsync(_folder, "track", command, "--tracking", uri);

    private async Task AssertCompleteAsync(TrackingServer server)
    {
        HostResult sync = await TrackAsync("sync", server.Uri);
        Assert.True(sync.ExitCode == 0, sync.Output + sync.Error);
        Assert.Contains("3 of 3 runs complete", sync.Output, StringComparison.Ordinal);
        Assert.Equal(3, server.Runs.Values.Count(stored => !stored.IsDeleted));
        Assert.All(server.Runs.Values.Where(stored => !stored.IsDeleted), stored => Assert.Equal("FINISHED", stored.Status));
    }
}
