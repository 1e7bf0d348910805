using System.Globalization;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Running;
using Diffusion.Experiments.Storage;
using Diffusion.Testing;
using Xunit;

namespace Diffusion.Tests.Running;

/// <summary>Sweeps cannot be lost: what is done is kept, found and never done twice.</summary>
public sealed class ExperimentRunnerTests : IDisposable
{
    private readonly SweepBench _bench = new();

    public void Dispose() => _bench.Dispose();

    private static int Count(WorkPlan work, CellAction action) => work.Decisions.Count(decision => decision.Action == action);

    private static string[] Reasons(WorkPlan work) => [.. work.Work.Select(decision => decision.Reason).Distinct()];

    [Fact]
    public async Task A_finished_sweep_runs_again_to_the_same_records_without_work()
    {
        RunOutcome first = await _bench.RunAsync();
        Assert.Equal((8, RunEnding.Finished), (first.Records.Count, first.Ending));
        RunOutcome again = await _bench.RunAsync(
            _bench.Plan(), launcher: new FakeLauncher((_, _) => throw new InvalidOperationException("nothing is to be launched")));
        Assert.Equal(first.Folder.Path, again.Folder.Path);
        Assert.Equal(SweepBench.Numbers(first), SweepBench.Numbers(again));
        Assert.Equal(8, Count(again.Work, CellAction.Keep));
    }

    [Fact]
    public async Task A_wider_manifest_keeps_finished_cells_and_moves_no_number()
    {
        RunOutcome narrow = await _bench.RunAsync();
        ExperimentPlan plan = _bench.Plan("sweep.axes.steps=[2, 3, 5]", "sweep.repeats=3");
        RunOutcome wide = await _bench.RunAsync(plan);
        Assert.Equal((8, 10), (Count(wide.Work, CellAction.TakeOver), Count(wide.Work, CellAction.Run)));
        Assert.NotEqual(narrow.Folder.Path, wide.Folder.Path);

        IReadOnlyDictionary<string, string> numbers = SweepBench.Numbers(wide);
        Assert.Equal(18, numbers.Count);
        Assert.All(SweepBench.Numbers(narrow), cell => Assert.Equal(cell.Value, numbers[cell.Key]));
        Assert.Equal(8, wide.Records.Count(record => record.From == narrow.Folder.Label));
        RunOutcome anew = await _bench.RunAsync(plan, settings => settings with { Fresh = true });
        Assert.Equal(18, Count(anew.Work, CellAction.Run));
        Assert.Equal(SweepBench.Numbers(anew), numbers);
    }

    [Fact]
    public async Task Another_metric_measures_the_samples_that_are_there()
    {
        RunOutcome first = await _bench.RunAsync();
        string[] more = ["metrics=[\"sliced-wasserstein\", \"energy-distance\"]"];
        RunOutcome second = await _bench.RunAsync(_bench.Plan(more));
        Assert.Equal(8, Count(second.Work, CellAction.Measure));
        Assert.All(Reasons(second.Work), reason => Assert.Equal($"sampled in {first.Folder.Label}; metrics[energy-distance] unset → energy-distance", reason));
        Assert.Equal(first.Records.Select(record => record.SamplingSeconds), second.Records.Select(record => record.SamplingSeconds));

        RunOutcome fresh = await _bench.RunAsync(_bench.Plan(more), settings => settings with { Fresh = true });
        Assert.Equal(8, Count(fresh.Work, CellAction.Run));
        Assert.Equal(SweepBench.Numbers(fresh), SweepBench.Numbers(second));
    }

    [Fact]
    public async Task Damaged_samples_are_drawn_again_rather_than_measured()
    {
        RunOutcome first = await _bench.RunAsync();
        string file = Directory.GetFiles(Path.Combine(first.Folder.Path, "samples"), "*.npy").Order(StringComparer.Ordinal).First();
        byte[] content = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        content[^1] ^= 1;
        await File.WriteAllBytesAsync(file, content, TestContext.Current.CancellationToken);
        string[] more = ["metrics=[\"energy-distance\"]"];
        RunOutcome second = await _bench.RunAsync(_bench.Plan(more));
        RunOutcome fresh = await _bench.RunAsync(_bench.Plan(more), settings => settings with { Fresh = true });
        Assert.Equal(SweepBench.Numbers(fresh), SweepBench.Numbers(second));
    }

