using System.ComponentModel.DataAnnotations;
using Diffusion.Launchers;
using Diffusion.Launchers.Slurm;
using Xunit;

namespace Diffusion.Plugins.Tests.Launchers;

/// <summary>The launcher against commands that answer as Slurm's do. Against Slurm itself: SlurmClusterTests among the slow tests.</summary>
public sealed class SlurmLauncherTests : IDisposable
{
    private readonly FakeRun _run = new();
    private readonly FakeSlurm _slurm;

    public SlurmLauncherTests() => _slurm = new FakeSlurm(_run.NewFolder("commands"));

    public void Dispose() => _run.Dispose();

    private static SlurmLauncherOptions Options => new() { PollSeconds = 0.1, GraceSeconds = 0, TasksPerElement = 2 };

    private Task<LaunchOutcome> Launch(SlurmLauncherOptions options, LaunchStage[] stages, CancellationToken? token = null) => Task.Run(
        () => new SlurmLauncher(options, _slurm.Commands).Launch(_run.Request(stages), token ?? TestContext.Current.CancellationToken),
        TestContext.Current.CancellationToken);

    private static LaunchStage Sample(int count) => new("sample", FakeRun.Tasks("s", count));

    private static LaunchStage Train(int count) => new("train", FakeRun.Tasks("t", count));

    private async Task<TaskFailure> FailureOf(Task launch, string task)
    {
        await launch;
        return Assert.IsType<TaskFailure>(_run.Ended[task]);
    }

    [Fact]
    public async Task Both_stages_are_submitted_at_once_and_the_second_waits_for_the_first()
    {
        Task<LaunchOutcome> launch = Launch(
            Options with { TasksPerElement = 0, MaxParallel = 4, Partition = "gpu", Time = "1:00:00", Memory = "4G", Cpus = 2, Gpus = "a100:1" },
            [Train(2), Sample(16)]);
        await _slurm.SubmitsAsync(2);
        string[] train = _slurm.Submitted[0].Arguments, sample = _slurm.Submitted[1].Arguments;
        Assert.Equal("--parsable", train[0]);
        Assert.Superset(
            new HashSet<string> { "--array=0-1%4", "--partition=gpu", "--time=1:00:00", "--mem=4G", "--cpus-per-task=2", "--gpus=a100:1", "--requeue" },
            train.ToHashSet());
        Assert.DoesNotContain(train, argument => argument.StartsWith("--dependency", StringComparison.Ordinal));
        Assert.Contains($"--output={_run.Folder.Replace("%", "%%", StringComparison.Ordinal)}/slurm/logs/%A_%a.log", train);
        Assert.Superset(new HashSet<string> { "--array=0-7%4", "--dependency=afterany:101" }, sample.ToHashSet());
        Assert.Matches(@"\Afirst_light__100___sure_-sample-2-[0-9a-f]{6}\z", _slurm.Name(102));
        Assert.Equal(["t001"], _slurm.Tasks(101, 1));
        Assert.Equal(["s014", "s015"], _slurm.Tasks(102, 7));

        _run.Record(FakeRun.Tasks("t", 2).Concat(FakeRun.Tasks("s", 16)));
        foreach ((long job, int elements) in new[] { (101L, 2), (102L, 8) })
        {
            for (int i = 0; i < elements; i++)
                _slurm.Ends(job, i, "COMPLETED");
        }

        Assert.Null((await launch).HandedOver);
        Assert.Equal(18, _run.Ended.Count);
        Assert.All(_run.Ended.Values, Assert.Null);
    }

