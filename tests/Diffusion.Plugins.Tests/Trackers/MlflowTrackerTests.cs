using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using MLflow.Tests;
using Diffusion.Trackers;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using MLflow;
using MLflow.Sqlite;
using Xunit;

namespace Diffusion.Plugins.Tests.Trackers;

public sealed class MlflowTrackerTests : IAsyncLifetime
{
    private readonly TemporaryStore _store = new();
    private readonly RecordingLogger _logger = new();
    private FaultyStore _faulty = null!;
    private MlflowTracker _tracker = null!;

    private readonly DateTimeOffset _start = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private DateTimeOffset Now => _store.Clock.GetUtcNow();

    public ValueTask InitializeAsync()
    {
        _faulty = new FaultyStore(new SqliteTrackingStore(
            _store.Path, Path.Combine(_store.Folder, "mlartifacts"), TimeSpan.FromSeconds(30), _store.Clock, () => Guid.NewGuid().ToString("N")));
        _tracker = new MlflowTracker(new MlflowClient(_faulty, _store.Clock), "sqlite:///x.db", _logger, _store.Clock);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _tracker.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task A_sweep_is_a_parent_run_and_its_cells_are_children()
    {
        string manifest = await FileAsync("manifest.json", "{}");
        ITrackedRun sweep = _tracker.Begin(Describe("sweep") with { Tags = new Dictionary<string, string> { [MlflowTags.NoteContent] = "# note" } });
        sweep.LogArtifact(manifest, "inputs");
        ITrackedRun cell = _tracker.Begin(Describe("cell") with
        {
            Parent = sweep,
            Parameters = new Dictionary<string, string> { ["solver.use"] = "ddim", ["steps"] = "18", ["empty"] = "" },
            Tags = new Dictionary<string, string> { [MlflowTags.SourceName] = "first-light.json", [MlflowTags.GitCommit] = "abc" },
        });
        cell.LogMetrics([new TrackedMetric("energy", 0.25, 18, Now), new TrackedMetric("energy", double.NaN, 36, Now)]);
        cell.End(TrackedRunStatus.Failed, Now.AddSeconds(3));
        sweep.End(TrackedRunStatus.Finished, Now.AddSeconds(5));
        await _tracker.FlushAsync(Cancellation);

        Run parent = await StoredAsync("sweep"), child = await StoredAsync("cell");
        Assert.Equal(parent.Info.RunId, child.Tag(MlflowTags.ParentRunId));
        Assert.Null(parent.Tag(MlflowTags.ParentRunId));
        Assert.Equal(("first-light.json", "abc"), (child.Tag(MlflowTags.SourceName), child.Tag(MlflowTags.GitCommit)));
        Assert.Equal("# note", parent.Tag(MlflowTags.NoteContent));
        Assert.Equal((RunStatus.Finished, Now.AddSeconds(5)), (parent.Info.Status, parent.Info.EndTime));
        Assert.Equal((RunStatus.Failed, Now, Now.AddSeconds(3)), (child.Info.Status, child.Info.StartTime, child.Info.EndTime));
        Assert.Equal([new Param("empty", ""), new Param("solver.use", "ddim"), new Param("steps", "18")], child.Params);
        Assert.Equal([0.25, double.NaN], (await _store.Client.GetMetricHistoryAsync(child.Info.RunId, "energy", Cancellation)).Select(metric => metric.Value));
        Assert.Equal("{}", await File.ReadAllTextAsync(Path.Combine(parent.Info.ArtifactUri, "inputs", "manifest.json"), Cancellation));
        Assert.Empty(_logger.MessagesAt(LogLevel.Warning));
    }

    [Fact]
    public async Task Tags_and_tables_may_come_later()
    {
        ITrackedRun run = _tracker.Begin(Describe("judged") with { Tags = new Dictionary<string, string> { ["claims"] = "open" } });
        run.SetTags(new Dictionary<string, string> { ["claims"] = "held", ["a(b)"] = "1", [MlflowTags.ParentRunId] = "nobody" });
        run.LogTable("claims-table", new(["claim", "value", "sure"], [["kl ≤ 1", 0.5, true], ["kl ≥ 1", double.NaN, null]]));
        await _tracker.FlushAsync(Cancellation);

        Run stored = await StoredAsync("judged");
        Assert.Equal(("held", "1", null), (stored.Tag("claims"), stored.Tag("a_b_"), stored.Tag(MlflowTags.ParentRunId)));
        Assert.Equal(
            """{"columns":["claim","value","sure"],"data":[["kl \u2264 1",0.5,true],["kl \u2265 1",null,null]]}""",
            await File.ReadAllTextAsync(Path.Combine(stored.Info.ArtifactUri, "claims-table.json"), Cancellation));
        Assert.Contains("claims-table.json", stored.Tag("mlflow.loggedArtifacts"), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => run.LogTable("t", new(["a"], [[1]])));
        Assert.Empty(_logger.MessagesAt(LogLevel.Warning));
    }

    [Fact]
    public async Task The_data_set_becomes_an_input()
    {
        string file = await FileAsync("faithful.csv", "eruptions,waiting");
        string digest = new('a', 64);
        _tracker.Begin(Describe("file") with
        {
            Data = new DataDescription { Name = "faithful", Shape = [2], Columns = ["eruptions", "waiting"], Source = file, Digest = digest },
        });
        _tracker.Begin(Describe("formula") with { Data = new DataDescription { Name = "mixture", Shape = [2], Source = "5 components on a circle" } });
        await _tracker.FlushAsync(Cancellation);

        Dataset faithful = Assert.Single((await StoredAsync("file")).Inputs).Dataset, mixture = Assert.Single((await StoredAsync("formula")).Inputs).Dataset;
        Assert.Equal(("faithful", digest[..32], "local"), (faithful.Name, faithful.Digest, faithful.SourceType));
        Assert.Equal(file, JsonDocument.Parse(faithful.Source).RootElement.GetProperty("uri").GetString());
        Assert.Equal("""{"mlflow_colspec":[{"type":"double","name":"eruptions"},{"type":"double","name":"waiting"}]}""", faithful.Schema);
        Assert.Equal("code", mixture.SourceType);
        Assert.Equal(32, mixture.Digest.Length);
        string features = JsonDocument.Parse(mixture.Schema!).RootElement.GetProperty("mlflow_tensorspec").GetProperty("features").GetString()!;
        Assert.Equal("""[{"type":"tensor","tensor-spec":{"dtype":"float64","shape":[-1,2]}}]""", features);
    }

    [Fact]
    public async Task A_run_of_a_known_key_is_continued()
    {
        ITrackedRun first = _tracker.Begin(Describe("cell"));
        first.LogMetrics([new TrackedMetric("loss", 1, 1, Now)]);
        first.End(TrackedRunStatus.Killed, Now);
        await _tracker.FlushAsync(Cancellation);

        ITrackedRun again = _tracker.Begin(Describe("cell"));
        again.LogMetrics([new TrackedMetric("loss", 1, 1, Now), new TrackedMetric("loss", 0.5, 2, Now)]);
        await _tracker.FlushAsync(Cancellation);

        Run run = await StoredAsync("cell");
        Assert.Equal(RunStatus.Running, run.Info.Status);
        Assert.Equal([1, 0.5], (await _store.Client.GetMetricHistoryAsync(run.Info.RunId, "loss", Cancellation)).Select(metric => metric.Value));
    }

    [Fact]
    public async Task Names_and_values_MLflow_refuses_are_made_to_fit_and_nothing_is_lost()
    {
        string longText = string.Concat(Enumerable.Range(0, 3000).Select(i => $"{i},"));
        string oddFile = await FileAsync("part #1.txt", "x");
        ITrackedRun run = _tracker.Begin(Describe("odd") with
        {
            Parameters = new Dictionary<string, string> { ["a[0]"] = "1", ["a(0)"] = "2", ["/b//c/"] = "3", ["levels"] = longText, [".."] = "4" },
            Tags = new Dictionary<string, string> { [MlflowTags.NoteContent] = longText },
        });
        run.LogMetrics([new TrackedMetric("loss (train)", 1, 0, Now)]);
        run.LogArtifact(oddFile);
        await _tracker.FlushAsync(Cancellation);

        Run stored = await StoredAsync("odd");
        Assert.Equal(
            [new Param("_..", "4"), new Param("a_0_", "2"), new Param("a_0__2", "1"), new Param("b/c", "3")],
            stored.Params.Where(param => param.Key != "levels").OrderBy(param => param.Key, StringComparer.Ordinal));
        Assert.Equal("loss _train_", Assert.Single(stored.Metrics).Key);
        string shortened = stored.Params.Single(param => param.Key == "levels").Value;
        Assert.StartsWith(longText[..5000], shortened, StringComparison.Ordinal);
        Assert.EndsWith("whole in the artifact long-values/params/levels.txt)", shortened, StringComparison.Ordinal);
        Assert.Equal(Limits.ParamValueLength, shortened.Length);
        Assert.Equal(longText, await File.ReadAllTextAsync(Path.Combine(stored.Info.ArtifactUri, "long-values", "params", "levels.txt"), Cancellation));
        Assert.Equal(
            longText, await File.ReadAllTextAsync(Path.Combine(stored.Info.ArtifactUri, "long-values", "tags", "mlflow.note.content.txt"), Cancellation));
        Assert.True(File.Exists(Path.Combine(stored.Info.ArtifactUri, "part _1.txt")));
        Assert.Empty(_logger.MessagesAt(LogLevel.Warning));
    }

    [Fact]
    public async Task A_note_and_an_origin_are_where_MLflow_looks_for_them()
    {
        _tracker.Begin(Describe("told") with
        {
            Note = "Why",
            Origin = new("ada", "diffusion", "c0ffee"),
            Tags = new Dictionary<string, string> { ["diffusion.status"] = "done" },
        });
        _tracker.Begin(Describe("untold"));
        await _tracker.FlushAsync(Cancellation);

        Assert.Equal(
            [
                new("diffusion.fixed", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
                new("diffusion.key", "key of told"), new("diffusion.status", "done"), new("diffusion.sweep", "key of told"),
                new("mlflow.note.content", "Why"), new("mlflow.runName", "told"),
                new("mlflow.source.git.commit", "c0ffee"), new("mlflow.source.name", "diffusion"), new("mlflow.source.type", "LOCAL"), new RunTag(
                    "mlflow.user", "ada"),
            ],
            (await StoredAsync("told")).Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal));
        Assert.Equal(
            ["diffusion.fixed", "diffusion.key", "diffusion.sweep", "mlflow.runName"],
            (await StoredAsync("untold")).Tags.Select(tag => tag.Key).Order(StringComparer.Ordinal).Where(key => key != "mlflow.user"));
    }

    [Fact]
    public async Task A_caller_never_waits_for_the_store_and_waiting_points_are_written_together()
    {
        const int cells = 20, pieces = 50;
        _faulty.StandStill();
        for (int cell = 0; cell < cells; cell++)
        {
            ITrackedRun run = _tracker.Begin(Describe($"cell {cell}"));
            for (int i = 0; i < pieces; i++)
                run.LogMetrics([new TrackedMetric("loss", i, i, Now)]);
            run.End(TrackedRunStatus.Finished, Now);
        }
        Assert.Empty(_store.Rows("SELECT name FROM sqlite_master"));
        _faulty.GoOn();
        await _tracker.FlushAsync(Cancellation);

        Assert.Equal([$"{cells}|{cells * pieces}"], _store.Rows("SELECT count(DISTINCT run_uuid), count(*) FROM metrics"));
        Assert.Equal([$"FINISHED|{cells}"], _store.Rows("SELECT status, count(*) FROM runs GROUP BY status"));
        Assert.InRange(_faulty.MetricBatches, cells, 2 * cells);
    }

    [Fact]
    public async Task What_is_handed_over_may_be_reused_by_the_caller()
    {
        _faulty.StandStill();
        var metrics = new List<TrackedMetric> { new("loss", 1, 1, Now) };
        ITrackedRun run = _tracker.Begin(Describe("cell"));
        run.LogMetrics(metrics);
        metrics.Clear();
        _faulty.GoOn();
        await _tracker.FlushAsync(Cancellation);

        Assert.Single((await StoredAsync("cell")).Metrics);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_store_that_fails_for_a_while_costs_one_warning_and_nothing_else(bool beforeItsWork)
    {
        var failure = new MlflowException(ErrorCodes.InternalError, "the disk is full.");
        (_faulty.FailsBefore, _faulty.FailsAfter) = beforeItsWork ? (failure, (MlflowException?)null) : (null, failure);
        ITrackedRun sweep = _tracker.Begin(Describe("sweep"));
        for (int cell = 0; cell < 5; cell++)
        {
            ITrackedRun run = _tracker.Begin(Describe($"cell {cell}") with { Parent = sweep, Parameters = new Dictionary<string, string> { ["p"] = "1" } });
            run.LogMetrics([new TrackedMetric("loss", cell, 1, Now)]);
            run.End(TrackedRunStatus.Finished, Now);
            await _tracker.FlushAsync(Cancellation);
        }
        (_faulty.FailsBefore, _faulty.FailsAfter) = (null, null);
        sweep.End(TrackedRunStatus.Finished, Now);
        await _tracker.FlushAsync(Cancellation);

        string warning = Assert.Single(_logger.MessagesAt(LogLevel.Warning));
        Assert.Contains("the disk is full.", warning, StringComparison.Ordinal);
        Assert.Single(_logger.MessagesAt(LogLevel.Information));
        Assert.Equal(["FINISHED|6"], _store.Rows("SELECT status, count(*) FROM runs GROUP BY status"));
        Assert.Equal(["5|5"], _store.Rows("SELECT (SELECT count(*) FROM metrics), (SELECT count(*) FROM tags WHERE key = 'mlflow.parentRunId')"));
    }

    [Fact]
    public async Task A_store_that_never_works_costs_one_warning_and_the_end_comes()
    {
        _faulty.FailsBefore = new MlflowException(ErrorCodes.TemporarilyUnavailable, "locked.");
        for (int cell = 0; cell < 5; cell++)
        {
            ITrackedRun run = _tracker.Begin(Describe($"cell {cell}"));
            run.End(TrackedRunStatus.Finished, Now);
            await _tracker.FlushAsync(Cancellation);
        }
        await _tracker.DisposeAsync();

        Assert.Single(_logger.MessagesAt(LogLevel.Warning));
        Assert.Empty(_logger.MessagesAt(LogLevel.Error));
    }

    [Fact]
    public async Task What_can_never_be_stored_is_left_out_with_a_warning_and_the_rest_of_its_run_goes_on()
    {
        string gone = Path.Combine(_store.Folder, "no such file");
        ITrackedRun good = _tracker.Begin(
            Describe("good") with { Data = new DataDescription { Name = new string('d', Limits.DatasetNameLength + 1), Shape = [2], Source = "a formula" } });
        good.LogArtifact(gone);
        good.LogMetrics([new TrackedMetric("loss", 1, 1, Now)]);
        good.LogMetrics([new TrackedMetric("early", 2, 2, DateTimeOffset.UnixEpoch.AddDays(-1)), new TrackedMetric("loss", 3, 3, Now)]);
        good.End(TrackedRunStatus.Finished, Now);
        await _tracker.FlushAsync(Cancellation);

        Run stored = await StoredAsync("good");
        Assert.Equal(RunStatus.Finished, stored.Info.Status);
        Assert.Equal([1.0, 3.0], (await _store.Client.GetMetricHistoryAsync(stored.Info.RunId, "loss", Cancellation)).Select(metric => metric.Value));
        Assert.Equal((1, 0), (_tracker.Complete, _tracker.Waiting));
        string[] warnings = [.. _logger.MessagesAt(LogLevel.Warning).Order(StringComparer.Ordinal)];
        Assert.Equal(3, warnings.Length);
        Assert.All(warnings, warning => Assert.EndsWith(" The rest of the run is tracked.", warning, StringComparison.Ordinal));
        Assert.Contains(
            $"the data set '{new string('d', Limits.DatasetNameLength + 1)}': 'name' exceeds the maximum length", warnings[0], StringComparison.Ordinal);
        Assert.Contains($"the file '{gone}' is gone", warnings[1], StringComparison.Ordinal);
        Assert.Contains("the metric 'early': Invalid value -86400000 for parameter 'timestamp'", warnings[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_comes_from_earlier_records_goes_and_what_others_have_added_stays()
    {
        Tell(_tracker, "1", [(1, 0.5), (2, 0.25)]);
        await _tracker.FlushAsync(Cancellation);
        Run before = await StoredAsync("cell");
        await _store.Client.SetTagAsync(before.Info.RunId, "mine", "good", Cancellation);
        await _store.Client.LogMetricAsync(before.Info.RunId, "judged", 1, cancellationToken: Cancellation);
        await _store.Client.LogParamAsync(before.Info.RunId, "judge", "ada", Cancellation);

        Tell(_tracker, "1", [(1, 0.5), (2, 0.25)]);
        await _tracker.FlushAsync(Cancellation);
        Assert.Equal(before.Info.RunId, (await StoredAsync("cell")).Info.RunId);

        // A point is another now; then a parameter.
        foreach ((string parameter, double value) in new[] { ("1", 0.125), ("2", 0.125) })
        {
            await using MlflowTracker later = NewTracker();
            Tell(later, parameter, [(1, 0.5), (2, value)]);
            await later.FlushAsync(Cancellation);
            Run stored = await StoredAsync("cell"), parent = await StoredAsync("sweep");
            Assert.NotEqual(before.Info.RunId, stored.Info.RunId);
            Assert.Equal(parent.Info.RunId, stored.Tag(MlflowTags.ParentRunId));
            Assert.Equal((RunStatus.Finished, "good", parameter), (stored.Info.Status, stored.Tag("mine"), Assert.Single(stored.Params).Value));
            Assert.Equal([0.5, value], (await _store.Client.GetMetricHistoryAsync(stored.Info.RunId, "loss", Cancellation)).Select(point => point.Value));
            Assert.Equal((2, 0), (later.Complete, later.Waiting));
        }

        Assert.Equal(["2"], _store.Rows("SELECT count(*) FROM runs WHERE lifecycle_stage = 'active'"));
    }

    [Fact]
    public async Task Tags_that_the_records_say_no_more_go_and_those_of_others_stay()
    {
        Tell(_tracker, "1", [(1, 0.5)], tags: new() { ["diffusion.error"] = "NaN at step 3", ["diffusion.status"] = "diverged" });
        await _tracker.FlushAsync(Cancellation);
        Run before = await StoredAsync("cell");
        foreach (string mine in new[] { "mine", "diffusion", "mlflow.mine" })
            await _store.Client.SetTagAsync(before.Info.RunId, mine, "1", Cancellation);
        Assert.Equal("NaN at step 3", before.Tag("diffusion.error"));

        Dictionary<string, string> tags = new() { ["diffusion.status"] = "done" };
        await using (MlflowTracker status = NewTracker(isReadOnly: true))
        {
            Tell(status, "1", [(1, 0.5)], tags: tags);
            await status.FlushAsync(Cancellation);
            Assert.Equal((1, 1), (status.Complete, status.Waiting));
            Assert.Contains(
            "('cell' lacks 1 tag and holds the tag 'diffusion.error', which the records do not say)", status.HowToLook, StringComparison.Ordinal);
        }

        await using MlflowTracker sync = NewTracker();
        sync.Begin(Describe("cell"));
        await sync.FlushAsync(Cancellation);
        // A run that is not told whole may yet be told it.
        Assert.Equal("NaN at step 3", (await StoredAsync("cell")).Tag("diffusion.error"));
        Tell(sync, "1", [(1, 0.5)], tags: tags);
        await sync.FlushAsync(Cancellation);
        Assert.Equal((2, 0), (sync.Complete, sync.Waiting));
        Run after = await StoredAsync("cell");
        Assert.Equal(before.Info.RunId, after.Info.RunId);
        Assert.Equal(
            before.Tags.Select(tag => tag.Key).Except(["diffusion.error"]).Concat(["diffusion", "mine", "mlflow.mine"]).Order(StringComparer.Ordinal),
            after.Tags.Select(tag => tag.Key).Order(StringComparer.Ordinal));
        Assert.Equal("done", after.Tag("diffusion.status"));
    }

    [Fact]
    public async Task Children_follow_their_parent_when_it_is_made_anew()
    {
        Tell(_tracker, "1", [(1, 0.5)], parentPoint: 1);
        await _tracker.FlushAsync(Cancellation);
        Run before = await StoredAsync("sweep");
        await using MlflowTracker later = NewTracker();
        Tell(later, "1", [(1, 0.5)], parentPoint: 2);
        await later.FlushAsync(Cancellation);

        Run parent = await StoredAsync("sweep");
        Assert.NotEqual(before.Info.RunId, parent.Info.RunId);
        Assert.Equal(parent.Info.RunId, (await StoredAsync("cell")).Tag(MlflowTags.ParentRunId));
        Assert.Equal((2, 0), (later.Complete, later.Waiting));
    }

    [Fact]
    public async Task Comparing_sends_nothing_and_says_what_is_missing()
    {
        await using (MlflowTracker early = NewTracker(isReadOnly: true))
        {
            Tell(early, "1", [(1, 0.5)]);
            await early.FlushAsync(Cancellation);
            Assert.Equal((0, 2), (early.Complete, early.Waiting));
            Assert.Equal("sqlite:///x.db ('sweep' is not there); 'diffusion track sync' sends the rest", early.HowToLook);
        }

        Assert.Null(await _store.Client.FindExperimentAsync("first-light", Cancellation));
        Tell(_tracker, "1", [(1, 0.5)]);
        await _tracker.FlushAsync(Cancellation);
        await using (MlflowTracker more = NewTracker(isReadOnly: true))
        {
            Tell(more, "1", [(1, 0.5), (2, 0.25)]);
            await more.FlushAsync(Cancellation);
            Assert.Equal((1, 1), (more.Complete, more.Waiting));
            Assert.Contains("('cell' lacks 1 point)", more.HowToLook, StringComparison.Ordinal);
        }

        await using MlflowTracker same = NewTracker(isReadOnly: true);
        Tell(same, "1", [(1, 0.5)]);
        await same.FlushAsync(Cancellation);
        Assert.Equal((2, 0), (same.Complete, same.Waiting));
        Assert.Equal(["1"], _store.Rows("SELECT count(*) FROM metrics"));
    }

    [Fact]
    public async Task What_an_experiment_that_is_deleted_refuses_is_stored_once_it_is_restored()
    {
        await _store.Client.GetOrCreateExperimentAsync("first-light", Cancellation);
        _store.Execute("UPDATE experiments SET lifecycle_stage = 'deleted' WHERE name = 'first-light'");
        await using (MlflowTracker tracker = NewTracker())
        {
            Tell(tracker, "1", [(1, 0.5)]);
            await tracker.FlushAsync(Cancellation);
            Assert.Equal((0, 2), (tracker.Complete, tracker.Waiting));
            Assert.Equal(
                "sqlite:///x.db (The experiment 'first-light' is deleted. Restore it in MLflow, or use another name); 'diffusion track sync' sends the rest",
                tracker.HowToLook);
        }

        Assert.StartsWith(
            "sqlite:///x.db does not take the run 'sweep': The experiment 'first-light' is deleted.", Assert.Single(_logger.MessagesAt(LogLevel.Warning)),
            StringComparison.Ordinal);
        Assert.Equal(["0"], _store.Rows("SELECT count(*) FROM runs"));

        _store.Execute("UPDATE experiments SET lifecycle_stage = 'active' WHERE name = 'first-light'");
        await using MlflowTracker sync = NewTracker();
        Tell(sync, "1", [(1, 0.5)]);
        await sync.FlushAsync(Cancellation);
        Assert.Equal((2, 0), (sync.Complete, sync.Waiting));
        Assert.Equal("mlflow ui --backend-store-uri sqlite:///x.db", sync.HowToLook);
        Assert.Equal(["FINISHED|2"], _store.Rows("SELECT status, count(*) FROM runs GROUP BY status"));
    }

    [Fact]
    public async Task Tables_pictures_and_the_goal_are_where_the_UI_looks()
    {
        ITrackedRun sweep = _tracker.Begin(Describe("sweep") with { Goal = new("accuracy", true) });
        sweep.LogTable("cells", new(["solver", "loss"], [["heun", 0.5], [null, double.NaN]]));
        sweep.LogArtifact(await FileAsync("größe.svg", "<svg/>"), "samples");
        sweep.End(TrackedRunStatus.Finished, Now);
        await _tracker.FlushAsync(Cancellation);

        Run stored = await StoredAsync("sweep");
        Assert.Equal("""[{"path": "cells.json", "type": "table"}]""", stored.Tag("mlflow.loggedArtifacts"));
        Assert.Equal(
            """{"columns":["solver","loss"],"data":[["heun",0.5],[null,null]]}""",
            await File.ReadAllTextAsync(Path.Combine(stored.Info.ArtifactUri, "cells.json"), Cancellation));
        // Servers cannot give back other names.
        Assert.Equal("<svg/>", await File.ReadAllTextAsync(Path.Combine(stored.Info.ArtifactUri, "samples", "gr__e.svg"), Cancellation));
        Assert.Equal("samples/größe.svg", stored.Tag("diffusion.artifact.samples/gr__e.svg"));
        Experiment experiment = (await _store.Client.FindExperimentAsync("first-light", Cancellation))!;
        Assert.Contains(new ExperimentTag("mlflow.experiment.primaryMetric.name", "accuracy"), experiment.Tags);
        Assert.Contains(new ExperimentTag("mlflow.experiment.primaryMetric.greaterIsBetter", "True"), experiment.Tags);
        Assert.Equal((1, 0), (_tracker.Complete, _tracker.Waiting));
    }

    [Fact]
    public async Task The_searches_of_the_documentation_find_what_they_say()
    {
        ITrackedRun sweep = _tracker.Begin(Describe("sweep"));
        foreach ((string name, string kind, string status) in new[]
        {
            ("heun", "configuration", "done"), ("euler", "configuration", "failed"), ("train", "training", "done"),
        })
        {
            ITrackedRun run = _tracker.Begin(Describe(name) with
            {
                Parent = sweep,
                Parameters = new Dictionary<string, string> { ["solver"] = name, ["model"] = "mlp" },
                Tags = new Dictionary<string, string>
                {
                    ["diffusion.kind"] = kind,
                    ["diffusion.status"] = status,
                    ["diffusion.run"] = "first-light/20260801-101500",
                },
            });
            run.LogMetrics([.. new[] { ("sliced-wasserstein", 0.1), ("nfe", 20.0), ("train/seconds", 11.0) }
                .Select(metric => new TrackedMetric(metric.Item1, metric.Item2, 20, Now))]);
        }

        await _tracker.FlushAsync(Cancellation);
        string text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "mlflow.md"), Cancellation);
        string[] searches = [.. text[text.IndexOf("## Searches", StringComparison.Ordinal)..].Split('\n')
            .Where(line => line.StartsWith("    ", StringComparison.Ordinal)).Select(line => line.Trim())];
        Experiment experiment = (await _store.Client.FindExperimentAsync("first-light", Cancellation))!;
        List<string> found = [];
        foreach (string search in searches)
        {
            IReadOnlyList<Run> runs = await _store.Client.SearchRunsAsync(new RunQuery([experiment.ExperimentId]) { Filter = search }, Cancellation);
            found.Add(string.Join(' ', runs.Select(run => run.Info.RunName).Order(StringComparer.Ordinal)));
        }

        Assert.Equal(["heun", "euler heun", "euler heun", "euler", "train"], found);
    }

    [Fact]
    public async Task A_run_that_stands_twice_in_the_store_is_kept_once()
    {
        Tell(_tracker, "1", [(1, 0.5)]);
        await _tracker.FlushAsync(Cancellation);
        Run stored = await StoredAsync("cell");
        await _store.Client.CreateRunAsync(
            new RunCreation(stored.Info.ExperimentId)
            {
                RunName = "cell",
                Tags = [.. stored.Tags.Where(tag => tag.Key.StartsWith("diffusion.", StringComparison.Ordinal))],
            },
            Cancellation);
        await using MlflowTracker sync = NewTracker();
        Tell(sync, "1", [(1, 0.5)]);
        await sync.FlushAsync(Cancellation);
        Assert.Equal(stored.Info.RunId, (await StoredAsync("cell")).Info.RunId);
        Assert.Equal((2, 0), (sync.Complete, sync.Waiting));
    }

    [Fact]
    public async Task Disposing_stores_what_is_still_waiting_and_later_calls_are_ignored()
    {
        ITrackedRun run = _tracker.Begin(Describe("cell"));
        run.LogMetrics([new TrackedMetric("loss", 1, 1, Now)]);
        await _tracker.DisposeAsync();
        run.LogMetrics([new TrackedMetric("loss", 2, 2, Now)]);
        run.End(TrackedRunStatus.Finished, Now);
        await _tracker.FlushAsync(Cancellation);

        Assert.Equal(["1|1"], _store.Rows("SELECT step, value FROM metrics"));
    }

    [Fact]
    public async Task A_flush_that_is_waiting_can_be_cancelled()
    {
        _faulty.StandStill();
        _tracker.Begin(Describe("cell"));
        using var cancellation = new CancellationTokenSource();
        Task flush = _tracker.FlushAsync(cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flush);
        _faulty.GoOn();
    }

    [Theory]
    [InlineData("sqlite:///results/mlflow.db", null)]
    [InlineData("http://localhost:5000", null)]
    [InlineData("postgresql://user:secret@host/db", "start with 'postgresql:'")]
    [InlineData("mlruns", "file store")]
    public void Options_are_checked_for_a_URI_that_can_be_used(string uri, string? problem)
    {
        var options = new MlflowTrackerOptions { Uri = uri };
        var results = new List<ValidationResult>();

        Assert.Equal(problem is null, Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true));
        if (problem is not null)
            Assert.Contains(problem, Assert.Single(results).ErrorMessage!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_is_told_how_to_look()
    {
        Assert.Equal("mlflow ui --backend-store-uri sqlite:///x.db", _tracker.HowToLook);
        foreach ((string uri, string command) in new[]
        {
            ("sqlite:///a b.db", "mlflow ui --backend-store-uri \"sqlite:///a b.db\""),
            ("sqlite:///100% #1;/x.db", "mlflow ui --backend-store-uri \"sqlite:///100% #1;/x.db\""),
            ("sqlite:////home/it's $HOME/x.db", @"mlflow ui --backend-store-uri 'sqlite:////home/it'\''s $HOME/x.db'"),
            ("sqlite:///r%3Fx/mlflow.db", "cd \"r?x\" && mlflow ui --backend-store-uri sqlite:///mlflow.db"),
            ("sqlite:////a/r%3Fx/mlflow.db", "cd \"/a/r?x\" && mlflow ui --backend-store-uri sqlite:///mlflow.db"),
        })
        {
            await using var tracker = new MlflowTracker(MlflowClient.Open(uri), uri, _logger, TimeProvider.System);
            Assert.Equal(command, tracker.HowToLook);
        }
    }

    [Fact]
    public async Task A_store_that_another_program_has_locked_is_said_to_be_so_and_filled_once_it_lets_go()
    {
        const string uri = "sqlite:///x.db";
        await using MlflowTracker impatient = new(_store.NewClient(TimeSpan.FromMilliseconds(1)), uri, _logger, _store.Clock);
        using (SqliteConnection other = _store.Connect())
        {
            using SqliteTransaction held = other.BeginTransaction();
            Tell(impatient, "1", [(1, 0.5), (2, 0.25)]);
            await impatient.FlushAsync(Cancellation);
            Assert.Equal((0, 2), (impatient.Complete, impatient.Waiting));
            string locked = $"'{_store.Path}' is locked: another process has been writing to it for more than 0 s";
            Assert.Equal($"{uri} ({locked}); 'diffusion track sync' sends the rest", impatient.HowToLook);
            Assert.Equal(
                $"Tracking in {uri} fails, and the work goes on without it: {locked}. The records are complete; the rest is tried again until the end.",
                Assert.Single(_logger.MessagesAt(LogLevel.Warning)));
        }

        await impatient.FlushAsync(Cancellation);
        Assert.Equal((2, 0), (impatient.Complete, impatient.Waiting));
        Assert.Equal(["2"], _store.Rows("SELECT count(*) FROM metrics"));
    }

    [Fact]
    public async Task A_lock_that_is_given_up_in_time_costs_a_wait_and_nothing_else()
    {
        Task flush;
        using (SqliteConnection other = _store.Connect())
        {
            using SqliteTransaction held = other.BeginTransaction();
            Tell(_tracker, "1", [(1, 0.5)]);
            flush = _tracker.FlushAsync(Cancellation);
            await Task.Delay(TimeSpan.FromMilliseconds(700), Cancellation);
            Assert.False(flush.IsCompleted);
        }

        await flush;
        Assert.Equal((2, 0), (_tracker.Complete, _tracker.Waiting));
        Assert.Empty(_logger.MessagesAt(LogLevel.Warning));
    }

    [Fact]
    public async Task Two_sweeps_that_fill_one_store_at_once_both_come_out_whole()
    {
        MlflowTracker[] trackers = [NewTracker(), NewTracker()];
        await Task.WhenAll(trackers.Select(async (tracker, i) =>
        {
            ITrackedRun sweep = tracker.Begin(Describe($"sweep {i}"));
            foreach (int cell in Enumerable.Range(0, 20))
            {
                ITrackedRun run = tracker.Begin(Describe($"cell {i}.{cell}") with
                {
                    Parent = sweep,
                    Data = new DataDescription { Name = "mixture", Shape = [2], Source = "a formula" },
                });
                run.LogMetrics([.. Enumerable.Range(0, 50).Select(step => new TrackedMetric("loss", step * i, step, _start.AddSeconds(step)))]);
                run.End(TrackedRunStatus.Finished, _start.AddMinutes(1));
                if (cell % 5 == 0)
                    await tracker.FlushAsync(Cancellation);
            }

            sweep.End(TrackedRunStatus.Finished, _start.AddMinutes(2));
            await tracker.FlushAsync(Cancellation);
        }));
        foreach (MlflowTracker tracker in trackers)
        {
            Assert.Equal((21, 0), (tracker.Complete, tracker.Waiting));
            await tracker.DisposeAsync();
        }

        Assert.Equal(["42|FINISHED"], _store.Rows("SELECT count(*), status FROM runs GROUP BY status"));
        Assert.Equal(["2000"], _store.Rows("SELECT count(*) FROM metrics"));
        Assert.Equal(["1|40"], _store.Rows("SELECT count(DISTINCT source_id), count(*) FROM inputs"));
        Assert.Equal(["1"], _store.Rows("SELECT count(*) FROM experiments WHERE name = 'first-light'"));
        Assert.Empty(_logger.MessagesAt(LogLevel.Warning));
    }

    private MlflowTracker NewTracker(bool isReadOnly = false) => new(_store.NewClient(), "sqlite:///x.db", _logger, _store.Clock, isReadOnly);

    /// <summary>A sweep with one cell, as it follows from records.</summary>
    private void Tell(
        MlflowTracker tracker, string parameter, (long Step, double Value)[] points, double? parentPoint = null, Dictionary<string, string>? tags = null)
    {
        ITrackedRun sweep = tracker.Begin(Describe("sweep"));
        ITrackedRun cell = tracker.Begin(Describe("cell") with
        {
            Parent = sweep,
            Parameters = new Dictionary<string, string> { ["p"] = parameter },
            Tags = tags ?? [],
        });
        cell.LogMetrics([.. points.Select(point => new TrackedMetric("loss", point.Value, point.Step, _start.AddSeconds(point.Step)))]);
        cell.End(TrackedRunStatus.Finished, _start.AddMinutes(1));
        if (parentPoint is { } value)
            sweep.LogMetrics([new TrackedMetric("curve", value, 1, _start)]);
        sweep.End(TrackedRunStatus.Finished, _start.AddMinutes(2));
    }

    private TrackedRunDescription Describe(string name)
        => new() { Experiment = "first-light", Name = name, Key = $"key of {name}", Started = Now };

    private async Task<Run> StoredAsync(string name)
    {
        Experiment experiment = (await _store.Client.FindExperimentAsync("first-light", Cancellation))!;
        return Assert.Single(await _store.Client.SearchRunsAsync(
            new RunQuery([experiment.ExperimentId]) { Tags = [new RunTag(MlflowTags.RunName, name)] }, Cancellation));
    }

    private async Task<string> FileAsync(string name, string text)
    {
        string path = Path.Combine(_store.Folder, name);
        await File.WriteAllTextAsync(path, text, Cancellation);
        return path;
    }
}
