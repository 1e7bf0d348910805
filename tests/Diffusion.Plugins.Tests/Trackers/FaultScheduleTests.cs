using System.Globalization;
using System.Text;
using MLflow.Tests;
using Diffusion.Trackers;
using Microsoft.Extensions.Logging;
using MLflow;
using MLflow.TestServer;
using Xunit;

namespace Diffusion.Plugins.Tests.Trackers;

/// <summary>Small sweeps over servers that fail at random: afterwards everything is on the server, and once.</summary>
public sealed class FaultScheduleTests
{
    private const int Fast = 40;
    private const int All = 1000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task Nothing_is_lost_and_nothing_doubled() => RunAsync(0, Fast);

    [Fact]
    [Trait("Category", "Slow")]
    public Task Nothing_is_lost_and_nothing_doubled_in_a_thousand_schedules() => RunAsync(Fast, All);

    private static async Task RunAsync(int first, int count)
    {
        await using TrackingServer server = await TrackingServer.StartAsync();
        for (int seed = first; seed < first + count; seed++)
        {
            server.Clear();
            var schedule = new Schedule(seed);
            string folder = Directory.CreateTempSubdirectory("mlflow-faults-").FullName;
            try
            {
                await RunAsync(server, schedule, folder);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                throw new InvalidOperationException($"Schedule {seed} ({schedule}): {exception.Message}", exception);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static async Task RunAsync(TrackingServer server, Schedule schedule, string folder)
    {
        Expected[] expected = [.. Enumerable.Range(0, schedule.Chance.Next(2, 6)).Select(i => Expected.Random(schedule.Chance, i, folder))];
        server.Faults = schedule.Next;
        await using (Session session = new Session(server, schedule, folder))
            await session.SweepAsync(expected, schedule.Chance);
        if (schedule.Chance.Next(2) == 0)
        {
            // A sync that meets faults as well.
            await using Session session = new Session(server, schedule, folder);
            await session.Tracker.FlushAsync(Cancellation);
        }

        await server.SettleAsync();
        server.Faults = null;
        schedule.IsOver = true;
        await using (Session last = new Session(server, schedule, folder))
        {
            await last.Tracker.FlushAsync(Cancellation);
            Assert.Equal(0, last.Tracker.Waiting);
            Assert.Empty(last.Logger.MessagesAt(LogLevel.Warning));
        }

        string outbox = Path.Combine(folder, "outbox");
        Assert.Empty(Directory.Exists(outbox) ? Directory.GetFiles(outbox) : []);
        StoredRun[] active = [.. server.Runs.Values.Where(run => !run.IsDeleted)];
        Assert.Equal(
            expected.Select(run => run.Key).Order(StringComparer.Ordinal), active.Select(run => run.Tags["diffusion.key"]).Order(StringComparer.Ordinal));
        Dictionary<string, StoredRun> byKey = active.ToDictionary(run => run.Tags["diffusion.key"]);
        foreach (Expected run in expected)
            run.Check(byKey[run.Key], byKey[expected[0].Key], server);
    }

    /// <summary>A session of the program: a tracker that is opened and disposed.</summary>
    private sealed class Session : IAsyncDisposable
    {
        public Session(TrackingServer server, Schedule schedule, string folder)
        {
            var options = new MlflowServerOptions { BackoffFactor = 0, BackoffJitter = 0, MaxRetries = schedule.Retries, RequestTimeout = schedule.Timeout };
            var client = MlflowClient.Open(server.Uri, new MlflowClientOptions { Server = options });
            Tracker = new MlflowTracker(client, server.Uri, Logger, TimeProvider.System, Path.Combine(folder, "outbox"), TimeSpan.FromMilliseconds(100));
        }

        public RecordingLogger Logger { get; } = new();

        public MlflowTracker Tracker { get; }

        public async Task SweepAsync(Expected[] expected, Random chance)
        {
            ITrackedRun parent = Tracker.Begin(expected[0].Describe(null));
            foreach (Expected cell in expected.Skip(1))
            {
                ITrackedRun run = Tracker.Begin(cell.Describe(parent));
                cell.Log(run);
                if (chance.Next(3) == 0)
                    await Tracker.FlushAsync(Cancellation);
            }
            expected[0].Log(parent);
            await Tracker.FlushAsync(Cancellation);
        }

        public async ValueTask DisposeAsync()
        {
            await Tracker.DisposeAsync();
            Assert.InRange(Logger.MessagesAt(LogLevel.Warning).Count, 0, 1);
        }
    }

    /// <summary>A run and what has to arrive of it.</summary>
    private sealed class Expected
    {
        private readonly List<TrackedMetric> _metrics = [];
        private readonly Dictionary<string, string> _parameters = [];
        private DataDescription? _data;
        private string? _file;
        private TrackedRunStatus _status;

        public string Key { get; private init; } = "";

        private DateTimeOffset Start { get; init; }

        public static Expected Random(Random chance, int index, string folder)
        {
            var run = new Expected { Key = $"run/{index}", Start = ServerFixture.Time.AddSeconds(index) };
            int points = chance.Next(0, 30);
            for (int i = 0; i < points; i++)
                run._metrics.Add(new TrackedMetric(
                    $"m{i % 3}", i % 7 == 3 ? double.NaN : i % 7 == 5 ? double.PositiveInfinity : chance.NextDouble(), i, run.Start.AddMilliseconds(i)));
            int parameters = chance.Next(0, 4);
            for (int i = 0; i < parameters; i++)
                run._parameters[$"p{i}"] = chance.Next().ToString(CultureInfo.InvariantCulture);
            run._status = (TrackedRunStatus)chance.Next(3);
            if (chance.Next(3) == 0)
                run._data = new DataDescription { Name = "mixture", Shape = [2], Source = "a formula" };
            if (chance.Next(3) == 0)
            {
                run._file = Path.Combine(folder, $"file {index}.txt");
                File.WriteAllText(run._file, run.Key);
            }
            return run;
        }

        public TrackedRunDescription Describe(ITrackedRun? parent)
            => new() { Experiment = "faults", Name = Key, Key = Key, Parent = parent, Started = Start, Parameters = _parameters, Data = _data };

        public void Log(ITrackedRun run)
        {
            foreach (TrackedMetric[] piece in _metrics.Chunk(7))
                run.LogMetrics(piece);
            if (_file is not null)
                run.LogArtifact(_file, "files");
            run.End(_status, Start.AddMinutes(1));
        }

        public void Check(StoredRun stored, StoredRun parent, TrackingServer server)
        {
            Assert.Equal(
                _metrics.Select(metric => (metric.Key, double.IsInfinity(metric.Value) ? double.MaxValue : metric.Value, metric.Step)).Order(),
                stored.Points.Select(point => (point.Key, point.Value, point.Step)).Order());
            Assert.Equal(_parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal), stored.Params.OrderBy(pair => pair.Key, StringComparer.Ordinal));
            Assert.Equal(_status.ToString().ToUpperInvariant(), stored.Status);
            Assert.Equal(Start.AddMinutes(1).ToUnixTimeMilliseconds(), stored.EndTime);
            Assert.Equal(stored == parent ? null : parent.Id, stored.Tags.GetValueOrDefault(MlflowTags.ParentRunId));
            Assert.Equal(_data is null ? 0 : 1, stored.Inputs.Count);
            string path = $"{stored.ExperimentId}/{stored.Id}/artifacts/files/{Path.GetFileName(_file)}";
            Assert.Equal(_file is null ? null : Key, _file is null ? null : Encoding.UTF8.GetString(server.Artifacts[path]));
        }
    }

    /// <summary>What happens to which request.</summary>
    private sealed class Schedule
    {
        private readonly FaultKind[] _kinds;
        private readonly double _share;
        private readonly (int From, int To)[] _outages;
        private readonly Random _chance;
        private readonly bool _hasty;
        private readonly Lock _lock = new();
        private int _requests;

        public Schedule(int seed)
        {
            _chance = new Random(seed);
            Chance = new Random(seed + 1_000_000);
            bool isLate = seed % 10 == 0;
            _kinds = isLate
                ? [FaultKind.Late, FaultKind.ResetBefore]
                : [.. new[]
                {
                    FaultKind.ResetBefore, FaultKind.ResetAfter, FaultKind.StatusBefore, FaultKind.StatusAfter, FaultKind.LoginPage, FaultKind.SentTwice,
                    FaultKind.DatabaseError,
                }.Where(_ => _chance.Next(2) == 0)];
            _share = _kinds.Length == 0 ? 0 : isLate ? 0.15 : new[] { 0.1, 0.3, 0.6 }[_chance.Next(3)];
            _outages = [.. Enumerable.Range(0, _chance.Next(3)).Select(_ => _chance.Next(80)).Select(from => (from, from + _chance.Next(40)))];
            Retries = _chance.Next(4);
            _hasty = isLate;
        }

        /// <summary>For the sweep itself.</summary>
        public Random Chance { get; }

        public int Retries { get; }

        /// <summary>Whether no more goes wrong.</summary>
        public bool IsOver { get; set; }

        /// <summary>Shorter than a late request takes. Always short, since a session that has given up creating a run waits so long at its end.</summary>
        public TimeSpan Timeout => IsOver ? TimeSpan.FromSeconds(30) : TimeSpan.FromMilliseconds(_hasty ? 30 : 100);

        public Fault? Next(string method, string path)
        {
            lock (_lock)
            {
                int request = _requests++;
                if (_outages.Any(outage => request >= outage.From && request < outage.To))
                    return new Fault(FaultKind.ResetBefore);
                if (_chance.NextDouble() >= _share)
                    return null;
                FaultKind kind = _kinds[_chance.Next(_kinds.Length)];
                int[] statuses = kind == FaultKind.StatusBefore ? [401, 403, 429, 500, 502, 503, 504] : [500, 502, 503, 504];
                int status = statuses[_chance.Next(statuses.Length)];
                return new Fault(
                    kind, status, IsPage: status is 401 or 403 or 502, RetryAfter: status == 429 ? "0" : null, Delay: TimeSpan.FromMilliseconds(45));
            }
        }

        public override string ToString()
            => FormattableString.Invariant(
                $"{_share} of {string.Join(", ", _kinds)}; outages {string.Join(", ", _outages)}; {Retries} retries; {_requests} requests");
    }
}