    [Fact]
    public async Task Every_cell_that_runs_says_why()
    {
        Assert.Equal(["new"], Reasons(_bench.Decide(_bench.Plan())));
        RunOutcome first = await _bench.RunAsync();
        Assert.Equal(["schedule.sigmaMax 10 → 20"], Reasons(_bench.Decide(_bench.Plan("schedule.sigmaMax=20"))));
        Assert.Equal(["seed 0 → 1, samples 40 → 41"], Reasons(_bench.Decide(_bench.Plan("samples=41", "seed=1"))));
        Assert.Equal(["--fresh"], Reasons(_bench.Decide(_bench.Plan(), settings => settings with { Fresh = true })));

        File.Delete(first.Folder.CellFile(first.Records[0].Id));
        Assert.Equal(["sampled in " + first.Folder.Label + "; no record of its metrics"], Reasons(_bench.Decide(_bench.Plan())));
        File.Delete(first.Folder.SampleRecordFile(_bench.Plan().Cells[0].SamplesId));
        Assert.Equal(["not reached before"], Reasons(_bench.Decide(_bench.Plan())));
        await File.AppendAllTextAsync(first.Folder.CellFile(first.Records[1].Id), " ", TestContext.Current.CancellationToken);
        Assert.Equal(["not reached before", "its record is damaged"], Reasons(_bench.Decide(_bench.Plan())));
    }

    [Fact]
    public async Task A_cell_that_failed_runs_again_and_says_what_happened()
    {
        string on = Path.Combine(_bench.Results, "..", "on");
        await File.WriteAllTextAsync(on, "", TestContext.Current.CancellationToken);
        string[] broken = [$"metrics=[\"sliced-wasserstein\", {{ \"use\": \"broken\", \"switch\": \"{on}\" }}]"];
        RunOutcome failed = await _bench.RunAsync(_bench.Plan(broken));
        Assert.Equal(RunEnding.Finished, failed.Ending);
        Assert.All(failed.Records, record =>
            Assert.Equal((CellStatus.Failed, "metric 'broken': the switch is on", TaskFailureKind.Error), (record.Status, record.Error, record.Failure)));
        string log = await File.ReadAllTextAsync(Path.Combine(failed.Folder.Path, failed.Records[0].Log!), TestContext.Current.CancellationToken);
        Assert.Contains(nameof(BrokenMetric), log, StringComparison.Ordinal);
        Assert.Equal(["failed before: metric 'broken': the switch is on"], Reasons(_bench.Decide(_bench.Plan(broken))));

        File.Delete(on);
        RunOutcome mended = await _bench.RunAsync(_bench.Plan(broken));
        Assert.All(mended.Records, record => Assert.Equal(CellStatus.Done, record.Status));
        Assert.Equal(failed.Folder.Path, mended.Folder.Path);
    }

    [Fact]
    public async Task Failing_fast_stops_at_the_first_failure_and_failed_runs_those_alone()
    {
        string on = Path.Combine(_bench.Results, "..", "on");
        await File.WriteAllTextAsync(on, "", TestContext.Current.CancellationToken);
        ExperimentPlan plan = _bench.Plan($"metrics=[{{ \"use\": \"broken\", \"switch\": \"{on}\" }}]");
        RunOutcome stopped = await _bench.RunAsync(plan, settings => settings with { FailFast = true });
        Assert.Equal(RunEnding.FailedFast, stopped.Ending);
        Assert.Single(stopped.Records);

        File.Delete(on);
        RunOutcome failedOnly = await _bench.RunAsync(plan, settings => settings with { FailedOnly = true });
        Assert.Equal((RunEnding.Partial, 1, 7), (failedOnly.Ending, failedOnly.Records.Count, Count(failedOnly.Work, CellAction.LeaveOut)));
        Assert.Equal(CellStatus.Done, failedOnly.Records[0].Status);
        Assert.Equal(RunStatus.Stopped, RecordJson.Read<RunRecord>(failedOnly.Folder.RecordFile).Status);
        Assert.Equal(RunEnding.Finished, (await _bench.RunAsync(plan)).Ending);
    }

