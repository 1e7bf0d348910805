using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Diffusion.Launchers;
using Xunit;

namespace Diffusion.Plugins.Tests.Launchers;

/// <summary>The launcher over workers that are a few lines of shell: what they do at a task is each test's own.</summary>
public sealed class LocalLauncherTests : IDisposable
{
    private const string Prelude =
        """
        ulimit -c 0
        say() { printf '\036%s %s %s %s %s %s\n' "$1" "${3:-0}" "${4:-0}" "${5:-0}" "${6:-0}" "$2"; }
        finish() { : > "records/$1"; say Ended "$1" "$2"; }
        again() { [ -e "tried-$1" ] || ! : > "tried-$1"; }
        cd "$0"
        echo $$ >> workers
        """;

    private const string Loop =
        """

        say Ready
        while IFS= read -r task; do
            echo "$task $$" >> begun
            work "$task"
        done
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("local-launcher-").FullName;
    private readonly ConcurrentQueue<(string Task, TaskFailure? Failure)> _ended = [];
    private readonly ConcurrentQueue<string> _started = [];
    private readonly ConcurrentQueue<string> _said = [];
    private readonly ConcurrentQueue<TaskProgress> _progress = [];

    public LocalLauncherTests() => Directory.CreateDirectory(Path.Combine(_folder, "records"));

    private static string[] Tasks(int count) => [.. Enumerable.Range(0, count).Select(i => $"{i:d4}")];

    private static LocalLauncherOptions Options => new() { Workers = 2, Backoff = 0 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IEnumerable<string[]> Begun => Lines("begun").Select(line => line.Split(' '));

    private string[] Lines(string file) => File.Exists(Path.Combine(_folder, file)) ? File.ReadAllLines(Path.Combine(_folder, file)) : [];

    public void Dispose()
    {
        // Whatever a test was about, no worker may be left, not even as a zombie.
        string[] left = [.. Lines("workers").Where(id => Directory.Exists($"/proc/{id}"))];
        Directory.Delete(_folder, recursive: true);
        Assert.Empty(left);
    }

    private FakeLaunch Request(string script, params LaunchStage[] stages) => new()
    {
        Stages = stages,
        RunFolder = _folder,
        WorkerCommand = ["bash", "-c", script, _folder],
        HasRecord = task => File.Exists(Path.Combine(_folder, "records", task)),
        Execute = (_, _) => throw new InvalidOperationException("the work belongs to workers"),
        Ended = (task, failure) => _ended.Enqueue((task, failure)),
        Started = _started.Enqueue,
        Progressed = _progress.Enqueue,
        Say = _said.Enqueue,
    };

    /// <summary>Workers that do what <paramref name="work"/> says to each task, $1.</summary>
    private FakeLaunch Work(string work, params LaunchStage[] stages) => Request($"{Prelude}\nwork() {{ {work}\n}}\n{Loop}", stages);

    private static LaunchStage Sample(int count) => new("sample", Tasks(count));

    private static void Launch(FakeLaunch request, LocalLauncherOptions? options = null, CancellationToken? token = null) =>
        Assert.Null(new LocalLauncher(options ?? Options).Launch(request, token ?? Token).HandedOver);

    private void AssertAllEnded(IEnumerable<string> tasks)
    {
        Assert.All(_ended, end => Assert.Null(end.Failure));
        Assert.Equal(tasks, _ended.Select(end => end.Task).Order());
    }

    private TaskFailure Failure(string task)
    {
        TaskFailure? failure = Assert.Single(_ended, end => end.Task == task).Failure;
        Assert.NotNull(failure);
        return failure;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Every_task_is_carried_out_once(int workers)
    {
        string[] tasks = Tasks(40);
        Launch(Work("finish $1", new("train", tasks[..10]), new("sample", tasks[10..])), Options with { Workers = workers });
        AssertAllEnded(tasks);
        Assert.Equal(tasks, _started.Order());
        Assert.Equal(tasks, Begun.Select(line => line[0]).Order());
        Assert.InRange(Lines("workers").Length, 1, workers);
        Assert.False(Directory.Exists(Path.Combine(_folder, "logs")));
    }

    [Fact]
    public void One_worker_keeps_the_order_and_lives_across_stages()
    {
        string[] tasks = Tasks(20);
        Launch(Work("finish $1", new("train", tasks[..5]), new("sample", []), new("sample", tasks[5..])), Options with { Workers = 1 });
        Assert.Equal(tasks, _ended.Select(end => end.Task));
        Assert.Single(Lines("workers"));
    }

    [Fact]
    public void A_stage_begins_when_the_one_before_has_ended()
    {
        string work = "case $1 in train-*) sleep 0.1 ;; *) [ -e records/train-1 ] && [ -e records/train-2 ] || exit 9 ;; esac; finish $1";
        Launch(Work(work, new("train", ["train-1", "train-2"]), new("sample", ["a", "b", "c"])), Options with { Workers = 3, Retries = 0 });
        AssertAllEnded(["a", "b", "c", "train-1", "train-2"]);
    }

    [Fact]
    public void There_are_no_more_workers_than_tasks()
    {
        Launch(Work("sleep 0.1; finish $1", Sample(2)), Options with { Workers = 16 });
        Assert.Equal(2, Lines("workers").Length);
    }

    [Fact]
    public void Nothing_to_do_starts_nothing()
    {
        Launch(Work("finish $1"));
        Launch(Work("finish $1", new LaunchStage("train", [])));
        Assert.Empty(Lines("workers"));
    }

    [Fact]
    public void A_crash_is_tried_again_on_a_new_worker_while_others_go_on()
    {
        Launch(Work("[ $1 != 0001 ] || again $1 || kill -SEGV $$; finish $1", Sample(20)), Options with { Backoff = 1 });
        AssertAllEnded(Tasks(20));
        Assert.Equal(2, Begun.Where(line => line[0] == "0001").Select(line => line[1]).Distinct().Count());
        // The others were done within the pause.
        Assert.Equal("0001", _ended.Last().Task);
        Assert.Equal(Tasks(20), _started.Order());
        Assert.Equal("0001: the worker ended during the task with SIGSEGV; it is tried again (1 of 2)", Assert.Single(_said));
    }

    [Theory]
    [InlineData("exit 0", TaskFailureKind.Crash, "the worker ended during the task with exit code 0: a component called exit")]
    [InlineData("exit 3", TaskFailureKind.Crash, "the worker ended during the task with exit code 3")]
    [InlineData("kill -SEGV $$", TaskFailureKind.Crash, "the worker ended during the task with SIGSEGV")]
    [InlineData("kill -TERM $$", TaskFailureKind.Crash, "the worker ended during the task with SIGTERM")]
    [InlineData("kill -KILL $$", TaskFailureKind.Crash, "killed (SIGKILL) by an unknown process")]
    [InlineData("echo 'Out of memory.' >&2; kill -ABRT $$", TaskFailureKind.OutOfMemory, "memory ran out: the worker ended during the task with SIGABRT")]
    public void A_crash_for_ever_fails_its_task_alone(string crash, TaskFailureKind kind, string message)
    {
        string work = $"[ $1 = 0001 ] || {{ finish $1; return; }}; for ((i = 0; i < 300; i++)); do echo line $i; done; {crash}";
        Launch(Work(work, Sample(5)), Options with { Retries = 1 });

        TaskFailure failure = Failure("0001");
        Assert.Equal(kind, failure.Kind);
        Assert.Equal($"{message} (tried 2 times)", failure.Message);
        Assert.Equal(2, Begun.Count(line => line[0] == "0001"));
        Assert.Equal(Tasks(5), _ended.Select(end => end.Task).Order());
        Assert.Single(_ended, end => end.Failure is not null);

        Assert.Equal(Path.Combine(_folder, "logs", "0001.log"), failure.Log);
        string[] log = File.ReadAllLines(failure.Log!);
        Assert.Equal(failure.Message, log[0]);
        Assert.InRange(log.Length, 201, 205);
        Assert.Contains("line 299", log);
        Assert.DoesNotContain("line 99", log);
    }

    [Fact]
    public void A_task_that_the_kernel_killed_for_lack_of_memory_is_tried_again_alone()
    {
        string counter = Path.Combine(_folder, "memory.events");
        File.WriteAllText(counter, "oom 0\noom_kill 7\n");
        string work = """
            [ $1 = 0000 ] || { : > at-$1; sleep 0.05; rm at-$1; finish $1; return; }
            again $1 || { printf 'oom 0\noom_kill 8\n' > memory.events; kill -KILL $$; }
            ls at-* 2> /dev/null && exit 7
            sleep 0.2
            ls at-* 2> /dev/null && exit 7
            finish $1
            """;
        using (LocalRun run = new(Options with { Workers = 3 }, Work(work, Sample(12)), new MemoryKills(counter)))
            run.Run(Token);
        AssertAllEnded(Tasks(12));
        Assert.Equal("0000", _ended.Last().Task);
        Assert.Equal("0000: killed by the kernel for lack of memory; it is tried again, alone (1 of 2)", Assert.Single(_said));
    }

    [Fact]
    public void A_kill_by_the_kernel_before_the_task_began_is_no_reason()
    {
        string counter = Path.Combine(_folder, "memory.events");
        File.WriteAllText(counter, "oom_kill 7\n");
        using (LocalRun run = new(Options with { Retries = 0 }, Work("kill -KILL $$", Sample(1)), new MemoryKills(counter)))
            run.Run(Token);
        Assert.Equal(new(TaskFailureKind.Crash, "killed (SIGKILL) by an unknown process", Path.Combine(_folder, "logs", "0000.log")), Failure("0000"));
    }

    [Fact]
    public void The_kernels_kills_can_be_counted_on_this_machine()
    {
        Assert.SkipUnless(File.Exists("/proc/vmstat"), "Linux only");
        Assert.Equal(0, new MemoryKills(null).Count());
        Assert.InRange(MemoryKills.OfThisProcess().Count(), 0, long.MaxValue);
    }

    [Fact]
    public void A_task_that_takes_too_long_fails_and_is_not_tried_again()
    {
        Launch(
            Work("case $1 in train) sleep 1.3 ;; 0001) sleep 100 ;; esac; finish $1", new("train", ["train"]), Sample(4)),
            Options with { TaskTimeout = 1 });
        TaskFailure failure = Failure("0001");
        Assert.Equal(TaskFailureKind.Timeout, failure.Kind);
        Assert.Equal("took longer than 1 s", failure.Message);
        Assert.Single(Begun, line => line[0] == "0001");
        Assert.Single(_ended, end => end.Failure is not null);
        Assert.Equal(5, _ended.Count);
    }

    [Fact]
    public void Training_has_a_limit_of_its_own()
    {
        Launch(Work("sleep 0.7; finish $1", new("train", ["train"]), Sample(1)), Options with { TrainTimeout = 0.3 });
        Assert.Equal("took longer than 0.3 s", Failure("train").Message);
        Assert.Null(Assert.Single(_ended, end => end.Task == "0000").Failure);
    }

    [Fact]
    public void A_worker_that_shows_no_sign_of_life_is_given_up()
    {
        string stopped = "[ $1 != 0001 ] || kill -STOP $$; [ $1 != 0002 ] || again $1 || kill -STOP $$; finish $1";
        Launch(Work(stopped, Sample(5)), Options with { Silence = 0.6, Retries = 1 });
        TaskFailure failure = Failure("0001");
        Assert.Equal(TaskFailureKind.Timeout, failure.Kind);
        Assert.Equal("no sign of life for 0.6 s (tried 2 times)", failure.Message);
        Assert.Single(_ended, end => end.Failure is not null);
        Assert.Equal(5, _ended.Count);
    }

    [Fact]
    public void A_worker_that_says_that_it_is_alive_may_take_its_time()
    {
        Launch(Work("for i in 1 2 3 4 5 6 7; do sleep 0.2; say Alive; done; finish $1", Sample(1)), Options with { Silence = 0.8, Retries = 0 });
        AssertAllEnded(Tasks(1));
    }

    [Fact]
    public void Signs_of_life_that_could_not_be_read_yet_count()
    {
        // As when this process was stopped for a while: it finds the messages of that time, and far fewer ticks.
        string work = "[ $1 = 0000 ] && { finish $1; return; }; for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.2; say Alive; done; finish $1";
        FakeLaunch request = Work(work, Sample(2));
        Launch(
            request with
            {
                Ended = (task, failure) =>
                {
                    request.Ended(task, failure);
                    if (task == "0000")
                        Thread.Sleep(1600);
                },
            },
            Options with { Silence = 0.8, Retries = 0 });
        AssertAllEnded(Tasks(2));
    }

    [Fact]
    public void A_worker_that_holds_too_much_memory_is_replaced_between_tasks()
    {
        Launch(Work($"finish $1 {3L << 30}", Sample(4)), Options with { Workers = 1, Memory = 2048 });
        AssertAllEnded(Tasks(4));
        Assert.Equal(4, Begun.Select(line => line[1]).Distinct().Count());
        Assert.StartsWith("worker 1 holds 3,072 MiB after 0000, more than 2,048", Assert.Single(_said), StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_that_cannot_be_written_stops_everything_with_the_reason()
    {
        LaunchException error = Assert.Throws<LaunchException>(() =>
            Launch(Work("[ $1 = 0000 ] && say Blocked 'No space left on device'; read -r; exit", Sample(4))));
        Assert.Equal("No space left on device", error.Message);
        Assert.Empty(_ended);
    }

    [Fact]
    public void Chatter_goes_to_the_workers_log_and_harms_nothing()
    {
        string work = """
            echo "at $1"; echo "warning about $1" >&2
            say Ended 9999; say Sings $1; printf '\036Ended\n\036\n\036Ended x 0 0 0 %s\n' $1; head -c 300 /dev/urandom | tr -d '\036'; echo
            say Progress $1 0 3 4 0.5
            printf 'no end of line'; finish $1
            """;
        Launch(Work(work, Sample(3)), Options with { Workers = 1 });
        AssertAllEnded(Tasks(3));
        Assert.Equal(Tasks(3).Select(task => new TaskProgress(task, 3, 4, 0.5)), _progress);
        string[] log = Lines("logs/worker-1.log");
        Assert.Equal(Tasks(3).Select(task => $"== {task}"), log.Where(line => line.StartsWith("==", StringComparison.Ordinal)));
        Assert.Contains("at 0001", log);
        Assert.Contains("warning about 0001", log);
        Assert.Equal(3, log.Count(line => line == "no end of line"));
    }

    [Fact]
    public void A_worker_whose_output_outlives_it_has_ended()
    {
        var clock = Stopwatch.StartNew();
        Launch(Work("sleep 100 & echo $! > child; exit 3", Sample(1)), Options with { Retries = 0 });
        using Process child = Process.GetProcessById(int.Parse(Lines("child")[0], CultureInfo.InvariantCulture));
        child.Kill();
        Assert.Equal("the worker ended during the task with exit code 3", Failure("0000").Message);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 50);
    }

    [Fact]
    public void A_record_counts_though_its_worker_died_before_it_said_so()
    {
        Launch(Work(": > records/$1; kill -KILL $$", Sample(3)), Options with { Retries = 0 });
        AssertAllEnded(Tasks(3));
        Assert.Equal(3, Begun.Count());
    }

    [Fact]
    public void A_program_that_is_not_there_is_said()
    {
        LaunchException error = Assert.Throws<LaunchException>(() =>
            Launch(Work("", Sample(3)) with { WorkerCommand = ["/nowhere/diffusion", "worker"] }));
        Assert.StartsWith("workers cannot start: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("/nowhere/diffusion", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Workers_that_end_before_they_take_tasks_stop_everything_with_what_they_said()
    {
        LaunchException error = Assert.Throws<LaunchException>(() =>
            Launch(Request($"{Prelude}\necho 'libtorch is not installed' >&2; exit 2", Sample(3)), Options with { Workers = 1 }));
        Assert.Equal("workers cannot start: one ended with exit code 2 before it took tasks\n  libtorch is not installed", error.Message);
        Assert.Equal(3, Lines("workers").Length);
        Assert.Empty(_ended);
    }

    [Fact]
    public void Workers_that_never_take_tasks_stop_everything()
    {
        LaunchException error = Assert.Throws<LaunchException>(() =>
            Launch(Request($"{Prelude}\necho warming up; sleep 100", Sample(3)), Options with { StartTimeout = 0.3 }));
        Assert.Equal("workers cannot start: one took no tasks within 0.3 s\n  warming up", error.Message);
    }

    [Fact]
    public void One_start_that_fails_is_made_again()
    {
        Launch(Request($"{Prelude}\nagain start || exit 1\nwork() {{ finish $1; }}\n{Loop}", Sample(3)), Options with { Workers = 1 });
        AssertAllEnded(Tasks(3));
        Assert.Equal(2, Lines("workers").Length);
    }

    [Theory]
    [InlineData("read -r; exit", 0)]
    [InlineData("sleep 100", 3)]
    public void Cancellation_ends_workers_and_is_reported(string atWork, int grace)
    {
        using var source = new CancellationTokenSource();
        FakeLaunch request = Work($"echo at work; {atWork}", Sample(10));
        var clock = Stopwatch.StartNew();
        Assert.Throws<OperationCanceledException>(() => Launch(
            request with { Started = _ => source.CancelAfter(200) }, token: source.Token));
        // A worker that heeds the end of its input is not waited for.
        Assert.InRange(clock.Elapsed.TotalSeconds, grace, grace + 2.5);
        Assert.Empty(_ended);
        Assert.InRange(Begun.Count(), 1, 2);
    }

    [Fact]
    public void What_the_callers_callback_throws_ends_the_launch()
    {
        using var source = new CancellationTokenSource();
        FakeLaunch request = Work("finish $1", Sample(100));
        Assert.Throws<OperationCanceledException>(() => Launch(
            request with
            {
                Ended = (task, failure) =>
                {
                    request.Ended(task, failure);
                    source.Cancel();
                    source.Token.ThrowIfCancellationRequested();
                },
            },
            token: source.Token));
        Assert.Single(_ended);
    }

    [Fact]
    public void Cancellation_at_the_last_task_is_reported_too()
    {
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Launch(Work("finish $1", Sample(1)) with { Ended = (_, _) => source.Cancel() }, token: source.Token));
    }

    [Fact]
    public void A_thousand_tasks_cost_little()
    {
        var clock = Stopwatch.StartNew();
        Launch(Work("finish $1", Sample(1000)), Options with { Workers = 1 });
        AssertAllEnded(Tasks(1000));
        // Far less on a quiet machine; a hand-over that waits for a timer would take a hundred.
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 30);
    }
}
