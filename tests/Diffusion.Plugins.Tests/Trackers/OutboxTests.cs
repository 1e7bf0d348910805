using System.Diagnostics;
using MLflow.Tests;
using Diffusion.Trackers;
using Microsoft.Extensions.Logging;
using MLflow;
using MLflow.TestServer;
using Xunit;

namespace Diffusion.Plugins.Tests.Trackers;

/// <summary>What happens to a tracker's work while its server is away.</summary>
public sealed class OutboxTests : IAsyncLifetime
{
    private readonly string _results = Directory.CreateTempSubdirectory("mlflow-outbox-").FullName;
    private readonly RecordingLogger _logger = new();
    private TrackingServer _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => ServerFixture.Time;

    private string Outbox => Path.Combine(_results, "outbox");

    private string[] Journals => Directory.Exists(Outbox) ? Directory.GetFiles(Outbox) : [];

    public async ValueTask InitializeAsync() => _server = await TrackingServer.StartAsync(new TestServerOptions { UserName = "ada", Password = "s3cret" });

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_results, recursive: true);
    }

    [Fact]
    public async Task While_the_server_is_away_the_sweep_goes_on_with_one_warning_and_a_later_session_sends_the_rest()
    {
        await _server.StopAsync();
        await using (MlflowTracker tracker = Open())
        {
            await SweepAsync(tracker, "first", cells: 5);
            Assert.Equal(6, tracker.Waiting);
            Assert.Equal($"6 runs not yet at {_server.Uri}; kept in {Outbox}, 'diffusion track sync' sends them", tracker.HowToLook);
        }
        Assert.Contains("cannot be reached", Assert.Single(_logger.MessagesAt(LogLevel.Warning)), StringComparison.Ordinal);
        Assert.Single(Journals);
        Assert.DoesNotContain(
            "s3cret",
            await File.ReadAllTextAsync(Journals[0], Cancellation) + string.Join('\n', _logger.MessagesAt(LogLevel.Warning)),
            StringComparison.Ordinal);

        await _server.StartAsync();
        for (int time = 0; time < 2; time++)
        {
            await using MlflowTracker sync = Open();
            Assert.Equal(time == 0 ? 6 : 0, sync.Waiting);
            await sync.FlushAsync(Cancellation);
            Assert.Equal(0, sync.Waiting);
        }
        Assert.Empty(Journals);
        CheckSweep("first", cells: 5);
    }

    [Fact]
    public async Task A_server_that_goes_in_mid_sweep_gets_the_rest_when_it_is_back()
    {
        await using MlflowTracker tracker = Open();
        ITrackedRun sweep = tracker.Begin(Describe("first/sweep", null));
        for (int cell = 0; cell < 6; cell++)
        {
            if (cell == 2)
                await _server.StopAsync();
            Cell(tracker, sweep, "first", cell);
            await tracker.FlushAsync(Cancellation);
        }
        Assert.Single(Journals);
        await _server.StartAsync();
        sweep.End(TrackedRunStatus.Finished, Now);
        await tracker.FlushAsync(Cancellation);

        Assert.Equal(0, tracker.Waiting);
        Assert.Empty(Journals);
        Assert.StartsWith($"{_server.Uri}/#/experiments/1/runs/", tracker.HowToLook, StringComparison.Ordinal);
        CheckSweep("first", cells: 6);
    }

    [Fact]
    public async Task Refused_credentials_lose_nothing()
    {
        await using (MlflowTracker tracker = Open(password: "wr0ng"))
            await SweepAsync(tracker, "first", cells: 2);
        string warning = Assert.Single(_logger.MessagesAt(LogLevel.Warning));
        Assert.Contains("asks for other credentials", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", warning + await File.ReadAllTextAsync(Journals[0], Cancellation), StringComparison.Ordinal);

        await using MlflowTracker sync = Open();
        await sync.FlushAsync(Cancellation);
        CheckSweep("first", cells: 2);
    }

    [Fact]
    public async Task A_run_that_is_continued_gets_what_was_kept_before_what_is_new()
    {
        await _server.StopAsync();
        await using (MlflowTracker tracker = Open())
        {
            ITrackedRun sweep = tracker.Begin(Describe("first/sweep", null));
            Cell(tracker, sweep, "first", 0);
            sweep.End(TrackedRunStatus.Killed, Now);
            await tracker.FlushAsync(Cancellation);
        }
        await _server.StartAsync();
        await using (MlflowTracker tracker = Open())
            await SweepAsync(tracker, "first", cells: 2);

        Assert.Empty(Journals);
        CheckSweep("first", cells: 2);
    }

    [Fact]
    public async Task A_parent_that_ended_stays_so_when_only_its_cell_was_kept()
    {
        await using (MlflowTracker tracker = Open())
        {
            ITrackedRun sweep = tracker.Begin(Describe("first/sweep", null));
            sweep.End(TrackedRunStatus.Finished, Now);
            await tracker.FlushAsync(Cancellation);
            await _server.StopAsync();
            Cell(tracker, sweep, "first", 0);
            await tracker.FlushAsync(Cancellation);
        }
        await _server.StartAsync();
        await using MlflowTracker sync = Open();
        await sync.FlushAsync(Cancellation);

        CheckSweep("first", cells: 1);
    }

    [Fact]
    public async Task Journals_of_other_stores_and_of_sessions_at_work_are_left_alone()
    {
        await _server.StopAsync();
        await using (var other = new MlflowTracker(
            MlflowClient.Open("http://127.0.0.1:1", new MlflowClientOptions { Server = ServerFixture.Impatient with { MaxRetries = 0 } }),
            "http://127.0.0.1:1", _logger, TimeProvider.System, Outbox))
            await SweepAsync(other, "other", cells: 1);
        await using MlflowTracker atWork = Open();
        await SweepAsync(atWork, "at work", cells: 1);
        Assert.Equal(2, Journals.Length);
        await _server.StartAsync();
        await using (MlflowTracker sync = Open())
        {
            Assert.Equal(0, sync.Waiting);
            await sync.FlushAsync(Cancellation);
        }
        Assert.Equal(2, Journals.Length);
        Assert.Empty(_server.Runs);

        await atWork.FlushAsync(Cancellation);
        CheckSweep("at work", cells: 1);
        Assert.Single(Journals);
    }

    [Fact]
    public async Task A_line_cut_short_by_the_end_of_a_process_costs_that_line_only()
    {
        await _server.StopAsync();
        await using (MlflowTracker tracker = Open())
            await SweepAsync(tracker, "first", cells: 2);
        await File.AppendAllTextAsync(Journals[0], """{"run":1,"metrics":[{"key":"lo""", Cancellation);
        await _server.StartAsync();
        await using MlflowTracker sync = Open();
        await sync.FlushAsync(Cancellation);

        CheckSweep("first", cells: 2);
        Assert.Empty(Journals);
    }

    [Fact]
    public async Task A_results_folder_that_was_moved_is_sent_from_where_it_is()
    {
        string before = Path.Combine(_results, "before"), after = Path.Combine(_results, "after");
        Directory.CreateDirectory(before);
        string file = Path.Combine(before, "manifest.json");
        await File.WriteAllTextAsync(file, "{}", Cancellation);
        await _server.StopAsync();
        await using (MlflowTracker tracker = Open(outbox: Path.Combine(before, "outbox")))
            tracker.Begin(Describe("run", null)).LogArtifact(file);
        Directory.Move(before, after);
        await _server.StartAsync();
        await using (MlflowTracker sync = Open(outbox: Path.Combine(after, "outbox")))
            await sync.FlushAsync(Cancellation);

        Assert.Equal("{}"u8.ToArray(), Assert.Single(_server.Artifacts).Value);
    }

    [Fact]
    public async Task Tags_and_tables_wait_like_everything_else()
    {
        await _server.StopAsync();
        await using (MlflowTracker tracker = Open())
        {
            ITrackedRun run = tracker.Begin(Describe("judged", null));
            run.SetTags(new Dictionary<string, string> { ["claims"] = "held" });
            run.LogTable("claims-table", new(["claim", "value"], [["kl", 0.5], ["none", null]]));
        }
        await _server.StartAsync();
        await using (MlflowTracker sync = Open())
            await sync.FlushAsync(Cancellation);

        Assert.Equal("held", Assert.Single(_server.Runs).Value.Tags["claims"]);
        Assert.Equal(
            """{"columns":["claim","value"],"data":[["kl",0.5],["none",null]]}"""u8.ToArray(), Assert.Single(_server.Artifacts).Value);
    }

    [Fact]
    public async Task A_caller_does_not_wait_while_the_server_hangs()
    {
        _server.Faults = (_, _) => new Fault(FaultKind.Late, Delay: TimeSpan.FromSeconds(1));
        await using MlflowTracker tracker = Open();
        ITrackedRun run = tracker.Begin(Describe("run", null));
        TimeSpan[] waits = [.. Enumerable.Range(0, 1000).Select(step =>
        {
            long start = Stopwatch.GetTimestamp();
            run.LogMetrics([new TrackedMetric("m", step, step, Now)]);
            return Stopwatch.GetElapsedTime(start);
        })];
        _server.Faults = null;

        Assert.InRange(waits.Order().ElementAt(950), TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
        await tracker.FlushAsync(Cancellation);
        Assert.Equal(1000, Assert.Single(_server.Runs.Values).Points.Count);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_a_second_warning_and_no_more()
    {
        string file = Path.Combine(_results, "file");
        await File.WriteAllTextAsync(file, "", Cancellation);
        await _server.StopAsync();
        await using (MlflowTracker tracker = Open(outbox: Path.Combine(file, "outbox")))
            await SweepAsync(tracker, "first", cells: 3);

        Assert.Equal(2, _logger.MessagesAt(LogLevel.Warning).Count);
        Assert.Contains("cannot be kept", _logger.MessagesAt(LogLevel.Warning)[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_proxy_refuses_altogether_waits_and_is_sent_when_it_lets_it_pass()
    {
        _server.Faults = (_, _) => new Fault(FaultKind.StatusBefore, 400, IsPage: true);
        await using (MlflowTracker tracker = Open())
        {
            await SweepAsync(tracker, "first", cells: 2);
            Assert.Equal(3, tracker.Waiting);
            Assert.StartsWith(
                $"3 runs not yet at {_server.Uri}, which answers: The tracking server at {_server.Uri} answers GET ",
                tracker.HowToLook,
                StringComparison.Ordinal);
        }
        Assert.Contains("does not take the run 'first/sweep': ", Assert.Single(_logger.MessagesAt(LogLevel.Warning)), StringComparison.Ordinal);

        _server.Faults = null;
        await using MlflowTracker sync = Open();
        await sync.FlushAsync(Cancellation);
        Assert.Equal(0, sync.Waiting);
        Assert.Empty(Journals);
        CheckSweep("first", cells: 2);
    }

    [Fact]
    public async Task A_run_that_is_deleted_meanwhile_keeps_what_it_has_not_taken()
    {
        await using MlflowTracker tracker = Open();
        ITrackedRun run = tracker.Begin(Describe("run", null));
        await tracker.FlushAsync(Cancellation);
        StoredRun stored = Assert.Single(_server.Runs.Values);
        stored.IsDeleted = true;
        run.LogMetrics([new TrackedMetric("loss", 1, 1, Now)]);
        await tracker.FlushAsync(Cancellation);

        Assert.Equal(1, tracker.Waiting);
        Assert.Contains("must be in the 'active' state", tracker.HowToLook, StringComparison.Ordinal);
        Assert.Single(Journals);
        stored.IsDeleted = false;
        await tracker.FlushAsync(Cancellation);
        Assert.Equal((0, 1), (tracker.Waiting, stored.Points.Count));
    }

    [Fact]
    public async Task A_server_that_answers_every_write_with_errors_of_its_database_gets_it_later()
    {
        _server.Faults = (method, _) => method == "GET" ? null : new Fault(FaultKind.DatabaseError);
        await using (MlflowTracker tracker = Open())
        {
            await SweepAsync(tracker, "first", cells: 2);
            Assert.Equal(3, tracker.Waiting);
        }
        Assert.Contains("had an error in its database", Assert.Single(_logger.MessagesAt(LogLevel.Warning)), StringComparison.Ordinal);

        _server.Faults = null;
        await using MlflowTracker sync = Open();
        await sync.FlushAsync(Cancellation);
        CheckSweep("first", cells: 2);
    }

    [Fact]
    public async Task A_name_that_the_server_refuses_costs_that_name_and_nothing_else()
    {
        await using TrackingServer server = await TrackingServer.StartAsync(new TestServerOptions { IsOnWindows = true });
        await using (var tracker = new MlflowTracker(
            MlflowClient.Open(server.Uri, new MlflowClientOptions { Server = ServerFixture.Impatient }), server.Uri, _logger, TimeProvider.System, Outbox))
        {
            ITrackedRun run = tracker.Begin(Describe("run", null) with
            {
                Parameters = new Dictionary<string, string> { ["p:x"] = "1", ["q"] = "2" },
                Tags = new Dictionary<string, string> { ["t:x"] = "1", ["u"] = "2" },
            });
            run.LogMetrics([new TrackedMetric("loss", 1, 1, Now), new TrackedMetric("m:x", 1, 1, Now)]);
            run.End(TrackedRunStatus.Finished, Now);
            await tracker.FlushAsync(Cancellation);
            Assert.Equal(0, tracker.Waiting);
        }

        StoredRun stored = Assert.Single(server.Runs.Values);
        Assert.Equal(("FINISHED", "2", "2", "loss"), (stored.Status, Assert.Single(stored.Params).Value, stored.Tags["u"], Assert.Single(stored.Points).Key));
        Assert.Equal(
            ["metric 'm:x'", "parameter 'p:x'", "tag 't:x'"],
            _logger.MessagesAt(LogLevel.Warning)
                .Select(warning => warning.Split("it can never be stored: the ")[1].Split(':')[0] + ":x'")
                .Order(StringComparer.Ordinal));
        Assert.Empty(Journals);
    }

    [Fact]
    public async Task Many_runs_at_once_neither_exhaust_the_servers_connections_nor_are_made_twice()
    {
        await using TrackingServer server = await TrackingServer.StartAsync(new TestServerOptions { Connections = 15, PoolTimeout = TimeSpan.FromSeconds(1) });
        await using (var tracker = new MlflowTracker(
            MlflowClient.Open(server.Uri, new MlflowClientOptions { Server = ServerFixture.Impatient }), server.Uri, _logger, TimeProvider.System, Outbox))
            await SweepAsync(tracker, "first", cells: 60);

        Assert.Equal(0, server.PoolTimeouts);
        CheckSweep("first", cells: 60, server);
        Assert.Empty(_logger.MessagesAt(LogLevel.Warning));
    }

    private static TrackedRunDescription Describe(string key, ITrackedRun? parent)
        => new() { Experiment = "outbox", Name = key, Key = key, Parent = parent, Started = Now, Parameters = new Dictionary<string, string> { ["p"] = key } };

    private static void Cell(MlflowTracker tracker, ITrackedRun sweep, string name, int cell)
    {
        ITrackedRun run = tracker.Begin(Describe($"{name}/{cell}", sweep));
        run.LogMetrics([new TrackedMetric("loss", cell, 1, Now), new TrackedMetric("loss", double.NaN, 2, Now)]);
        run.End(TrackedRunStatus.Finished, Now.AddSeconds(cell));
    }

    private static async Task SweepAsync(MlflowTracker tracker, string name, int cells)
    {
        ITrackedRun sweep = tracker.Begin(Describe($"{name}/sweep", null));
        for (int cell = 0; cell < cells; cell++)
            Cell(tracker, sweep, name, cell);
        sweep.End(TrackedRunStatus.Finished, Now);
        await tracker.FlushAsync(Cancellation);
    }

    private MlflowTracker Open(string password = "s3cret", string? outbox = null)
    {
        MlflowServerOptions options = ServerFixture.Impatient with { MaxRetries = 1, UserName = "ada", Password = password };
        return new MlflowTracker(
            MlflowClient.Open(_server.Uri, new MlflowClientOptions { Server = options }), _server.Uri, _logger, TimeProvider.System, outbox ?? Outbox);
    }

    private void CheckSweep(string name, int cells, TrackingServer? server = null)
    {
        Dictionary<string, StoredRun> runs = (server ?? _server).Runs.Values.ToDictionary(run => run.Name);
        Assert.Equal(cells + 1, runs.Count);
        Assert.All(runs.Values, run => Assert.Equal("FINISHED", run.Status));
        for (int cell = 0; cell < cells; cell++)
        {
            Assert.Equal([cell, double.NaN], runs[$"{name}/{cell}"].Points.Select(point => point.Value));
            Assert.Equal(runs[$"{name}/sweep"].Id, runs[$"{name}/{cell}"].Tags[MlflowTags.ParentRunId]);
        }
    }
}