    [Theory]
    [InlineData("solver=euler,steps=3", 2)]
    [InlineData("solver=euler*", 8)]
    [InlineData("repeat=1", 4)]
    [InlineData("schedule.sigmaMax=10,steps=5", 4)]
    public async Task Only_what_is_selected_runs(string filter, int count)
    {
        RunOutcome outcome = await _bench.RunAsync(_bench.Plan(), settings => settings with { Only = [filter] });
        Assert.Equal(count, outcome.Records.Count);
        Assert.Equal(count == 8 ? RunEnding.Finished : RunEnding.Partial, outcome.Ending);
    }

    [Theory]
    [InlineData("step=3", "--only step=3: unknown path 'step'; did you mean 'steps'?")]
    [InlineData("steps=4", "--only steps=4: no cell meets this (known: 3, 5)")]
    [InlineData("zzz", "--only zzz: no cell meets this")]
    public void A_filter_that_selects_nothing_is_refused(string filter, string message)
    {
        InputException error = Assert.Throws<InputException>(() => _bench.Decide(_bench.Plan(), settings => settings with { Only = [filter] }));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cells_of_another_build_are_told_and_computed_again_on_request()
    {
        RunOutcome first = await _bench.RunAsync();
        CellRecord record = first.Records[2];
        first.Folder.Write(record with { Builds = new Dictionary<string, string>(record.Builds) { ["Diffusion.Solvers"] = "00000000" } });
        WorkPlan kept = _bench.Decide(_bench.Plan());
        Assert.Equal(8, Count(kept, CellAction.Keep));
        Assert.Equal([KeyValuePair.Create("Diffusion.Solvers", 1)], kept.OtherBuilds);
        WorkPlan stale = _bench.Decide(_bench.Plan(), settings => settings with { Stale = true });
        Assert.Equal(["made by another build of Diffusion.Solvers"], Reasons(stale));
        Assert.Equal(record.Id, Assert.Single(stale.Work).Cell.Id);
    }

    [Fact]
    public async Task A_run_at_work_is_not_run_by_a_second_process()
    {
        RunOutcome first = await _bench.RunAsync();
        using (RunLock.Take(first.Folder, DateTimeOffset.UnixEpoch))
        {
            RunBusyException busy = await Assert.ThrowsAsync<RunBusyException>(() => _bench.RunAsync());
            Assert.Equal(
                $"run {first.Folder.Name} is already running (process {Environment.ProcessId} on {Environment.MachineName} since 1970-01-01 00:00:00 UTC). "
                    + "Wait for it, stop it, or start another with --fresh.",
                busy.Message);
            // Another plan in the same results folder is another run.
            Assert.Equal(RunEnding.Finished, (await _bench.RunAsync("sweep.repeats=1")).Ending);
        }

        Assert.Equal(RunEnding.Finished, (await _bench.RunAsync()).Ending);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(8)]
    public async Task A_coordinator_that_dies_loses_nothing_and_tells_nothing_twice(int after)
    {
        using SweepBench whole = new();
        RunOutcome undisturbed = await whole.RunAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => _bench.RunAsync(_bench.Plan(), launcher: FakeLauncher.DyingAfter(after)));
        RunOutcome resumed = await _bench.RunAsync();
        Assert.Equal(after, Count(resumed.Work, CellAction.Keep));
        Assert.Equal(SweepBench.Numbers(undisturbed), SweepBench.Numbers(resumed));
        Assert.Single(_bench.Runs);
        Assert.Equal(3, _bench.Tracker.Runs.Count);
        Assert.All(_bench.Tracker.Runs, run => Assert.Equal(TrackedRunStatus.Finished, run.Ended?.Status));
    }

