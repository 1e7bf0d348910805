using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>A sweep whose processes are killed, frozen or replaced comes to the same numbers, each once, here and in the tracking store.</summary>
[Trait("Category", "Slow")]
public sealed class KillTests(ReferenceSweep reference, ITestOutputHelper log) : IClassFixture<ReferenceSweep>, IDisposable
{
    private const int Cells = 36;

    private static readonly string[] Command =
        ["run", "swept.json", "--workers", "2", "--launcher-option", "retries=20", "--launcher-option", "backoff=0.05"];

    private readonly SweepFolder _folder = ReferenceSweep.Folder();
    private readonly Random _random = new(20261122);
    private int _kills;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Twenty_kills_at_random_moments_lose_nothing_and_double_nothing()
    {
        // While it starts: plugins are loaded, the plan is made, the folder and its first files are written, workers come up.
        for (int i = 0; i < 4; i++)
        {
            using RunningHost host = _folder.Start(Command);
            await Delay(300, 1800);
            await KillAsync(host, "start");
        }

        // While the model is trained: first the worker that does it, then the coordinator too.
        using (RunningHost host = _folder.Start(Command))
        {
            await host.SaysAsync("Training mlp");
            await Delay(0, 300);
            KillWorker(host);
            await Delay(300, 900);
            await KillAsync(host, "training");
        }

        // While cells run: workers at random moments, and the coordinator just when a record has appeared.
        while (_kills < 19)
        {
            using RunningHost host = _folder.Start(Command);
            int before = _folder.Recorded("swept");
            int records = before + 1 + _random.Next(2);
            for (int worker = _random.Next(3); worker > 0; worker--)
            {
                await SweepFolder.UntilAsync(() => host.HasEnded || _folder.Workers().Length > 0, "a worker starts");
                await Delay(300, 1200);
                KillWorker(host);
            }

            await SweepFolder.UntilAsync(() => host.HasEnded || _folder.Recorded("swept") >= Math.Min(records, Cells), "a record appears");
            await Delay(0, 20);
            await KillAsync(host, "record");
        }

        // While the end is told to the tracker and the tables are written.
        for (int i = 0; i < 2; i++)
        {
            using RunningHost host = _folder.Start(Command);
            await SweepFolder.UntilAsync(() => host.HasEnded || _folder.Recorded("swept") == Cells, "every cell has its record");
            await Delay(0, i == 0 ? 30 : 1500);
            await KillAsync(host, "end");
        }

        HostResult last = await _folder.SucceedAsync(Command);
        SweepFolder.AssertCalm(last);
        Assert.InRange(_kills, 20, 100);
        _folder.AssertNumbers(reference.Numbers, "swept");
        Assert.Equal(reference.TrackedRuns, _folder.TrackedRuns("swept"));
        Assert.Equal(["8|8"], _folder.Query("select count(*), sum(status = 'FINISHED') from runs"));
        await _folder.DesertedAsync();
    }

    [Fact]
    public async Task A_coordinator_that_is_frozen_for_a_while_loses_nothing()
    {
        using RunningHost host = _folder.Start([.. Command, "--launcher-option", "silence=2", "--launcher-option", "taskTimeout=60"]);
        await SweepFolder.UntilAsync(() => host.HasEnded || _folder.Recorded("swept") >= 3, "records appear");
        host.Signal("STOP");
        await Task.Delay(5000, TestContext.Current.CancellationToken);
        host.Signal("CONT");
        HostResult result = await host.EndAsync();
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.DoesNotContain("no sign of life", result.Output, StringComparison.Ordinal);
        _folder.AssertNumbers(reference.Numbers, "swept");
        Assert.Equal(reference.TrackedRuns, _folder.TrackedRuns("swept"));
        await _folder.DesertedAsync();
    }

    [Fact]
    public async Task Any_way_of_carrying_it_out_comes_to_the_same_numbers()
    {
        await _folder.SucceedAsync("run", "swept.json", "--results", "one", "--workers", "1", "--tracking", "none");
        _folder.AssertNumbers(reference.Numbers, "swept", "one");
        await _folder.SucceedAsync("run", "swept.json", "--results", "two", "--workers", "2", "--tracking", "none");
        _folder.AssertNumbers(reference.Numbers, "swept", "two");
        foreach (string shard in (string[])["solver=euler", "model=mlp*", "solver=heun", "repeat=1", "solver=*"])
            await _folder.SucceedAsync("run", "swept.json", "--results", "shards", "--only", shard, "--tracking", "none");
        _folder.AssertNumbers(reference.Numbers, "swept", "shards");
    }

    [Fact]
    public async Task Tasks_carried_out_by_hand_are_collected()
    {
        using (RunningHost host = _folder.Start([.. Command, "--tracking", "none"]))
        {
            await SweepFolder.UntilAsync(() => host.HasEnded || _folder.Workers().Length > 0, "a worker starts");
            await KillAsync(host, "start");
        }

        await _folder.DesertedAsync();
        string run = _folder.Run("swept");
        string[] keys = [.. File.ReadLines(Path.Combine(run, "plan.jsonl"))
            .Where(line => line.StartsWith("{\"key\":", StringComparison.Ordinal))
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("key").GetString()!)];
        string[] tasks = [.. keys.Select(key => key[..12])];
        Assert.Equal(Cells, tasks.Length);
        string? trained = reference.TrackedRuns.Select(tracked => tracked.Split('|')[0])
            .Single(key => key.Contains("/model/", StringComparison.Ordinal))
            .Split('/')[^1];
        await _folder.SucceedAsync("worker", run, "--task", $"train-{trained[..12]}");
        await _folder.SucceedAsync(["worker", run, .. tasks[..10].SelectMany(task => new[] { "--task", task })]);
        _folder.Write("tasks.txt", string.Join('\n', tasks));
        HostResult rest = await _folder.SucceedAsync("worker", run, "--tasks", "tasks.txt");
        Assert.Equal(10, rest.Output.Split('\n').Count(line => line.EndsWith("done before", StringComparison.Ordinal)));

        HostResult collected = await _folder.SucceedAsync([.. Command, "--tracking", "none"]);
        Assert.Contains("36 cells are kept", collected.Output, StringComparison.Ordinal);
        _folder.AssertNumbers(reference.Numbers, "swept");
    }

    private Task Delay(int least, int most) => Task.Delay(_random.Next(least, most), TestContext.Current.CancellationToken);

    private void KillWorker(RunningHost host)
    {
        int[] workers = _folder.Workers();
        if (host.HasEnded || workers.Length == 0)
            return;
        try
        {
            using Process worker = Process.GetProcessById(workers[_random.Next(workers.Length)]);
            worker.Kill();
            Count("worker");
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It has ended meanwhile.
        }
    }

    private async Task KillAsync(RunningHost host, string when)
    {
        host.Signal("KILL");
        HostResult result = await host.EndAsync();
        Assert.True(result.ExitCode is 0 or 137, $"{result.ExitCode}\n{result.Output}{result.Error}");
        SweepFolder.AssertCalm(result);
        if (result.ExitCode == 137)
            Count($"coordinator at {when}");
    }

    private void Count(string what)
    {
        _kills++;
        log.WriteLine($"kill {_kills}: {what}, {_folder.Recorded("swept")} records");
    }
}
