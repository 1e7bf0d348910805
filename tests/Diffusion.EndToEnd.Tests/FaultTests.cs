using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>Whatever a stranger's component does, it costs its own cells and no others, and says what happened.</summary>
[Trait("Category", "Slow")]
public sealed class FaultTests(MisbehavingPlugin plugin) : IClassFixture<MisbehavingPlugin>, IDisposable
{
    private readonly SweepFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private void Sweep(int repeats, params string[] how) => _folder.Write("faults.json", $$"""
        {
          "name": "faults",
          "data": { "use": "gaussian-mixture", "weights": [0.3, 0.7], "means": [[-2], [1.5]], "standardDeviations": [0.5, 0.3], "count": 50,
            "referenceCount": 50 },
          "schedule": "variance-exploding",
          "model": "exact-mixture",
          "grid": "karras",
          "solver": { "use": "misbehaving", "folder": "{{_folder.Path}}" },
          "steps": 4,
          "samples": 20,
          "metrics": ["sliced-wasserstein"],
          "sweep": { "axes": { "solver.how": ["{{string.Join("\", \"", how)}}"] }, "repeats": {{repeats}} }
        }
        """);

    private string[] Command(params string[] options) =>
        ["run", "faults.json", "--plugins", plugin.Plugins, "--tracking", "none", .. options, "--launcher-option", "backoff=0.05"];

    private Dictionary<string, JsonElement> ByHow() =>
        SweepFolder.Cells(_folder.Run("faults")).Values
            .Where(cell => cell.GetProperty("repeat").GetInt32() == 0)
            .ToDictionary(cell => cell.GetProperty("axes").GetProperty("solver.how").GetString()!);

    [Fact]
    public async Task Each_failure_costs_its_own_cell_and_says_what_happened()
    {
        (string How, string Kind, string Error, string Log)[] faults =
        [
            ("throw", "error", "^this solver is out of sorts$", "MisbehavingSolver.Misbehave"),
            ("give-up", "error", "^a time limit of its own$", "MisbehavingSolver.Misbehave"),
            (
                "throw-when-made", "error",
                @"^solver 'misbehaving' \(Misbehaving\.Plugin 1\.0\.0, /.*Misbehaving\.Plugin\.dll\): its constructor threw: this solver cannot be made$",
                "MisbehavingSolver..ctor"),
            ("ask-for-too-much", "out-of-memory", "can't allocate memory", "MisbehavingSolver.Misbehave"),
            ("exit-well", "crash", "a component ended the process during solver 'misbehaving' .*: sampling$", "a component ended the process"),
            ("exit-badly", "crash", "exit code 3", "exit code 3"),
            ("fail-fast", "crash", "SIGABRT", "nothing makes sense any more"),
            ("write-anywhere", "crash", "SIGABRT|SIGSEGV", "MisbehavingSolver.Misbehave"),
            ("hang", "timeout", "^took longer than 25 s$", "took longer than 25 s"),
        ];
        string[] well = ["none", "chatter"];
        Sweep(1, [.. faults.Select(fault => fault.How), .. well]);
        string[] command = Command("--workers", "2", "--launcher-option", "retries=0", "--launcher-option", "taskTimeout=25");
        HostResult result = await _folder.DiffusionAsync(command);
        Assert.True(result.ExitCode == 1, result.Output + result.Error);
        SweepFolder.AssertCalm(result);
        Assert.Contains("9 failed and 0 diverged of 11 cells", result.Error, StringComparison.Ordinal);

        string run = _folder.Run("faults");
        Dictionary<string, JsonElement> cells = ByHow();
        Assert.All(well, how => Assert.Equal("done", cells[how].GetProperty("status").GetString()));
        Assert.All(faults, fault =>
        {
            JsonElement cell = cells[fault.How];
            Assert.Equal(("failed", fault.Kind), (cell.GetProperty("status").GetString(), cell.GetProperty("failure").GetString()));
            string error = cell.GetProperty("error").GetString()!;
            Assert.Matches(fault.Error, error);
            Assert.DoesNotContain('\n', error);
            Assert.Contains(error, result.Output, StringComparison.Ordinal);
            Assert.Contains(fault.Log, File.ReadAllText(Path.Combine(run, cell.GetProperty("log").GetString()!)), StringComparison.Ordinal);
        });
        await _folder.DesertedAsync();

        string[] kept = [.. well.Select(how => cells[how].GetRawText())];
        _folder.Write("healed", "");
        HostResult again = await _folder.SucceedAsync([.. command, "--failed"]);
        Assert.Contains("2 cells are kept", again.Output, StringComparison.Ordinal);
        cells = ByHow();
        Assert.Equal(kept, well.Select(how => cells[how].GetRawText()));
        string[] metrics = [.. cells.Values.Select(cell => $"{cell.GetProperty("status")} {cell.GetProperty("metrics")}").Distinct()];
        Assert.Single(metrics);
    }

