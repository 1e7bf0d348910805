using System.Text;
using Diffusion.Trackers;
using Microsoft.Extensions.Logging;
using MLflow;
using MLflow.Tests;
using MLflow.TestServer;
using Xunit;

namespace Diffusion.Plugins.Tests.Trackers;

/// <summary>The tracker and servers that are away, refuse, or have few connections to their database.</summary>
public sealed class ServerTrackingTests : IAsyncLifetime
{
    private readonly RecordingLogger _logger = new();
    private TrackingServer _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => ServerFixture.Time;

    public async ValueTask InitializeAsync() =>
        _server = await TrackingServer.StartAsync(new TestServerOptions { UserName = "ada", Password = "s3cret" });

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task While_the_server_is_away_the_sweep_goes_on_with_one_warning_and_a_later_session_sends_it()
    {
        await _server.StopAsync();
        await using (MlflowTracker tracker = Open(_server))
        {
            await SweepAsync(tracker, cells: 5);
            Assert.Equal((0, 6), (tracker.Complete, tracker.Waiting));
            Assert.StartsWith($"{_server.Uri} (The tracking server at {_server.Uri} cannot be reached: ", tracker.HowToLook, StringComparison.Ordinal);
            Assert.EndsWith("; 'diffusion track sync' sends the rest", tracker.HowToLook, StringComparison.Ordinal);
        }

        string warning = Assert.Single(_logger.MessagesAt(LogLevel.Warning));
        Assert.Contains("cannot be reached", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", warning, StringComparison.Ordinal);
        await _server.StartAsync();
        for (int time = 0; time < 2; time++)
        {
            await using MlflowTracker sync = Open(_server);
            await SweepAsync(sync, cells: 5);
            Assert.Equal((6, 0), (sync.Complete, sync.Waiting));
            CheckSweep(_server, cells: 5);
        }
    }

    [Fact]
    public async Task Tags_and_tables_that_were_told_while_the_server_was_away_are_sent_by_a_later_session()
    {
        await _server.StopAsync();
        await using (MlflowTracker tracker = Open(_server))
            await JudgedAsync(tracker, "undecided");
        await _server.StartAsync();
        foreach (string verdict in new[] { "undecided", "held", "held" })
        {
            await using MlflowTracker sync = Open(_server);
            await JudgedAsync(sync, verdict);
            Assert.Equal((1, 0), (sync.Complete, sync.Waiting));
            Assert.Equal(verdict, Assert.Single(_server.Runs).Value.Tags["claims"]);
            Assert.Equal(
                Encoding.UTF8.GetBytes($$"""{"columns":["claim","verdict"],"data":[["{{verdict}}",0.5],["none",null]]}"""),
                Assert.Single(_server.Artifacts).Value);
        }

        static async Task JudgedAsync(MlflowTracker tracker, string verdict)
        {
            ITrackedRun run = tracker.Begin(Describe("judged", null));
            run.SetTags(new Dictionary<string, string> { ["claims"] = verdict });
            run.LogTable("claims-table", new(["claim", "verdict"], [[verdict, 0.5], ["none", null]]));
            run.End(TrackedRunStatus.Finished, Now);
            await tracker.FlushAsync(Cancellation);
        }
    }

    [Fact]
    public async Task A_server_that_goes_in_mid_sweep_gets_the_rest_when_it_is_back()
    {
        await using MlflowTracker tracker = Open(_server);
        ITrackedRun sweep = tracker.Begin(Describe("sweep", null));
        for (int cell = 0; cell < 6; cell++)
        {
            if (cell == 2)
                await _server.StopAsync();
            Cell(tracker, sweep, cell);
            await tracker.FlushAsync(Cancellation);
        }

        await _server.StartAsync();
        sweep.End(TrackedRunStatus.Finished, Now);
        await tracker.FlushAsync(Cancellation);
        Assert.Equal((7, 0), (tracker.Complete, tracker.Waiting));
        Assert.StartsWith($"{_server.Uri}/#/experiments/1/runs/", tracker.HowToLook, StringComparison.Ordinal);
        CheckSweep(_server, cells: 6);
    }

    [Theory]
    [InlineData("wr0ng", null, "asks for other credentials")]
    [InlineData("s3cret", 400, "does not take the run 'sweep': ")]
    public async Task What_is_refused_altogether_is_sent_when_it_is_let_pass(string password, int? status, string told)
    {
        _server.Faults = (_, _) => status is { } code ? new Fault(FaultKind.StatusBefore, code, IsPage: true) : null;
        await using (MlflowTracker tracker = Open(_server, password))
        {
            await SweepAsync(tracker, cells: 2);
            Assert.Equal((0, 3), (tracker.Complete, tracker.Waiting));
        }

        string warning = Assert.Single(_logger.MessagesAt(LogLevel.Warning));
        Assert.Contains(told, warning, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", warning, StringComparison.Ordinal);
        _server.Faults = null;
        await using MlflowTracker sync = Open(_server);
        await SweepAsync(sync, cells: 2);
        CheckSweep(_server, cells: 2);
    }

    [Fact]
    public async Task A_run_that_is_deleted_meanwhile_is_made_anew()
    {
        await using MlflowTracker tracker = Open(_server);
        ITrackedRun sweep = tracker.Begin(Describe("sweep", null));
        Cell(tracker, sweep, 0);
        await tracker.FlushAsync(Cancellation);
        foreach (StoredRun stored in _server.Runs.Values)
            stored.IsDeleted = true;
        Cell(tracker, sweep, 0);
        sweep.End(TrackedRunStatus.Finished, Now);
        await tracker.FlushAsync(Cancellation);
        Assert.Equal((2, 0), (tracker.Complete, tracker.Waiting));
        CheckSweep(_server, cells: 1);
    }

    [Fact]
    public async Task A_name_that_the_server_refuses_costs_that_name_and_nothing_else()
    {
        await using TrackingServer server = await TrackingServer.StartAsync(new TestServerOptions { IsOnWindows = true });
        await using (MlflowTracker tracker = Open(server))
        {
            ITrackedRun run = tracker.Begin(Describe("run", null) with
            {
                Parameters = new Dictionary<string, string> { ["p:x"] = "1", ["q"] = "2" },
                Tags = new Dictionary<string, string> { ["t:x"] = "1", ["u"] = "2" },
            });
            run.LogMetrics([new TrackedMetric("loss", 1, 1, Now), new TrackedMetric("m:x", 1, 1, Now)]);
            run.End(TrackedRunStatus.Finished, Now);
            await tracker.FlushAsync(Cancellation);
            Assert.Equal((1, 0), (tracker.Complete, tracker.Waiting));
        }

        StoredRun stored = Assert.Single(server.Runs.Values);
        Assert.Equal(("FINISHED", "2", "2", "loss"), (stored.Status, Assert.Single(stored.Params).Value, stored.Tags["u"], Assert.Single(stored.Points).Key));
        Assert.Equal(
            ["metric 'm:x'", "parameter 'p:x'", "tag 't:x'"],
            _logger.MessagesAt(LogLevel.Warning)
                .Select(warning => warning.Split("it can never be stored: the ")[1].Split(':')[0] + ":x'")
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Many_runs_at_once_neither_exhaust_the_servers_connections_nor_are_made_twice()
    {
        await using TrackingServer server = await TrackingServer.StartAsync(new TestServerOptions { Connections = 15, PoolTimeout = TimeSpan.FromSeconds(1) });
        await using (MlflowTracker tracker = Open(server))
            await SweepAsync(tracker, cells: 60);
        Assert.Equal(0, server.PoolTimeouts);
        CheckSweep(server, cells: 60);
        Assert.Empty(_logger.MessagesAt(LogLevel.Warning));
    }

    private static TrackedRunDescription Describe(string key, ITrackedRun? parent) => new()
    {
        Experiment = "tracked",
        Name = key,
        Key = key,
        Parent = parent,
        Started = Now,
        Parameters = new Dictionary<string, string> { ["p"] = key },
    };

    private static void Cell(MlflowTracker tracker, ITrackedRun sweep, int cell)
    {
        ITrackedRun run = tracker.Begin(Describe($"sweep/{cell}", sweep));
        run.LogMetrics([new TrackedMetric("loss", cell, 1, Now), new TrackedMetric("loss", double.NaN, 2, Now)]);
        run.End(TrackedRunStatus.Finished, Now.AddSeconds(cell));
    }

    private static async Task SweepAsync(MlflowTracker tracker, int cells)
    {
        ITrackedRun sweep = tracker.Begin(Describe("sweep", null));
        for (int cell = 0; cell < cells; cell++)
            Cell(tracker, sweep, cell);
        sweep.End(TrackedRunStatus.Finished, Now);
        await tracker.FlushAsync(Cancellation);
    }

    private static void CheckSweep(TrackingServer server, int cells)
    {
        Dictionary<string, StoredRun> runs = server.Runs.Values.Where(run => !run.IsDeleted).ToDictionary(run => run.Name);
        Assert.Equal(cells + 1, runs.Count);
        Assert.All(runs.Values, run => Assert.Equal("FINISHED", run.Status));
        for (int cell = 0; cell < cells; cell++)
        {
            Assert.Equal([cell, double.NaN], runs[$"sweep/{cell}"].Points.Select(point => point.Value));
            Assert.Equal(runs["sweep"].Id, runs[$"sweep/{cell}"].Tags[MlflowTags.ParentRunId]);
        }
    }

    private MlflowTracker Open(TrackingServer server, string password = "s3cret")
    {
        MlflowServerOptions options = ServerFixture.Impatient with { MaxRetries = 1, UserName = "ada", Password = password };
        return new MlflowTracker(MlflowClient.Open(server.Uri, new MlflowClientOptions { Server = options }), server.Uri, _logger, TimeProvider.System);
    }
}