    [Fact]
    public async Task What_is_told_follows_from_the_records_alone()
    {
        RunOutcome first = await _bench.RunAsync();
        string[] told = Told(_bench.Tracker);
        await Task.Delay(20, TestContext.Current.CancellationToken);
        await _bench.RunAsync();
        Assert.Equal(told, Told(_bench.Tracker));
        await using RecordingTracker fromFolder = new();
        TrackedRecords.Tell(fromFolder, first.Folder, withCells: false);
        Assert.Equal(told, Told(fromFolder));
        Assert.Equal(
            first.Records.Max(record => record.Started.AddSeconds(record.Seconds)),
            _bench.Tracker.Runs.Single(run => run.Description.Parent is null).Ended?.Time);
    }

    [Fact]
    public async Task A_configuration_is_a_curve_of_means_over_its_repeats()
    {
        RunOutcome outcome = await _bench.RunAsync();
        RecordedRun euler = _bench.Tracker.Runs.Single(run => run.Description.Name == "euler");
        Assert.Equal("euler", euler.Description.Parameters["solver"]);
        Assert.Empty(euler.Description.Parameters.Keys.Intersect(["samples", "steps", "data", "seed", "name", "description"]));
        foreach (IGrouping<int, CellRecord> steps in outcome.Records.Where(record => record.Axes["solver"] == "euler").GroupBy(record => record.Steps))
        {
            double[] values = [.. steps.Select(record => record.Metrics[0].Value)];
            DateTimeOffset time = steps.Max(record => record.Started.AddSeconds(record.Seconds));
            Assert.Contains(new TrackedMetric("sliced-wasserstein", values.Average(), steps.Key, time), euler.Metrics);
            TrackedMetric error = euler.Metrics.Single(metric => metric.Key == "sliced-wasserstein_se" && metric.Step == steps.Key);
            Assert.Equal(Math.Abs(values[0] - values[1]) / 2, error.Value, 1e-12);
            Assert.Contains(new TrackedMetric("nfe", steps.Key, steps.Key, time), euler.Metrics);
            foreach ((string key, double? mean) in new[]
            {
                ("sampling_seconds", steps.Average(record => record.SamplingSeconds)),
                ("sampling_cpu_seconds", steps.Average(record => record.SamplingCpuSeconds)),
                ("model_seconds", steps.Average(record => record.ModelSeconds)),
                ("peak_memory_bytes", steps.Average(record => record.PeakMemoryBytes)),
            })
            {
                Assert.Equal(
                    mean is { } cost ? [new TrackedMetric(key, cost, steps.Key, time)] : Array.Empty<TrackedMetric>(),
                    euler.Metrics.Where(metric => metric.Key == key && metric.Step == steps.Key));
            }
        }

        RecordedRun sweep = _bench.Tracker.Runs.Single(run => run.Description.Parent is null);
        Assert.Equal(8, sweep.Tables["cells"].Rows.Count);
        Assert.Equal(("40", "8"), (sweep.Description.Parameters["samples"], sweep.Description.Parameters["cells"]));
        Assert.DoesNotContain("steps", sweep.Description.Parameters.Keys);
        Assert.Equal(new TrackedGoal("sliced-wasserstein", false), sweep.Description.Goal);
        Assert.Contains($"diffusion run results/{outcome.Folder.Label}", sweep.Description.Note, StringComparison.Ordinal);
        Assert.All(_bench.Tracker.Runs, run => Assert.DoesNotContain("", run.Description.Tags.Values.Concat(run.Description.Parameters.Values)));
    }