    [Fact]
    public async Task Failing_fast_stops_early_and_failed_runs_that_cell_alone()
    {
        Sweep(12, "throw", "none");
        HostResult result = await _folder.DiffusionAsync(Command("--workers", "1", "--fail-fast"));
        Assert.Equal(1, result.ExitCode);
        SweepFolder.AssertCalm(result);
        Assert.Contains("Stopped at the first failure", result.Error, StringComparison.Ordinal);
        int recorded = _folder.Recorded("faults");
        Assert.InRange(recorded, 1, 12);

        _folder.Write("healed", "");
        HostResult again = await _folder.SucceedAsync(Command("--failed"));
        Assert.Contains("1 cell runs", again.Output, StringComparison.Ordinal);
        Assert.Equal(recorded, _folder.Recorded("faults"));
    }

    [Fact]
    public async Task Stopping_ends_workers_that_hang_or_are_frozen()
    {
        Sweep(1, "hang", "freeze");
        using RunningHost host = _folder.Start(Command("--workers", "2"));
        await SweepFolder.UntilAsync(() => host.HasEnded || (File.Exists(_folder.At("begun-Hang")) && File.Exists(_folder.At("begun-Freeze"))), "both hang");
        long begin = Stopwatch.GetTimestamp();
        host.Signal("INT");
        HostResult result = await host.EndAsync();
        Assert.InRange(Stopwatch.GetElapsedTime(begin).TotalSeconds, 0, 20);
        Assert.Equal(130, result.ExitCode);
        SweepFolder.AssertCalm(result);
        Assert.Contains("0 of 2 cells are done and kept. The same command continues.", result.Error, StringComparison.Ordinal);
        await _folder.DesertedAsync();
    }

    [Fact]
    public async Task Workers_do_not_outlive_a_coordinator_that_is_killed_even_when_they_hang()
    {
        Sweep(1, "hang");
        using RunningHost host = _folder.Start(Command("--workers", "1"));
        await SweepFolder.UntilAsync(() => host.HasEnded || File.Exists(_folder.At("begun-Hang")), "it hangs");
        host.Signal("KILL");
        await _folder.DesertedAsync();
        _folder.Write("healed", "");
        await _folder.SucceedAsync(Command());
    }

    [Fact]
    public async Task A_worker_that_leaks_is_replaced_and_a_thread_that_throws_later_costs_an_attempt()
    {
        Sweep(3, "leak", "throw-later", "none");
        HostResult result = await _folder.SucceedAsync(Command("--workers", "1", "--launcher-option", "memory=400", "--launcher-option", "retries=10"));
        SweepFolder.AssertCalm(result);
        Assert.Contains("a fresh one takes its place", result.Output, StringComparison.Ordinal);
        Assert.Equal(9, _folder.Recorded("faults"));
        await _folder.DesertedAsync();
    }
}
