using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>What happens around a run while it runs: closed terminals, deleted folders, twins, planted links, odd names, tight limits.</summary>
[Trait("Category", "Slow")]
public sealed class DisturbedRunTests : IDisposable
{
    private static readonly string[] Untracked = ["--tracking", "none"];

    private readonly SweepFolder _folder = new();

    public DisturbedRunTests()
    {
        _folder.Write("small.json", Sweeps.Small);
        _folder.Write("swept.json", Sweeps.Trained);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("HUP")]
    [InlineData("TERM")]
    public async Task A_closed_terminal_and_a_termination_stop_a_run_as_Ctrl_C_does(string signal)
    {
        using RunningHost host = _folder.Start("run", "swept.json", "--workers", "1");
        await SweepFolder.UntilAsync(() => host.HasEnded || _folder.Recorded("swept") > 0, "a record appears");
        host.Signal(signal);
        HostResult result = await host.EndAsync();
        Assert.True(result.ExitCode == 130, $"{result.ExitCode}\n{result.Output}{result.Error}");
        Assert.Contains("of 36 cells are done and kept. The same command continues.", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("RUNNING", _folder.Query("select distinct status from runs"));
        await _folder.DesertedAsync();
    }

    [Theory]
    [InlineData("local")]
    [InlineData("in-process")]
    public async Task A_run_whose_folder_is_deleted_says_so_and_does_not_end_well(string launcher)
    {
        using RunningHost host = _folder.Start(["run", "swept.json", "--workers", "1", "--launcher", launcher, .. Untracked]);
        await SweepFolder.UntilAsync(() => host.HasEnded || _folder.Recorded("swept") > 1, "records appear");
        string run = _folder.Run("swept");
        // At once: a file that appears while others are deleted would be left.
        Directory.Move(run, _folder.At("gone"));
        HostResult result = await host.EndAsync();
        Assert.True(result.ExitCode == 2, $"{result.ExitCode}\n{result.Output}{result.Error}");
        SweepFolder.AssertCalm(result);
        Assert.Contains($"{run} is gone", result.Error, StringComparison.Ordinal);
        // It does not come back as an empty one that the next command would take for a run.
        Assert.False(Directory.Exists(run));
        await _folder.DesertedAsync();
    }

    [Fact]
    public async Task Of_identical_commands_at_once_one_runs_and_the_others_say_so()
    {
        for (int round = 1; round <= 3; round++)
        {
            string results = $"results{round}";
            string[] command = ["run", "small.json", "--results", results, "--workers", "1", .. Untracked];
            RunningHost[] hosts = [.. Enumerable.Range(0, 3).Select(_ => _folder.Start(command))];
            HostResult[] ended = await Task.WhenAll(hosts.Select(host => host.EndAsync()));
            Assert.Single(_folder.Runs("small", results));
            Assert.Contains(ended, result => result.ExitCode == 0);
            Assert.All(ended, result => Assert.True(
                result.ExitCode == 0 || (result.ExitCode == 2 && result.Error.Contains("is already running", StringComparison.Ordinal)), result.Error));
            Assert.Empty(Directory.GetFiles(_folder.At(results), ".begin-*"));
            foreach (RunningHost host in hosts)
                host.Dispose();
        }
    }

    [Fact]
    public async Task Links_that_somebody_planted_are_replaced_and_never_written_through()
    {
        await _folder.SucceedAsync(["run", "small.json", "--launcher", "in-process", "--set", "sweep.repeats=1", .. Untracked]);
        string run = _folder.Run("small");
        _folder.Write("precious", "mine");
        string[] files =
        [
            "coordinator.txt", "coordinator.lock", "log.jsonl", "run.json", "metrics.csv", "comparison.md", "report.html", "manifest.json", "plan.jsonl",
            "run.id", "logs/worker-1.log",
        ];
        Directory.CreateDirectory(Path.Combine(run, "logs"));
        byte[] record = await File.ReadAllBytesAsync(Path.Combine(run, "run.json"), TestContext.Current.CancellationToken);
        byte[] plan = await File.ReadAllBytesAsync(Path.Combine(run, "plan.jsonl"), TestContext.Current.CancellationToken);
        foreach (string file in files)
        {
            File.Delete(Path.Combine(run, file));
            File.CreateSymbolicLink(Path.Combine(run, file), _folder.At("precious"));
        }

        // By these two the run is found.
        foreach ((string name, byte[] content) in new[] { ("run.json", record), ("plan.jsonl", plan) })
        {
            File.Delete(Path.Combine(run, name));
            await File.WriteAllBytesAsync(Path.Combine(run, name), content, TestContext.Current.CancellationToken);
        }

        File.Delete(Directory.GetFiles(Path.Combine(run, "cells"))[0]);
        await _folder.SucceedAsync(["run", "small.json", "--workers", "1", "--set", "sweep.repeats=1", .. Untracked]);
        Assert.Equal("mine", File.ReadAllText(_folder.At("precious")));
        Assert.All(new[] { "log.jsonl", "metrics.csv", "comparison.md", "report.html" }, file => Assert.Null(new FileInfo(Path.Combine(run, file)).LinkTarget));
    }

    [Fact]
    public async Task Links_in_the_place_of_exported_scripts_are_replaced_too()
    {
        string[] command = ["run", "small.json", "--launcher", "export", .. Untracked];
        await _folder.SucceedAsync(command);
        _folder.Write("precious", "mine");
        string[] files = [.. Directory.GetFiles(Path.Combine(_folder.Run("small"), "export"))];
        Assert.Equal(["commands-sample.txt", "run.sh", "worker.sh"], files.Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (string file in files)
        {
            File.Delete(file);
            File.CreateSymbolicLink(file, _folder.At("precious"));
        }

        await _folder.SucceedAsync(command);
        Assert.Equal("mine", File.ReadAllText(_folder.At("precious")));
        Assert.All(files, file => Assert.Null(new FileInfo(file).LinkTarget));
    }

    [Theory]
    [InlineData("r?x")]
    [InlineData("r#x")]
    [InlineData("r%41x")]
    [InlineData("r x")]
    public async Task A_results_folder_may_have_any_name(string name)
    {
        await _folder.SucceedAsync("run", "small.json", "--results", name, "--launcher", "in-process", "--set", "sweep.repeats=1");
        Assert.Equal(["3"], _folder.Query("select count(*) from runs", name));
        HostResult sync = await _folder.SucceedAsync("track", "sync", "--results", name);
        Assert.Contains("3 of 3 runs complete", sync.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_few_open_files_are_told_at_the_start()
    {
        using Process shell = Process.Start(new ProcessStartInfo("bash", ["-c", $"ulimit -n 64; exec dotnet {HostProcess.Assembly} plugins"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        string error = await shell.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((2, "this process may have 64 files open, and needs 256: raise the limit (ulimit -n 256)\n"), (shell.ExitCode, error));
    }

    [Fact]
    public async Task Cells_that_do_not_apply_are_counted_apart_and_never_as_done()
    {
        // Heun's two evaluations a step, but for the last, make every even budget impossible.
        _folder.Write("budget.json", Sweeps.Small.Replace("\"steps\": 4,", "", StringComparison.Ordinal)
            .Replace("\"steps\": [4, 8]", "\"nfe\": [6]", StringComparison.Ordinal)
            .Replace("\"small\"", "\"budget\"", StringComparison.Ordinal));
        string[] command = ["run", "budget.json", "--launcher", "in-process", .. Untracked];
        HostResult first = await _folder.SucceedAsync(command);
        Assert.Contains("Sweeping 4 cells, 2 n/a.", first.Output, StringComparison.Ordinal);
        Assert.Contains("2 of 4 cells are n/a", first.Output, StringComparison.Ordinal);

        string done = SweepFolder.Cells(_folder.Run("budget")).First(cell => cell.Value.GetProperty("status").GetString() == "done").Key;
        File.Delete(Path.Combine(_folder.Run("budget"), "cells", $"{done}.json"));
        HostResult second = await _folder.SucceedAsync(command);
        Assert.Contains("Sweeping 4 cells, 1 of them done before and 2 n/a.", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stored_model_serves_many_workers_of_one_process()
    {
        string[] command =
            [
                "run", "swept.json", "--launcher", "in-process", "--workers", "8", "--set", "samples=50", "--set",
                """sweep.axes.model=[{"use":"mlp","width":16,"layers":2}]""", .. Untracked,
            ];
        await _folder.SucceedAsync(command);
        for (int round = 0; round < 5; round++)
        {
            HostResult again = await _folder.SucceedAsync([.. command, "--fresh"]);
            Assert.DoesNotContain("not trained yet", again.Output + again.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Texts_of_a_manifest_are_shown_and_not_obeyed()
    {
        string text = JsonSerializer.Serialize("<script>alert(1)</script> a | b \u001b[31mred");
        _folder.Write("rude.json", Sweeps.Small.Replace("\"seed\": 3", $"\"description\": {text}, \"seed\": 3", StringComparison.Ordinal)
            .Replace("\"small\"", "\"rude\"", StringComparison.Ordinal));
        await _folder.SucceedAsync("run", "rude.json", "--launcher", "in-process", "--set", "sweep.repeats=1");
        string comparison = File.ReadAllText(Path.Combine(_folder.Run("rude"), "comparison.md"));
        string note = Assert.Single(_folder.Query("select value from tags where key = 'mlflow.note.content'"));
        Assert.All(new[] { comparison, note }, shown =>
        {
            Assert.DoesNotContain("<script", shown, StringComparison.Ordinal);
            Assert.DoesNotContain('\u001b', shown);
            Assert.Contains(@"&lt;script&gt;alert(1)&lt;/script&gt; a \| b", shown, StringComparison.Ordinal);
        });
        HostResult unknown = await _folder.DiffusionAsync("plan", "rude.json", "--set", "solver=\u001b[31mred");
        Assert.Equal(2, unknown.ExitCode);
        Assert.DoesNotContain('\u001b', unknown.Error);
    }
}