    [Fact]
    public async Task A_point_is_there_when_all_its_cells_are_and_never_changes()
    {
        await _bench.RunAsync(_bench.Plan(), settings => settings with { Only = ["repeat=0"] });
        Assert.All(_bench.Tracker.Runs, run => Assert.Empty(run.Metrics));
        Assert.All(_bench.Tracker.Runs, run => Assert.Equal(TrackedRunStatus.Killed, run.Ended?.Status));
        await _bench.RunAsync(_bench.Plan(), settings => settings with { Only = ["steps=3"] });
        TrackedMetric[] early = [.. Points()];
        Assert.Equal(10, early.Length);
        await _bench.RunAsync();
        Assert.Equal(3, _bench.Tracker.Runs.Count);
        Assert.Empty(early.Except(Points()));
        Assert.Equal(20, Points().Count());

        // Some costs are known on some machines alone.
        IEnumerable<TrackedMetric> Points() => _bench.Tracker.Runs.SelectMany(run => run.Metrics)
            .Where(metric => metric.Key is not ("sampling_cpu_seconds" or "model_seconds" or "peak_memory_bytes"));
    }

    [Fact]
    public async Task A_runs_identity_outlives_its_record_and_is_no_other_runs()
    {
        RunOutcome first = await _bench.RunAsync();
        string identity = _bench.Tracker.Runs.Single(run => run.Description.Parent is null).Description.Key;
        await File.WriteAllTextAsync(first.Folder.RecordFile, "{", TestContext.Current.CancellationToken);
        await _bench.RunAsync();
        Assert.Equal(3, _bench.Tracker.Runs.Count);
        await _bench.RunAsync(_bench.Plan(), settings => settings with { Fresh = true });
        Assert.Equal(6, _bench.Tracker.Runs.Count);
        Assert.NotEqual(identity, RecordJson.Read<RunRecord>(_bench.Runs[^1].RecordFile).Identity);
    }

    private static string[] Told(RecordingTracker tracker) => [.. tracker.Runs.SelectMany(run => (string[])
    [
        $"{run.Description.Name} {run.Description.Started:O} {run.Ended} {run.Description.Note} {run.Description.Goal}",
        .. run.Description.Parameters.Select(parameter => $"parameter {parameter}"), .. run.Description.Tags.Concat(run.Tags).Select(tag => $"tag {tag}"),
        .. run.Metrics.Select(metric => $"{metric}"), .. run.Artifacts.Select(artifact => $"file {artifact}"),
        $"{run.Description.Data?.Digest} {run.Description.Data?.Name}",
        .. run.Tables.Select(table => $"{table.Key} {string.Join('\n', table.Value.Rows.Select(row => string.Join(',', row)))}"),
    ]).Order(StringComparer.Ordinal)];

