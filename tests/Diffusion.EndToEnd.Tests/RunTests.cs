using System.Text.Json;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>The whole way, from a manifest's file to records, tables and tracked runs.</summary>
public sealed class RunTests : IDisposable
{
    private const string Manifest = """
        {
          "name": "small",
          "seed": 3,
          "data": { "use": "gaussian-mixture", "weights": [0.3, 0.7], "means": [[-2], [1.5]], "standardDeviations": [0.5, 0.3], "count": 200,
            "referenceCount": 300 },
          "schedule": { "use": "variance-exploding", "sigmaMin": 0.02, "sigmaMax": 10 },
          "model": "exact-mixture",
          "grid": "karras",
          "solver": "heun",
          "steps": 8,
          "samples": 150,
          "metrics": ["energy-distance", "sliced-wasserstein"],
          "sweep": { "axes": { "schedule.sigmaMax": [5, 20], "solver": ["euler", "euler-maruyama"], "steps": [4, 8] }, "repeats": 2 }
        }
        """;

    private const string TrainedManifest = """
        {
          "name": "trained",
          "extends": "small.json",
          "model": { "use": "mlp", "width": 16, "layers": 2 },
          "loss": "noise-prediction",
          "training": { "steps": 60, "batchSize": 32, "schedule": { "use": "variance-exploding", "sigmaMin": 0.02, "sigmaMax": 20 } }
        }
        """;

