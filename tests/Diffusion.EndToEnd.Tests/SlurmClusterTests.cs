using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Diffusion.Launchers;
using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>The launcher against Slurm itself, with a worker that does as its tasks are called.</summary>
[Collection(SharedSlurmCluster.Name)]
[Trait("Category", "Slow")]
public sealed class SlurmClusterTests : IDisposable
{
    private const string Worker = """
        run="$1"
        while read -r task; do
            record="$run/$task.json"
            [ -e "$record" ] && continue
            echo "now $task"
            case "$task" in
            crash*) kill -KILL $$ ;;
            weak*) [ -e "$run/$task.tried" ] || { touch "$run/$task.tried"; kill -KILL $$; } ;;
            long*) touch "$run/$task.begun"; while [ ! -e "$run/go" ]; do sleep 0.1; done ;;
            sample*) [ "$(ls "$run"/train*.json | wc -l)" = 2 ] || exit 1 ;;
            esac
            sleep 0.2
            echo "$SLURMD_NODENAME" > "$record.new"
            mv "$record.new" "$record"
        done < "$3"
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _root = Directory.CreateTempSubdirectory("diffusion-slurm-run").FullName;
    private readonly string _run;
    private readonly SlurmCluster _cluster;
    private readonly ConcurrentDictionary<string, TaskFailure?> _ended = new();
    private readonly ConcurrentQueue<string> _said = new();
    private readonly ConcurrentQueue<string> _started = new();

    public SlurmClusterTests(SlurmCluster cluster)
    {
        _run = Directory.CreateDirectory(Path.Combine(_root, "it's a 100% run")).FullName;
        File.WriteAllText(Path.Combine(_root, "worker.sh"), Worker);
        _cluster = cluster;
        cluster.Require();
    }

    private JsonArray Jobs => JsonNode.Parse(File.ReadAllText(Path.Combine(_run, "slurm", "jobs.json")))!.AsArray();

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private Task<LaunchOutcome> Launch(SlurmLauncherOptions options, LaunchStage[] stages, CancellationToken? token = null)
    {
        FakeLaunch request = new()
        {
            Stages = stages,
            RunFolder = _run,
            WorkerCommand = ["/bin/bash", Path.Combine(_root, "worker.sh"), _run],
            HasRecord = task => File.Exists(Record(task)),
            Execute = (task, _) => throw new InvalidOperationException($"{task} belongs on the cluster"),
            Ended = (task, failure) => Assert.True(_ended.TryAdd(task, failure)),
            Started = _started.Enqueue,
            Say = _said.Enqueue,
        };
        return Task.Run(
            () => new SlurmLauncher(options with { PollSeconds = 0.3, GraceSeconds = 1 }).Launch(request, token ?? TestContext.Current.CancellationToken),
            TestContext.Current.CancellationToken);
    }

    private string Record(string task) => Path.Combine(_run, $"{task}.json");

    private Task BegunAsync(string task) => UntilAsync(() => File.Exists(Path.Combine(_run, $"{task}.begun")), $"{task} begins");

    private async Task UntilAsync(Func<bool> condition, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            if (patience.IsCancellationRequested)
                throw new TimeoutException($"It never came to '{what}'. Said: {string.Join(" | ", _said)}");
            await Task.Delay(50);
        }
    }

    private static string[] Names(string prefix, int count) => [.. Enumerable.Range(0, count).Select(number => $"{prefix}{number}")];

    [Fact]
    public async Task A_sweep_runs_on_both_nodes_in_as_many_arrays_as_the_cluster_wants_and_after_its_training()
    {
        await Launch(
            new() { TasksPerElement = 2, MaxParallel = 2, Cpus = 1, Memory = "100M", Time = "5" },
            [new("train", Names("train", 2)), new("sample", Names("sample", 16))]);
        Assert.Equal(18, _ended.Count);
        Assert.All(_ended.Values, Assert.Null);
        // One for training, and eight elements are two more than an array may have. A sample before its model would have been submitted again.
        Assert.Equal([1, SlurmCluster.MaxArraySize, 2], Jobs.Select(job => job!["elements"]!.AsArray().Count));
        Assert.Equal(["n1", "n2"], Names("sample", 16).Select(task => File.ReadAllText(Record(task)).Trim()).Distinct().Order());
        Assert.Contains("train0", _started);
    }

    [Fact]
    public async Task A_killed_worker_is_made_up_for_and_one_that_always_dies_takes_down_its_task_alone()
    {
        await Launch(new() { TasksPerElement = 4 }, [new("sample", ["a0", "weak0", "crash0", "a1"])]);
        Assert.Equal(["crash0"], _ended.Where(pair => pair.Value is not null).Select(pair => pair.Key));
        TaskFailure failure = _ended["crash0"]!;
        Assert.Equal(TaskFailureKind.Crash, failure.Kind);
        Assert.Matches(@"\Athe worker was ended by signal 9 \(SIGKILL\) \(Slurm job \d+_\d on n[12]\): now crash0\z", failure.Message);
        Assert.Contains("now crash0", await File.ReadAllTextAsync(failure.Log!, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_element_that_is_cancelled_ends_its_tasks_and_no_others()
    {
        Task<LaunchOutcome> launch = Launch(new() { TasksPerElement = 2, Retries = 3 }, [new("sample", ["long0", "a0", "a1", "a2"])]);
        await BegunAsync("long0");
        await SlurmCluster.AskAsync("scancel", $"{Jobs[0]!["id"]}_0");
        await launch;
        Assert.Equal(["a0", "long0"], _ended.Where(pair => pair.Value is { Kind: TaskFailureKind.Scheduler }).Select(pair => pair.Key).Order());
        Assert.StartsWith("the job was cancelled (Slurm job", _ended["a0"]!.Message, StringComparison.Ordinal);
        Assert.Equal(4, _ended.Count);
    }

    [Fact]
    public async Task A_run_that_is_left_goes_on_and_is_followed_again()
    {
        LaunchStage[] stages = [new("sample", ["long0", "a0"])];
        using var source = new CancellationTokenSource();
        Task<LaunchOutcome> first = Launch(new() { TasksPerElement = 2 }, stages, source.Token);
        await BegunAsync("long0");
        await source.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => first);
        Assert.Contains($"'scancel {Jobs[0]!["id"]}' stops them", _said.Last(), StringComparison.Ordinal);

        string? handedOver = (await Launch(new() { TasksPerElement = 2, Follow = false }, stages)).HandedOver;
        Assert.Contains($"2 tasks are still with Slurm: job {Jobs[0]!["id"]} (sample)", handedOver, StringComparison.Ordinal);
        Task<LaunchOutcome> second = Launch(new() { TasksPerElement = 2 }, stages);
        await File.WriteAllTextAsync(Path.Combine(_run, "go"), "", TestContext.Current.CancellationToken);
        await second;
        Assert.Equal(["a0", "long0"], _ended.Keys.Order());
        Assert.All(_ended.Values, Assert.Null);
        Assert.Single(Jobs);
    }

    [Fact]
    public async Task An_element_that_takes_too_long_is_a_timeout()
    {
        Task<LaunchOutcome> launch = Launch(new() { Time = "1", TasksPerElement = 1 }, [new("sample", ["long0"])]);
        await BegunAsync("long0");
        // Slurm counts limits in minutes and looks twice a minute: the end is brought near.
        await SlurmCluster.AskAsync("scontrol", "update", $"JobId={Jobs[0]!["id"]}_0", $"EndTime={DateTime.Now.AddSeconds(1):s}");
        await launch;
        TaskFailure failure = Assert.IsType<TaskFailure>(_ended["long0"]);
        Assert.Equal(TaskFailureKind.Timeout, failure.Kind);
        Assert.Single(Jobs);
    }

    [Fact]
    public async Task A_node_that_goes_down_costs_time_but_no_task()
    {
        Task<LaunchOutcome> launch = Launch(new() { TasksPerElement = 2 }, [new("sample", ["a0", "long0"])]);
        await BegunAsync("long0");
        string id = $"{Jobs[0]!["id"]}", node = (await File.ReadAllTextAsync(Record("a0"), TestContext.Current.CancellationToken)).Trim();
        await SlurmCluster.AskAsync("scontrol", "update", $"NodeName={node}", "State=DOWN", "Reason=test");
        await File.WriteAllTextAsync(Path.Combine(_run, "go"), "", TestContext.Current.CancellationToken);
        // Slurm itself starts the element again, in two minutes unless it is told otherwise; or, where the worker had ended already, the launcher does.
        while ((await SlurmCluster.AskAsync("squeue", "--noheader", "--array", "--jobs", id, "--format", "%T")) != "PENDING" && !launch.IsCompleted)
            await Task.Delay(100, TestContext.Current.CancellationToken);
        await SlurmCluster.AskAsync("scontrol", "update", $"JobId={id}", "StartTime=now");
        await launch;
        Assert.Equal(["a0", "long0"], _ended.Keys.Order());
        Assert.All(_ended.Values, Assert.Null);
    }

    [Fact]
    public async Task A_controller_that_is_away_for_a_while_fails_nothing()
    {
        Task<LaunchOutcome> launch = Launch(new() { TasksPerElement = 2 }, [new("sample", ["long0", "a0", "a1"])]);
        await BegunAsync("long0");
        await _cluster.StopControllerAsync();
        try
        {
            await UntilAsync(() => _said.Any(line => line.StartsWith("squeue: ", StringComparison.Ordinal)), "squeue complains");
        }
        finally
        {
            await _cluster.StartControllerAsync();
        }

        await File.WriteAllTextAsync(Path.Combine(_run, "go"), "", TestContext.Current.CancellationToken);
        await launch;
        Assert.Equal(3, _ended.Count);
        Assert.All(_ended.Values, Assert.Null);
        Assert.Single(Jobs);
    }

    [Fact]
    public async Task What_Slurm_refuses_is_told_in_its_words()
    {
        LaunchException error = await Assert.ThrowsAsync<LaunchException>(() => Launch(new() { Partition = "nowhere" }, [new("sample", ["a0"])]));
        Assert.Contains("invalid partition specified: nowhere", error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\n', error.Message);
    }
}