    [Fact]
    public async Task A_tracker_is_told_who_made_a_run_and_the_sweeps_description()
    {
        Dictionary<string, string> facts = new() { [RunFacts.User] = "ada", [RunFacts.Program] = "diffusion", [RunFacts.Commit] = "c0ffee", ["host"] = "here" };
        await _bench.RunAsync(_bench.Plan("description=Why"), settings => settings with { Environment = facts });
        Assert.All(_bench.Tracker.Runs, run => Assert.Equal(new TrackedOrigin("ada", "diffusion", "c0ffee"), run.Description.Origin));
        Assert.StartsWith("Why\n", _bench.Tracker.Runs.Single(run => run.Description.Parent is null).Description.Note, StringComparison.Ordinal);
        Assert.All(
            _bench.Tracker.Runs.Where(run => run.Description.Parent is not null),
            run => Assert.Equal(
                ["diffusion.cells", "diffusion.kind", "diffusion.run", "diffusion.status"], run.Description.Tags.Keys.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task A_model_that_the_tracker_may_not_have_is_told_with_its_cells()
    {
        string[] trained = ["model={ \"use\": \"mlp\", \"width\": 8, \"layers\": 1 }", "loss=noise-prediction", "training={ \"steps\": 5, \"batchSize\": 8 }"];
        await _bench.RunAsync(trained);
        RunOutcome again = await _bench.RunAsync(_bench.Plan(trained));
        Assert.Equal(8, Count(again.Work, CellAction.Keep));
        RecordedRun model = Assert.Single(_bench.Tracker.Runs, run => run.Description.Key.Contains("/model/", StringComparison.Ordinal));
        Assert.Single(model.Metrics, metric => metric.Key == "train/seconds");
        Assert.Equal("training", model.Description.DataUse);
    }

    [Fact]
    public void Runs_that_begin_in_the_same_second_get_folders_of_their_own()
    {
        string[] paths = [.. Enumerable.Range(0, 32).AsParallel().WithDegreeOfParallelism(8)
            .Select(_ => RunFolder.Create(_bench.Results, "small", DateTimeOffset.UnixEpoch).Path)];
        Assert.Equal(32, paths.Distinct().Count());
        Assert.Equal(32, Directory.GetDirectories(Path.Combine(_bench.Results, "small")).Length);
    }

    [Theory]
    [InlineData("run.json")]
    [InlineData("plan.jsonl")]
    public async Task A_damaged_file_of_the_run_is_made_anew_and_the_run_goes_on(string name)
    {
        RunOutcome first = await _bench.RunAsync();
        string file = Path.Combine(first.Folder.Path, name);
        byte[] content = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        content[content.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, content, TestContext.Current.CancellationToken);
        RunOutcome again = await _bench.RunAsync();
        Assert.Equal((first.Folder.Path, 8), (again.Folder.Path, Count(again.Work, CellAction.Keep)));
        Assert.Equal(RunStatus.Finished, RecordJson.Read<RunRecord>(again.Folder.RecordFile).Status);
        Assert.True(PlanFile.IsWhole(again.Folder.PlanFile));
    }

    [Fact]
    public async Task A_task_that_leaves_no_record_is_a_failure_with_its_reason()
    {
        string log = Path.Combine(_bench.Results, "some.log");
        RunOutcome outcome = await _bench.RunAsync(_bench.Plan(), launcher: new FakeLauncher((request, token) =>
        {
            foreach ((int i, string task) in request.Stages.Single().Tasks.Index())
            {
                if (i >= 2)
                    request.Execute(task, token);
                request.Ended(task, i == 0 ? new(TaskFailureKind.OutOfMemory, "killed by the kernel", log) : null);
            }

            return new();
        }));
        Assert.Equal(2, outcome.Records.Count(record => record.Status == CellStatus.Failed));
        CellRecord killed = Assert.Single(outcome.Records, record => record.Failure == TaskFailureKind.OutOfMemory);
        Assert.Equal(("killed by the kernel", Path.GetRelativePath(outcome.Folder.Path, log)), (killed.Error, killed.Log));
        Assert.Single(outcome.Records, record => record.Error == "it left no record, or a damaged one");
        Assert.Equal(6, Count(_bench.Decide(_bench.Plan()), CellAction.Keep));
    }

    [Fact]
    public async Task What_is_handed_over_is_collected_by_the_same_command()
    {
        ILaunchContext? handed = null;
        RunOutcome left = await _bench.RunAsync(_bench.Plan(), launcher: new FakeLauncher((request, _) =>
        {
            handed = request;
            return new("the cluster goes on");
        }));
        Assert.Equal((RunEnding.HandedOver, "the cluster goes on", 0), (left.Ending, left.Message, left.Records.Count));
        foreach (string task in handed!.Stages.Single().Tasks)
            handed.Execute(task, TestContext.Current.CancellationToken);
        RunOutcome collected = await _bench.RunAsync();
        Assert.Equal((RunEnding.Finished, 8), (collected.Ending, Count(collected.Work, CellAction.Keep)));
        Assert.Equal(left.Folder.Path, collected.Folder.Path);
    }

    [Fact]
    public async Task A_clock_that_jumps_changes_no_number_and_loses_no_run()
    {
        using SweepBench steady = new();
        RunOutcome undisturbed = await steady.RunAsync();
        _bench.Clock = new JumpingClock();
        await Assert.ThrowsAsync<InvalidOperationException>(() => _bench.RunAsync(_bench.Plan(), launcher: FakeLauncher.DyingAfter(4)));
        RunOutcome resumed = await _bench.RunAsync();
        Assert.Equal(4, Count(resumed.Work, CellAction.Keep));
        Assert.Equal(SweepBench.Numbers(undisturbed), SweepBench.Numbers(resumed));
        Assert.All(resumed.Records, record => Assert.InRange(record.Seconds, 0, 60));
    }

    [Fact]
    public async Task Independent_noise_is_each_configurations_own_and_common_noise_is_shared()
    {
        static string[] First(RunOutcome outcome) =>
            [.. outcome.Records.Where(record => record.Repeat == 0)
                .Select(record => Convert.ToHexString(File.ReadAllBytes(Path.Combine(outcome.Folder.Path, record.Samples!))))];

        // At this many steps two deterministic methods of one order agree to a part of the noise they started from.
        string[] sets = ["sweep.axes={ \"solver\": [\"euler\", \"ddim\"] }", "sweep.repeats=1", "steps=400", "samples=4", "dtype=\"float64\""];
        RunOutcome common = await _bench.RunAsync(sets);
        RunOutcome independent = await _bench.RunAsync([.. sets, "noise=\"independent\""]);
        Assert.NotEqual(First(common), First(independent));
        Assert.True(Math.Abs(common.Records[0].Metrics[0].Value - common.Records[1].Metrics[0].Value) < 1e-2);
        Assert.True(Math.Abs(independent.Records[0].Metrics[0].Value - independent.Records[1].Metrics[0].Value) > 1e-2);
        Assert.Equal(
            SweepBench.Numbers(independent),
            SweepBench.Numbers(await _bench.RunAsync(_bench.Plan([.. sets, "noise=\"independent\""]), settings => settings with { Fresh = true })));
    }

    [Fact]
    public async Task A_frozen_plan_runs_whatever_becomes_of_the_manifest()
    {
        RunOutcome first = await _bench.RunAsync();
        await File.WriteAllTextAsync(_bench.Manifest, "{", TestContext.Current.CancellationToken);
        ExperimentPlan thawed = SweepBench.Thaw(first.Folder);
        Assert.Equal(8, Count(_bench.Decide(thawed), CellAction.Keep));
        RunOutcome fresh = await _bench.RunAsync(thawed, settings => settings with { Fresh = true });
        Assert.Equal(SweepBench.Numbers(first), SweepBench.Numbers(fresh));
        // A folder that is named is the one that goes on, though there is a newer one.
        RunOutcome named = await _bench.RunAsync(thawed, settings => settings with { Run = first.Folder.Path });
        Assert.Equal(first.Folder.Path, named.Folder.Path);
    }

    [Theory]
    [InlineData("undefined", "metric 'overflowing' is not a number")]
    [InlineData("infinite", "metric 'overflowing' is infinite")]
    public async Task A_value_that_is_not_finite_is_not_done_and_the_other_values_are_kept(string overflow, string error)
    {
        RunOutcome outcome = await _bench.RunAsync($"metrics=[\"sliced-wasserstein\", {{ \"use\": \"non-finite\", \"overflow\": \"{overflow}\" }}]");
        Assert.All(outcome.Records, record =>
        {
            Assert.Equal((CellStatus.Failed, error), (record.Status, record.Error));
            Assert.Equal(["sliced-wasserstein", "sound", "vague"], record.Metrics.Select(metric => metric.Name));
            Assert.All(record.Metrics, metric => Assert.True(double.IsFinite(metric.Value)));
        });
    }

    [Theory]
    [InlineData("schedule=", "t,log-snr\n1,2\n2,NaN\n", "line 3: column 'log-snr': 'NaN' is not a finite number")]
    [InlineData("schedule=", "t,log-snr\n1,2\n2,2\n", "line 3: the signal-to-noise ratio does not fall")]
    [InlineData("training.schedule=", "t,log-snr\n1,2\n1,1\n", "line 3: the time does not rise")]
    public async Task A_table_that_cannot_be_read_is_refused_by_its_line_before_anything_runs(string key, string table, string expected)
    {
        string file = Path.Combine(Path.GetDirectoryName(_bench.Manifest)!, "table.csv");
        await File.WriteAllTextAsync(file, table, TestContext.Current.CancellationToken);
        string[] sets =
        [
            "model={ \"use\": \"mlp\", \"width\": 4, \"layers\": 1 }",
            "loss=\"denoising-score-matching\"",
            "training={ \"steps\": 2 }",
            $"{key}{{ \"use\": \"tabulated\", \"path\": \"{file.Replace('\\', '/')}\" }}",
        ];
        InvalidDataException error = await Assert.ThrowsAsync<InvalidDataException>(() => _bench.RunAsync(sets));
        Assert.Equal($"{file}, {expected}.", error.Message);
        Assert.Throws<InvalidDataException>(() => _bench.Decide(_bench.Plan(sets)));
        Assert.False(Directory.Exists(_bench.Results));
    }

    [Theory]
    [InlineData("float32", 2.8)]
    [InlineData("float64", 5.6)]
    public async Task More_samples_than_a_file_may_hold_are_refused_before_anything_is_written(string dtype, double gigabytes)
    {
        string[] sets = ["data.means=[[0, 0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1, 1]]", "samples=100000000", $"dtype=\"{dtype}\""];
        InputException error = await Assert.ThrowsAsync<InputException>(() => _bench.RunAsync(sets));
        Assert.Contains(
            FormattableString.Invariant($"100000000 samples of shape (7) take {gigabytes} GB, and a cell's samples may take 2.0 GB"),
            error.Message,
            StringComparison.Ordinal);
        Assert.False(Directory.Exists(_bench.Results));
    }

    [Fact]
    public async Task A_standard_error_that_is_no_number_is_none()
    {
        RunOutcome outcome = await _bench.RunAsync("metrics=[\"non-finite\"]");
        Assert.All(outcome.Records, record =>
        {
            Assert.Equal(CellStatus.Done, record.Status);
            Assert.Equal([0.5, null, null], record.Metrics.Select(metric => metric.StandardError));
        });
    }

    [Fact]
    public async Task An_offset_of_the_data_and_their_unit_change_no_metric()
    {
        string[] Sets(double offset, double unit)
        {
            string file = Path.Combine(Path.GetDirectoryName(_bench.Manifest)!, "rows.csv");
            File.WriteAllText(file, "x\n" + string.Join('\n', Enumerable.Range(0, 60)
                .Select(i => (offset + (Math.Sin(i * 1.7) * (1 + (i % 3)) * unit)).ToString("R", CultureInfo.InvariantCulture))));
            return [
                $"data={{ \"use\": \"csv\", \"path\": \"{file.Replace('\\', '/')}\" }}",
                "model=\"empirical\"",
                "metrics=[\"sliced-wasserstein\", \"energy-distance\"]",
                "sweep.axes={ \"solver\": [\"euler\"] }",
            ];
        }

        double[] plain = [.. (await _bench.RunAsync(Sets(0, 1))).Records.SelectMany(record => record.Metrics).Select(metric => metric.Value)];
        Assert.Equal(4, plain.Length);
        foreach ((double offset, double unit, double tolerance) in ((double, double, double)[])[
            (1e5, 1, 1e-6), (-1e9, 1, 1e-5), (0, 1e200, 1e-6), (0, 1e-200, 1e-6),
        ])
        {
            RunOutcome moved = await _bench.RunAsync(Sets(offset, unit));
            Assert.All(moved.Records.SelectMany(record => record.Metrics).Zip(plain), pair => Assert.Equal(pair.Second, pair.First.Value, tolerance));
        }
    }

    private sealed class JumpingClock : TimeProvider
    {
        private int _calls;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddHours(_calls++ % 2 == 0 ? -5 : 5);
    }
}