    private const string ModelsManifest = """
        {
          "name": "row-models",
          "extends": "small.json",
          "samples": 400,
          "metrics": ["energy-distance"],
          "sweep": {
            "axes": {
              "schedule.sigmaMax": null, "solver": null, "steps": null,
              "model": [
                "exact-gaussian", "empirical", "kernel-density",
                { "use": "kernel-density", "rule": "fixed", "bandwidth": 0.1 },
                { "use": "kernel-score", "bandwidth": 0.4 }
              ]
            },
            "repeats": 1
          }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("diffusion-run").FullName;

    public RunTests()
    {
        File.WriteAllText(Path.Combine(_folder, "small.json"), Manifest);
        File.WriteAllText(Path.Combine(_folder, "trained.json"), TrainedManifest);
        File.WriteAllText(Path.Combine(_folder, "row-models.json"), ModelsManifest);
        SQLitePCL.Batteries_V2.Init();
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private Task<HostResult> DiffusionAsync(params string[] arguments) => HostProcess.RunAsync(_folder, arguments);

    private string RunFolder(string experiment = "small", string results = "results") =>
        Assert.Single(Directory.GetDirectories(Path.Combine(_folder, results, experiment)));

    private static Dictionary<string, JsonElement> Cells(string run) =>
        Directory.GetFiles(Path.Combine(run, "cells")).ToDictionary(
            file => Path.GetFileNameWithoutExtension(file),
            file => JsonDocument.Parse(File.ReadAllText(file)).RootElement);

    /// <summary>Every number of every cell, to the last bit.</summary>
    private static string[] Numbers(string run) =>
        [.. Cells(run).OrderBy(cell => cell.Key, StringComparer.Ordinal).Select(cell =>
            $"{cell.Key} {cell.Value.GetProperty("key")} {cell.Value.GetProperty("metrics")} "
                + $"{Convert.ToHexString(File.ReadAllBytes(Path.Combine(run, cell.Value.GetProperty("samples").GetString()!)))}")];

    private List<string> Query(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder, "results", "mlflow.db")};Mode=ReadOnly");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are this file's own constants.
        command.CommandText = sql;
#pragma warning restore CA2100
        using SqliteDataReader reader = command.ExecuteReader();
        List<string> rows = [];
        while (reader.Read())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(reader.GetValue)));
        return rows;
    }

    [Fact]
    public async Task A_cell_whose_parts_do_not_fit_is_not_applicable_and_the_others_run()
    {
        string[] flow =
            ["--set", "schedule=rectified-flow", "--set", "solver=ddim", "--set", "sweep.axes={\"grid\": [\"uniform\", \"karras\"]}", "--set",
            "sweep.repeats=1"];
        HostResult result = await DiffusionAsync(["run", "small.json", .. flow]);
        Assert.Equal(0, result.ExitCode);
        Dictionary<string, JsonElement> cells = Cells(RunFolder());
        Assert.Equal(
            ["done", "not-applicable"], cells.Values.Select(cell => cell.GetProperty("status").GetString()).Order(StringComparer.Ordinal));
        Assert.Matches("n/a: The karras grid needs a finite noise scale .* give the grid a sigmaMax", result.Output);
        Assert.Matches(@"karras +n/a", result.Output);
    }

    [Fact]
    public async Task An_experiment_of_which_nothing_fits_is_refused_before_anything_is_written()
    {
        HostResult result = await DiffusionAsync("run", "small.json", "--set", "schedule=rectified-flow", "--set", "sweep=null");
        Assert.Equal(2, result.ExitCode);
        Assert.Matches("^small.json: no cell of this experiment can run: The karras grid needs a finite noise scale", result.Error);
        Assert.False(Directory.Exists(Path.Combine(_folder, "results", "small")));
    }

    [Fact]
    public async Task A_sweep_leaves_records_tables_samples_and_tracked_runs()
    {
        HostResult result = await DiffusionAsync("run", "small.json");
        Assert.True(result.ExitCode == 0, result.Output + result.Error);

        string run = RunFolder();
        Dictionary<string, JsonElement> cells = Cells(run);
        Assert.Equal(16, cells.Count);
        Assert.All(cells.Values, cell => Assert.Equal("done", cell.GetProperty("status").GetString()));
        Assert.All(cells.Values, cell => Assert.Equal(cell.GetProperty("steps").GetInt32(), cell.GetProperty("evaluations").GetInt32()));
        Assert.Equal(17, File.ReadAllLines(Path.Combine(run, "metrics.csv")).Length);
        Assert.Equal(16, Directory.GetFiles(Path.Combine(run, "samples"), "*.npy").Length);
        Assert.Contains(
            "| 5 | euler | ", await File.ReadAllTextAsync(Path.Combine(run, "comparison.md"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.All(await File.ReadAllLinesAsync(Path.Combine(run, "log.jsonl"), TestContext.Current.CancellationToken), line => JsonDocument.Parse(line));

        Assert.Contains("energy-distance", result.Output, StringComparison.Ordinal);
        Assert.Contains("±", result.Output, StringComparison.Ordinal);
        Assert.Contains("mlflow ui --backend-store-uri", result.Output, StringComparison.Ordinal);

        string[] closing = result.Output.TrimEnd().Split('\n')[^2..];
        Assert.EndsWith("5 of 5 runs complete: mlflow ui --backend-store-uri sqlite:///results/mlflow.db", closing[0], StringComparison.Ordinal);
        Assert.Matches("^Report   results/small/[0-9-]+/report.html$", closing[1]);
        Assert.Equal(["5"], Query("select count(*) from runs where status = 'FINISHED'"));
        Assert.Equal(["4"], Query("select count(*) from tags where key = 'mlflow.parentRunId'"));
        Assert.Equal(["euler", "euler-maruyama"], Query("select distinct value from params where key = 'solver' order by value"));
        Assert.Equal(["4", "8"], Query("select distinct step from metrics where key = 'energy-distance' order by step"));
        Assert.Equal(["16"], Query("select count(*) from metrics where key like 'energy-distance%' and key not like '%/%'"));
    }

    [Fact]
    public async Task Samples_in_the_plane_are_tracked_with_a_picture()
    {
        HostResult result = await DiffusionAsync(
            "run", "small.json", "--set", "data={\"use\": \"gaussian-mixture\", \"preset\": \"ring8\"}", "--set", "sweep={\"repeats\": 2}");
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        string picture = Assert.Single(Directory.GetFiles(Path.Combine(RunFolder(), "samples"), "*.svg"));
        string tracked = Assert.Single(
            Directory.GetFiles(Path.Combine(_folder, "results"), Path.GetFileName(picture), SearchOption.AllDirectories), file => file != picture);
        Assert.Equal(
            await File.ReadAllTextAsync(picture, TestContext.Current.CancellationToken),
            await File.ReadAllTextAsync(tracked, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_same_manifest_gives_the_same_numbers_with_one_worker_and_with_two()
    {
        await DiffusionAsync("run", "small.json", "--workers", "1", "--results", "one", "--tracking", "none");
        await DiffusionAsync("run", "small.json", "--workers", "2", "--results", "two", "--tracking", "none");
        Assert.Equal(Numbers(RunFolder(results: "one")), Numbers(RunFolder(results: "two")));
        Assert.False(File.Exists(Path.Combine(_folder, "one", "mlflow.db")));
    }

    [Fact]
    public async Task The_same_cells_on_other_axes_continue_the_run()
    {
        await DiffusionAsync("run", "small.json", "--launcher", "in-process", "--tracking", "none", "--set", "sweep={\"axes\":{\"solver\":[\"heun\"]}}");
        HostResult again = await DiffusionAsync(
            "run", "small.json", "--launcher", "in-process", "--tracking", "none", "--set", "sweep={\"axes\":{\"steps\":[8]}}");
        Assert.True(again.ExitCode == 0, again.Output + again.Error);
        Assert.Contains("1 cell is kept", again.Output, StringComparison.Ordinal);
        Assert.StartsWith(
            "cell,repeat,training_repeat,status,steps,nfe,",
            await File.ReadAllTextAsync(Path.Combine(RunFolder(), "metrics.csv"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_frozen_manifest_runs_to_the_same_numbers()
    {
        await DiffusionAsync("run", "small.json", "--results", "first", "--tracking", "none", "--set", "seed=11");
        string first = RunFolder(results: "first");
        HostResult result = await DiffusionAsync("run", Path.Combine(first, "manifest.json"), "--results", "second", "--tracking", "none");
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.Equal(Numbers(first), Numbers(RunFolder(results: "second")));
    }

    [Fact]
    public async Task Models_made_of_the_training_rows_know_them()
    {
        HostResult result = await DiffusionAsync("run", "row-models.json", "--tracking", "none");
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Dictionary<string, double> distances = Cells(RunFolder("row-models")).Values.ToDictionary(
            cell => cell.GetProperty("axes").GetProperty("model").GetString()!, cell => cell.GetProperty("metrics")[0].GetProperty("value").GetDouble());
        Assert.Equal(5, distances.Count);

        // One Gaussian misses the two modes; every model that has seen the rows is at least twice as near.
        double gaussian = distances["exact-gaussian"];
        Assert.All(
            distances.Where(pair => pair.Key is "empirical" || pair.Key.Contains("bandwidth", StringComparison.Ordinal)),
            pair => Assert.True(pair.Value < 0.5 * gaussian, $"{pair.Key}: {pair.Value}, Gaussian {gaussian}"));
    }

    [Fact]
    public async Task Cells_that_share_a_set_up_share_one_training_and_a_later_run_reuses_it()
    {
        HostResult result = await DiffusionAsync("run", "trained.json");
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        string model = Assert.Single(Directory.GetDirectories(Path.Combine(_folder, "results", "models")));
        DateTime written = File.GetLastWriteTimeUtc(Path.Combine(model, "weights.safetensors"));
        Assert.NotEmpty(Query("select value from metrics where key = 'train/loss'"));
        Assert.NotEmpty(Query("select value from metrics where key = 'train/level_loss'"));

        HostResult again = await DiffusionAsync("run", "trained.json", "--fresh");
        Assert.Contains("Reusing mlp", again.Output, StringComparison.Ordinal);
        Assert.Equal(written, File.GetLastWriteTimeUtc(Path.Combine(model, "weights.safetensors")));
    }

    [Fact]
    public async Task A_damaged_checkpoint_is_noticed_and_trained_again_to_the_same_weights()
    {
        await DiffusionAsync("run", "trained.json", "--tracking", "none");
        string weights = Path.Combine(Assert.Single(Directory.GetDirectories(Path.Combine(_folder, "results", "models"))), "weights.safetensors");
        byte[] whole = await File.ReadAllBytesAsync(weights, TestContext.Current.CancellationToken);
        byte[] damaged = [.. whole];
        damaged[^5] ^= 0x10;
        await File.WriteAllBytesAsync(weights, damaged, TestContext.Current.CancellationToken);

        HostResult again = await DiffusionAsync("run", "trained.json", "--tracking", "none", "--fresh");
        Assert.Contains("Trained mlp", again.Output, StringComparison.Ordinal);
        Assert.Equal(whole, await File.ReadAllBytesAsync(weights, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Exported_commands_make_the_records_that_the_same_command_collects()
    {
        await DiffusionAsync("run", "trained.json", "--results", "whole", "--tracking", "none");
        HostResult exported = await DiffusionAsync("run", "trained.json", "--launcher", "export");
        Assert.True(exported.ExitCode == 0, exported.Output + exported.Error);
        Assert.Empty(Cells(RunFolder("trained")));
        using (var script = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("sh", [Path.Combine(RunFolder("trained"), "export", "run.sh"), "2"]) { RedirectStandardOutput = true })!)
        {
            await script.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await script.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, script.ExitCode);
        }

        HostResult collected = await DiffusionAsync("run", "trained.json");
        Assert.True(collected.ExitCode == 0, collected.Output + collected.Error);
        Assert.Contains("16 cells are kept", collected.Output, StringComparison.Ordinal);
        Assert.Equal(Numbers(RunFolder("trained", "whole")), Numbers(RunFolder("trained")));
        // The sweep, its configurations, and the model that they were sampled from.
        Assert.Equal(["6"], Query("select count(*) from runs"));
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("KILL", 137)]
    public async Task A_stopped_sweep_keeps_what_is_done_and_the_same_command_continues_to_the_same_numbers(string signal, int exitCode)
    {
        string[] arguments = ["run", "small.json", "--workers", "1", "--set", "samples=20000", "--set", "metrics=[\"sliced-wasserstein\"]"];
        await DiffusionAsync([.. arguments, "--results", "whole"]);

        using RunningHost host = HostProcess.Start(_folder, arguments);
        await host.SaysAsync("of 16 cells, about");
        host.Signal(signal);
        HostResult stopped = await host.EndAsync();
        Assert.Equal(exitCode, stopped.ExitCode);
        int kept = Cells(RunFolder()).Count;
        Assert.InRange(kept, 1, 15);
        if (signal == "INT")
            Assert.Contains("The same command continues.", stopped.Error, StringComparison.Ordinal);

        HostResult continued = await DiffusionAsync(arguments);
        Assert.True(continued.ExitCode == 0, continued.Output + continued.Error);
        // The worker of a coordinator that was killed may still end its cell.
        Assert.Matches($"Sweeping 16 cells, ({kept}|{kept + 1}) of them done before", continued.Output);
        Assert.Equal(Numbers(RunFolder(results: "whole")), Numbers(RunFolder()));
        Assert.Equal(["5"], Query("select count(*) from runs"));
    }

    [Fact]
    public async Task A_cell_that_diverges_is_a_result_and_the_others_go_on()
    {
        // Three steps of plain Euler–Maruyama from a scale of 10⁵ overshoot any data; the deterministic solver does not.
        HostResult result = await DiffusionAsync(
            "run", "small.json", "--set", "schedule.sigmaMax=1e8", "--set",
            "sweep.axes={\"solver\":[\"ddim\",{\"use\":\"euler\",\"variable\":\"time\"}],\"steps\":[3]}", "--set",
            "grid=uniform");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("diverged", result.Output, StringComparison.Ordinal);
        Assert.Contains(
            "diverged at step",
            await File.ReadAllTextAsync(Path.Combine(RunFolder(), "metrics.csv"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        Assert.Contains(Cells(RunFolder()).Values, cell => cell.GetProperty("status").GetString() == "done");
    }

    [Fact]
    public async Task Every_problem_of_a_manifest_is_told_at_once_and_nothing_is_written()
    {
        File.WriteAllText(Path.Combine(_folder, "bad.json"), """
            {
              "extends": "small.json",
              "solver": { "use": "dddim" },
              "schedule": { "use": "variance-exploding", "sigmaMin": -1, "sigmaMax": 10 },
              "stepz": 3,
              "sweep": { "axes": { "solver.eta": [] } }
            }
            """);
        HostResult result = await DiffusionAsync("run", "bad.json");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("bad.json:3:22", result.Error, StringComparison.Ordinal);
        Assert.Contains("ddim", result.Error, StringComparison.Ordinal);
        Assert.Contains("bad.json:4:58", result.Error, StringComparison.Ordinal);
        Assert.Contains("stepz", result.Error, StringComparison.Ordinal);
        Assert.Contains("solver.eta", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "results")));
    }

    [Theory]
    [InlineData("loss=explicit-score-matching", "loss 'explicit-score-matching' needs the density of the data")]
    [InlineData("training.timeSampler={\"use\":\"single-scale\",\"sigma\":100}", "asks for sigma/alpha = 100, and the schedule trained on covers 0.02 to 20")]
    public async Task Training_that_cannot_be_is_refused_before_anything_runs(string set, string reason)
    {
        File.WriteAllText(Path.Combine(_folder, "rows.csv"), "x\n1\n2\n4\n");
        HostResult result = await DiffusionAsync("run", "trained.json", "--set", "data={\"use\":\"csv\",\"path\":\"rows.csv\"}", "--set", set);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(reason, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "results", "trained")));
    }

    [Fact]
    public async Task Every_objective_trains_under_a_chosen_weighting_with_times_by_importance()
    {
        string[] losses =
        [
            "noise-prediction", "data-prediction", "v-prediction", "flow-matching", "edm", "denoising-score-matching", "explicit-score-matching",
            "implicit-score-matching", "sliced-score-matching",
        ];
        HostResult result = await DiffusionAsync(
            "run", "trained.json",
            "--set", $"sweep.axes={{\"loss\":[{string.Join(',', losses.Select(loss => $"\"{loss}\""))}],\"training.weighting\":[null,\"soft-min-snr\"]}}",
            "--set", "sweep.repeats=1", "--set", "training.timeSampler={\"use\":\"importance\",\"base\":\"log-snr\"}", "--set", "solver=ddim");
        Assert.True(result.ExitCode == 0, result.Error);
        Dictionary<string, JsonElement> cells = Cells(RunFolder("trained"));
        Assert.Equal(2 * losses.Length, cells.Count);
        string[] models = [.. cells.Values.Select(cell => cell.GetProperty("model").GetString()!).Distinct()];
        Assert.Equal(2 * losses.Length, models.Length);
        string[] records = Directory.GetFiles(Path.Combine(_folder, "results", "models"), "model.json", SearchOption.AllDirectories);
        Assert.Equal(models.Length, records.Length);
        foreach (string file in records)
        {
            JsonElement record = JsonDocument.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).RootElement;
            Assert.True(record.GetProperty("lossVariance").GetProperty("objective").GetDouble() > 0);
        }
    }

    [Fact]
    public async Task A_results_folder_that_cannot_be_written_is_one_line()
    {
        File.WriteAllText(Path.Combine(_folder, "file"), "");
        HostResult result = await DiffusionAsync("run", "small.json", "--results", "file/results");
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("results folder 'file/results' cannot be written", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }
}