    [Fact]
    public async Task The_script_starts_the_worker_in_the_shells_place_whatever_the_names_are()
    {
        // What stands here is the script as bash sees it: it runs, with a worker that shows its arguments and its process.
        string shows = Path.Combine(_run.NewFolder("bin dir"), "worker's");
        FakeLaunch request =
            _run.Request(Sample(1)) with { WorkerCommand = ["/bin/bash", "-c", """printf '%s\n' "$$" "$READY" "$@" """, "a b", "it's", "$HOME", shows] };
        new SlurmLauncher(Options with { Follow = false, Setup = ["export READY='a b'"], Directives = ["--exclusive"] }, _slurm.Commands).Launch(
            request, TestContext.Current.CancellationToken);
        string script = _slurm.Submitted[0].Arguments[^1];
        Assert.Equal("#SBATCH --exclusive", File.ReadLines(script).ElementAt(1));

        var start = new System.Diagnostics.ProcessStartInfo("bash", [script]) { RedirectStandardOutput = true };
        start.Environment["SLURM_ARRAY_TASK_ID"] = "0";
        using var process = System.Diagnostics.Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal(
            [$"{process.Id}", "a b", "it's", "$HOME", shows, "--tasks", Path.Combine(Path.GetDirectoryName(script)!, "0.txt")],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Arrays_keep_to_the_clusters_size_and_the_limit_of_parallel_elements_holds_over_all_of_them()
    {
        _slurm.Set("config", "Configuration data as of 2026-01-01T00:00:00\nMaxArraySize            = 4\nMaxJobCount             = 10000\n");
        LaunchOutcome outcome = await Launch(Options with { Follow = false, MaxParallel = 2 }, [Sample(19)]);
        Assert.Equal(
            ["--array=0-3%2", "--array=0-3%2", "--array=0-1%2"],
            _slurm.Submitted.Select(job => job.Arguments.Single(argument => argument.StartsWith("--array", StringComparison.Ordinal))));
        Assert.Contains("--dependency=afterany:101", _slurm.Submitted[1].Arguments);
        Assert.Contains("--dependency=afterany:102", _slurm.Submitted[2].Arguments);
        Assert.Equal(["s018"], _slurm.Tasks(103, 1));
        Assert.Contains("19 tasks are still with Slurm: job 101 (sample), job 102 (sample), job 103 (sample).", outcome.HandedOver, StringComparison.Ordinal);
        Assert.Contains("'scancel 101 102 103'", outcome.HandedOver, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_has_a_record_is_told_and_not_submitted()
    {
        _run.Record("s000", "s002");
        await Launch(Options with { Follow = false }, [Sample(4)]);
        Assert.Equal(["s001", "s003"], _slurm.Tasks(101, 0));
        Assert.Equal(["s000", "s002"], _run.Ended.Keys.Order());
        _run.Ended.Clear();
        _run.Record("s001", "s003");
        Assert.Null((await Launch(Options with { Follow = false }, [Sample(4)])).HandedOver);
        Assert.Equal(4, _run.Ended.Count);
    }

    [Fact]
    public async Task Leaving_keeps_the_jobs_and_the_next_launch_follows_them_and_submits_only_what_none_holds()
    {
        using var source = new CancellationTokenSource();
        Task<LaunchOutcome> first = Launch(Options, [Sample(4)], source.Token);
        await _slurm.SubmitsAsync(1);
        await FakeSlurm.UntilAsync(() => !_run.Said.IsEmpty, "words");
        _slurm.Starts(101, 0);
        await source.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => first);
        Assert.Contains("4 tasks are still with Slurm: job 101 (sample). They continue on their own; the same command follows them and collects the results. "
            + "'scancel 101' stops them.", _run.Said.Last(), StringComparison.Ordinal);

        // While nobody looks, one element is lost.
        _slurm.Ends(101, 1, "TIMEOUT");
        _run.Said.Clear();
        Task<LaunchOutcome> second = Launch(Options with { TasksPerElement = 1 }, [Sample(4)]);
        await _slurm.SubmitsAsync(2);
        Assert.Equal([["s002"], ["s003"]], new[] { _slurm.Tasks(102, 0), _slurm.Tasks(102, 1) });
        _run.Record(FakeRun.Tasks("s", 4));
        _slurm.Ends(101, 0, "COMPLETED");
        _slurm.Ends(102, 0, "COMPLETED");
        _slurm.Ends(102, 1, "COMPLETED");
        await second;
        Assert.Equal(4, _run.Ended.Count);
        Assert.Contains("Following Slurm job 101 (sample), which holds 2 tasks.", _run.Said);
        Assert.Contains("Ended without all of its records while no command followed it, and submitted again: 101_1: time ran out.", _run.Said);
    }

    [Fact]
    public async Task A_job_whose_number_was_never_written_down_is_found_by_its_name()
    {
        await Launch(Options with { Follow = false }, [Sample(2)]);
        string journal = Path.Combine(_run.Folder, "slurm", "jobs.json");
        string text = await File.ReadAllTextAsync(journal, TestContext.Current.CancellationToken);
        Assert.Contains("\"id\": 101", text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(journal, text.Replace("\"id\": 101", "\"id\": null", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await Launch(Options with { Follow = false }, [Sample(2)]);
        Assert.Single(_slurm.Submitted);
        Assert.Contains("\"id\": 101", await File.ReadAllTextAsync(journal, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_submission_whose_answer_is_lost_is_not_repeated()
    {
        _slurm.Set("sbatch.after", "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation\n");
        LaunchOutcome outcome = await Launch(Options with { Follow = false }, [Sample(2)]);
        Assert.Contains("job 101 (sample)", outcome.HandedOver, StringComparison.Ordinal);
        _slurm.Unset("sbatch.after");
        await Launch(Options with { Follow = false }, [Sample(2)]);
        Assert.Single(_slurm.Submitted);
    }

    [Fact]
    public async Task A_number_that_another_job_has_by_now_holds_nothing()
    {
        await Launch(Options with { Follow = false }, [Sample(2)]);
        _slurm.Set("queue/101_0", "101|0|RUNNING|None|someone-elses\n");
        await Launch(Options with { Follow = false }, [Sample(2)]);
        Assert.Equal(2, _slurm.Submitted.Count);
    }

    [Fact]
    public async Task A_queue_that_cannot_be_read_fails_no_task_and_is_told_once()
    {
        Task<LaunchOutcome> launch = Launch(Options, [Sample(4)]);
        await _slurm.SubmitsAsync(1);
        _slurm.Starts(101, 0);
        _slurm.Set("squeue.error", "slurm_load_jobs error: Unable to contact slurm controller (connect failure)\n");
        _run.Record("s000");
        await FakeSlurm.UntilAsync(() => _run.Ended.ContainsKey("s000"), "records while Slurm is away");
        await Task.Delay(500, TestContext.Current.CancellationToken);
        _slurm.Unset("squeue.error");
        _slurm.Set("squeue.answer", "Fetching the queue ...\n");
        await Task.Delay(500, TestContext.Current.CancellationToken);
        Assert.Equal(["s000"], _run.Ended.Keys);
        _slurm.Unset("squeue.answer");
        _run.Record(FakeRun.Tasks("s", 4));
        _slurm.Ends(101, 0, "COMPLETED");
        _slurm.Ends(101, 1, "COMPLETED");
        await launch;
        Assert.All(_run.Ended.Values, Assert.Null);
        Assert.Single(_run.Said, line => line.StartsWith("squeue: Unable to contact slurm controller (connect failure).", StringComparison.Ordinal));
        Assert.Single(_run.Said, line => line.StartsWith("squeue's answer is not understood: 'Fetching the queue ...'.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_queue_leaves_out_but_the_controller_knows_to_run_is_alive()
    {
        Task<LaunchOutcome> launch = Launch(Options, [Sample(4)]);
        await _slurm.SubmitsAsync(1);
        _slurm.Controller(101, 0, "RUNNING");
        _slurm.Unset("queue/101_0");
        await Task.Delay(600, TestContext.Current.CancellationToken);
        Assert.Empty(_run.Ended);
        _run.Record(FakeRun.Tasks("s", 4));
        _slurm.Ends(101, 1, "COMPLETED");
        await launch;
        Assert.Single(_slurm.Submitted);
    }

    [Fact]
    public async Task A_record_that_is_seen_late_still_counts()
    {
        Task<LaunchOutcome> launch = Launch(Options with { GraceSeconds = 20 }, [Sample(2)]);
        await _slurm.SubmitsAsync(1);
        _slurm.Ends(101, 0, "COMPLETED");
        await Task.Delay(600, TestContext.Current.CancellationToken);
        Assert.Empty(_run.Ended);
        _run.Record(FakeRun.Tasks("s", 2));
        await launch;
        Assert.All(_run.Ended.Values, Assert.Null);
        Assert.Single(_slurm.Submitted);
    }

    [Fact]
    public async Task A_crash_costs_a_try_of_the_task_at_work_and_the_others_go_on_alone()
    {
        Task<LaunchOutcome> launch = Launch(Options with { TasksPerElement = 3 }, [Sample(3)]);
        await _slurm.SubmitsAsync(1);
        _run.Record("s000");
        await File.WriteAllTextAsync(
            Path.Combine(_run.Folder, "slurm", "logs", "102_0.log"),
            $"hello\nterminate called\n{new WorkerMessage(WorkerMessageKind.Alive).ToLine()}\n\n",
            TestContext.Current.CancellationToken);
        _slurm.Ends(101, 0, "FAILED", "0:11");
        await _slurm.SubmitsAsync(2);
        Assert.Equal([["s001"], ["s002"]], new[] { _slurm.Tasks(102, 0), _slurm.Tasks(102, 1) });
        _run.Record("s002");
        _slurm.Ends(102, 1, "COMPLETED");
        _slurm.Ends(102, 0, "FAILED", "139:0");
        TaskFailure failure = await FailureOf(launch, "s001");
        Assert.Equal(TaskFailureKind.Crash, failure.Kind);
        Assert.Equal("the worker was ended by signal 11 (SIGSEGV) (Slurm job 102_0 on n7): terminate called", failure.Message);
        Assert.Equal(Path.Combine(_run.Folder, "slurm", "logs", "102_0.log"), failure.Log);
        Assert.Equal(2, _slurm.Submitted.Count);
        Assert.Contains("2 tasks are submitted again: the worker was ended by signal 11 (SIGSEGV) (Slurm job 101_0 on n7)", _run.Said);
    }

    [Theory]
    [InlineData("TIMEOUT", "0:0", TaskFailureKind.Timeout, "time ran out")]
    [InlineData("DEADLINE", "0:0", TaskFailureKind.Timeout, "time ran out")]
    [InlineData("OUT_OF_MEMORY", "0:125", TaskFailureKind.OutOfMemory, "memory ran out")]
    public async Task What_a_task_has_outgrown_is_not_tried_again_when_it_had_it_for_itself(string state, string exit, TaskFailureKind kind, string words)
    {
        Task<LaunchOutcome> launch = Launch(Options with { TasksPerElement = 3, Retries = 5 }, [Sample(3)]);
        await _slurm.SubmitsAsync(1);
        _run.Record("s000");
        _slurm.Ends(101, 0, state, exit);
        await _slurm.SubmitsAsync(2);
        // It was the second of its element, so that it is given another chance, by itself.
        Assert.Equal(["s001"], _slurm.Tasks(102, 0));
        _slurm.Ends(102, 0, state, exit);
        _run.Record("s002");
        _slurm.Ends(102, 1, "COMPLETED");
        TaskFailure failure = await FailureOf(launch, "s001");
        Assert.Equal(kind, failure.Kind);
        Assert.Equal($"{words} (Slurm job 102_0 on n7)", failure.Message);
        Assert.Equal(2, _slurm.Submitted.Count);
    }

    [Fact]
    public async Task A_cancelled_element_takes_its_tasks_along()
    {
        Task<LaunchOutcome> launch = Launch(Options with { Retries = 5 }, [Sample(4)]);
        await _slurm.SubmitsAsync(1);
        _run.Record("s000", "s001");
        _slurm.Ends(101, 0, "COMPLETED");
        _slurm.Ends(101, 1, "CANCELLED", "0:15");
        TaskFailure failure = await FailureOf(launch, "s003");
        Assert.Equal(failure, _run.Ended["s002"]);
        Assert.Equal(new TaskFailure(TaskFailureKind.Scheduler, "the job was cancelled (Slurm job 101_1 on n7)"), failure);
    }

    [Fact]
    public async Task A_lost_node_is_made_up_for_until_the_tries_are_used_up()
    {
        Task<LaunchOutcome> launch = Launch(Options with { TasksPerElement = 1, Retries = 2 }, [Sample(1)]);
        for (int number = 1; number <= 3; number++)
        {
            await _slurm.SubmitsAsync(number);
            _slurm.Ends(100 + number, 0, "NODE_FAIL", "1:0");
        }

        TaskFailure failure = await FailureOf(launch, "s000");
        Assert.Equal(new TaskFailure(TaskFailureKind.Scheduler, "the node failed (Slurm job 103_0 on n7)"), failure);
    }

    [Fact]
    public async Task A_worker_that_cannot_start_fails_its_element_at_once()
    {
        Task<LaunchOutcome> launch = Launch(Options with { Retries = 5 }, [Sample(2)]);
        await _slurm.SubmitsAsync(1);
        await File.WriteAllTextAsync(
            Path.Combine(_run.Folder, "slurm", "logs", "101_0.log"), "job.sh: line 9: exec: dotnet: not found\n", TestContext.Current.CancellationToken);
        _slurm.Ends(101, 0, "FAILED", "127:0");
        TaskFailure failure = await FailureOf(launch, "s001");
        Assert.Equal("the worker ended with exit code 127 (Slurm job 101_0 on n7): job.sh: line 9: exec: dotnet: not found", failure.Message);
        Assert.Equal(2, _run.Ended.Count);
        Assert.Single(_slurm.Submitted);
    }

    [Fact]
    public async Task A_training_that_is_tried_again_holds_back_the_samples()
    {
        Task<LaunchOutcome> launch = Launch(Options with { TasksPerElement = 1 }, [Train(2), Sample(2)]);
        await _slurm.SubmitsAsync(2);
        _slurm.Starts(101, 1);
        _slurm.Ends(101, 0, "FAILED", "0:9");
        await _slurm.SubmitsAsync(3);
        await FakeSlurm.UntilAsync(() => File.Exists(Path.Combine(_slurm.Folder, "updates")), "updates");
        Assert.Equal(
            ["JobId=102 Dependency=afterany:101:103"],
            await File.ReadAllLinesAsync(Path.Combine(_slurm.Folder, "updates"), TestContext.Current.CancellationToken));

        // One that has begun without its model is no failure of its own.
        _slurm.Ends(102, 0, "FAILED", "1:0");
        await _slurm.SubmitsAsync(4);
        Assert.Contains("--dependency=afterany:101:103", _slurm.Submitted[3].Arguments);
        _run.Record("t000", "t001", "s000", "s001");
        foreach ((long job, int index) in new[] { (101L, 1), (103L, 0), (102L, 1), (104L, 0) })
            _slurm.Ends(job, index, "COMPLETED");
        await launch;
        Assert.All(_run.Ended.Values, Assert.Null);
    }

    [Fact]
    public async Task Accounting_tells_what_the_controller_has_forgotten_and_is_not_believed_when_it_lags()
    {
        Task<LaunchOutcome> launch = Launch(Options with { Retries = 0, TasksPerElement = 1 }, [Sample(3)]);
        await _slurm.SubmitsAsync(1);
        _slurm.Set("accounting/101", "101_0|OUT_OF_MEMORY|0:125|n3\n101_1|CANCELLED by 1000|0:15|n3\n101_2|RUNNING|0:0|n3\n1019_2|TIMEOUT|0:0|n3\nodd\n");
        for (int i = 0; i < 3; i++)
            _slurm.Unset($"queue/101_{i}");
        await launch;
        Assert.Equal("memory ran out (Slurm job 101_0 on n3)", _run.Ended["s000"]!.Message);
        Assert.Equal("the job was cancelled (Slurm job 101_1 on n3)", _run.Ended["s001"]!.Message);
        Assert.Equal("it is gone from Slurm, which does not know how it ended (Slurm job 101_2)", _run.Ended["s002"]!.Message);
    }

    [Theory]
    [InlineData("slurmstepd: error: *** JOB 7 ON n1 CANCELLED AT 2026-01-01T00:00:00 DUE TO TIME LIMIT ***", TaskFailureKind.Timeout)]
    [InlineData(
        "slurmstepd: error: Detected 1 oom-kill event(s) in StepId=7.batch. Some of your processes may have been killed by the cgroup out-of-memory handler.",
        TaskFailureKind.OutOfMemory)]
    [InlineData(
        "slurmstepd: error: *** JOB 7 ON n1 CANCELLED AT 2026-01-01T00:00:00 DUE TO NODE FAILURE, SEE SLURMCTLD LOG FOR DETAILS ***",
        TaskFailureKind.Scheduler)]
    [InlineData("slurmstepd: error: *** JOB 7 ON n1 CANCELLED AT 2026-01-01T00:00:00 ***", TaskFailureKind.Scheduler)]
    public async Task A_log_tells_what_nobody_else_remembers(string line, TaskFailureKind kind)
    {
        Task<LaunchOutcome> launch = Launch(Options with { Retries = 0 }, [Sample(1)]);
        await _slurm.SubmitsAsync(1);
        await File.WriteAllTextAsync(Path.Combine(_run.Folder, "slurm", "logs", "101_0.log"), line + "\n", TestContext.Current.CancellationToken);
        _slurm.Unset("queue/101_0");
        TaskFailure failure = await FailureOf(launch, "s000");
        Assert.Equal(kind, failure.Kind);
        Assert.DoesNotContain("does not know", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith(line, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_told_in_Slurms_words()
    {
        _slurm.Set(
            "sbatch.error", "sbatch: error: invalid partition specified: nope\nsbatch: error: Batch job submission failed: Invalid partition name specified\n");
        LaunchException error = await Assert.ThrowsAsync<LaunchException>(() => Launch(Options, [Sample(1)]));
        Assert.Equal(
            "Slurm does not take the job: invalid partition specified: nope; Batch job submission failed: Invalid partition name specified", error.Message);
        _slurm.Unset("sbatch.error");
        await Launch(Options with { Follow = false }, [Sample(1)]);
        Assert.Single(_slurm.Submitted);
    }

    [Fact]
    public async Task An_answer_without_a_number_is_a_refusal()
    {
        _slurm.Set("sbatch.answer", "Welcome to the cluster\n");
        LaunchException error = await Assert.ThrowsAsync<LaunchException>(() => Launch(Options, [Sample(1)]));
        Assert.Contains("'Welcome to the cluster'", error.Message, StringComparison.Ordinal);
        _slurm.Set("sbatch.answer", "Welcome to the cluster\n4711;north\n");
        Assert.Contains("job 4711", (await Launch(Options with { Follow = false }, [Sample(1)])).HandedOver, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_to_the_jobs_of_a_user_only_makes_the_rest_wait()
    {
        _slurm.Set("config", "MaxArraySize = 2\n");
        Task<LaunchOutcome> launch = Launch(Options with { TasksPerElement = 1, Retries = 0 }, [Sample(2)]);
        await _slurm.SubmitsAsync(1);
        _slurm.Set("sbatch.error", "sbatch: error: AssocMaxSubmitJobLimit\nsbatch: error: Batch job submission failed: "
            + "Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)\n");
        _run.Record("s000");
        _slurm.Ends(101, 0, "COMPLETED");
        await FakeSlurm.UntilAsync(() => _run.Ended.ContainsKey("s000"), "records");
        _slurm.Unset("sbatch.error");
        _run.Record("s001");
        _slurm.Ends(101, 1, "COMPLETED");
        await launch;
        Assert.All(_run.Ended.Values, Assert.Null);
    }

    [Fact]
    public async Task A_reason_to_wait_that_the_user_may_change_is_told_once()
    {
        Task<LaunchOutcome> launch = Launch(Options, [Sample(4)]);
        await _slurm.SubmitsAsync(1);
        foreach (int index in new[] { 0, 1 })
            _slurm.Set($"queue/101_{index}", $"101|{index}|PENDING|JobHeldUser|{_slurm.Name(101)}\n");
        await FakeSlurm.UntilAsync(() => _run.Said.Contains("Slurm job 101 waits: JobHeldUser."), "words");
        _run.Record(FakeRun.Tasks("s", 4));
        _slurm.Ends(101, 0, "COMPLETED");
        _slurm.Ends(101, 1, "COMPLETED");
        await launch;
        Assert.Single(_run.Said, line => line.Contains("JobHeldUser", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_Slurm_there_is_one_clear_line()
    {
        string nowhere = _run.NewFolder("nowhere");
        LaunchException error = Assert.Throws<LaunchException>(
            () => new SlurmLauncher(Options, new SlurmCommands(nowhere)).Launch(_run.Request(Sample(1)), TestContext.Current.CancellationToken));
        Assert.Contains("cannot be started", error.Message, StringComparison.Ordinal);
        Assert.Contains("as on a login node of the cluster", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task A_damaged_journal_is_named()
    {
        Directory.CreateDirectory(Path.Combine(_run.Folder, "slurm"));
        await File.WriteAllTextAsync(Path.Combine(_run.Folder, "slurm", "jobs.json"), "[{\"id\": 1", TestContext.Current.CancellationToken);
        LaunchException error = await Assert.ThrowsAsync<LaunchException>(() => Launch(Options, [Sample(1)]));
        Assert.Contains("jobs.json is damaged", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<SlurmLauncherOptions, string> BadOptions => new()
    {
        { new() { Directives = ["--exclusive\nrm -rf /"] }, "no line breaks in '--exclusive rm -rf /'" },
        { new() { Setup = ["a\rb"] }, "no line breaks" },
        { new() { Partition = "a\nb" }, "no line breaks" },
        { new() { Directives = ["exclusive"] }, "a directive begins with -" },
        { new() { Time = "1 hour" }, "must be minutes" },
        { new() { Time = "-1" }, "must be minutes" },
        { new() { Memory = "4 GB" }, "must be a whole number with K, M, G or T" },
        { new() { Retries = -1 }, "Retries" },
    };

    [Theory]
    [MemberData(nameof(BadOptions))]
    public void Options_that_Slurm_cannot_take_are_refused(SlurmLauncherOptions options, string words)
    {
        List<ValidationResult> problems = [];
        Assert.False(Validator.TryValidateObject(options, new ValidationContext(options), problems, validateAllProperties: true));
        Assert.Contains(words, Assert.Single(problems).ErrorMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("30:15")]
    [InlineData("4:00:00")]
    [InlineData("2-12")]
    [InlineData("2-12:30:00")]
    public void Slurms_ways_to_write_a_time_are_taken(string time)
    {
        SlurmLauncherOptions options = new() { Time = time };
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
    }
}
