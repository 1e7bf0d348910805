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
    private const int All = 2000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task Nothing_is_lost_and_nothing_doubled() => RunAsync(0, Fast);

    [Fact]
    [Trait("Category", "Slow")]
    public Task Nothing_is_lost_and_nothing_doubled_in_two_thousand_schedules() => RunAsync(Fast, All);

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
        Expected[] earlier = expected;
        if (schedule.Chance.Next(4) == 0)
        {
            // Records that are computed again later: of these, nothing is to be left.
            earlier = [.. expected];
            earlier[^1] = Expected.Random(schedule.Chance, expected.Length - 1, folder);
        }

        server.Faults = schedule.Next;
        await SessionAsync(server, schedule, earlier, stopsEarly: schedule.Chance.Next(4) == 0);
        if (schedule.Chance.Next(2) == 0)
            await SessionAsync(server, schedule, expected, stopsEarly: false);
        if (!schedule.HasHitWrite)
        {
            // A schedule that hits no write says little.
            schedule.HitsNextWrite = true;
            await SessionAsync(server, schedule, expected, stopsEarly: false);
        }


        await server.SettleAsync();
        server.Faults = null;
        schedule.IsOver = true;
        (int complete, int waiting, IReadOnlyList<string> warnings) = await SessionAsync(server, schedule, expected, stopsEarly: false);
        Assert.Equal((expected.Length, 0), (complete, waiting));
        Assert.Empty(warnings);

        StoredRun[] active = [.. server.Runs.Values.Where(run => !run.IsDeleted)];
        Assert.Equal(
            expected.Select(run => run.Key).Order(StringComparer.Ordinal), active.Select(run => run.Tags["diffusion.key"]).Order(StringComparer.Ordinal));
        Dictionary<string, StoredRun> byKey = active.ToDictionary(run => run.Tags["diffusion.key"]);
        foreach (Expected run in expected)
            run.Check(byKey[run.Key], byKey[expected[0].Key], server);
    }

    /// <summary>A session of the program: it tells everything, flushes, and its last line is compared with what the server has.</summary>
    private static async Task<(int Complete, int Waiting, IReadOnlyList<string> Warnings)> SessionAsync(
        TrackingServer server, Schedule schedule, Expected[] expected, bool stopsEarly)
    {
        RecordingLogger logger = new();
        MlflowServerOptions options = new() { BackoffFactor = 0, BackoffJitter = 0, MaxRetries = schedule.Retries, RequestTimeout = schedule.Timeout };
        var client = MlflowClient.Open(server.Uri, new MlflowClientOptions { Server = options });
        await using MlflowTracker tracker = new(client, server.Uri, logger, TimeProvider.System);
        ITrackedRun parent = tracker.Begin(expected[0].Describe(null));
        foreach (Expected cell in expected.Skip(1))
        {
            ITrackedRun run = tracker.Begin(cell.Describe(parent));
            cell.Log(run);
            if (schedule.Chance.Next(3) == 0)
                await tracker.FlushAsync(Cancellation);
        }

        if (stopsEarly)
            return (tracker.Complete, tracker.Waiting, logger.MessagesAt(LogLevel.Warning));
        expected[0].Log(parent);
        await tracker.FlushAsync(Cancellation);
        (int complete, int waiting) = (tracker.Complete, tracker.Waiting);
        Assert.Equal(expected.Length, complete + waiting);
        await server.SettleAsync();
        Assert.InRange(complete, 0, expected.Count(run => run.IsAt(server, expected[0])));
        return (complete, waiting, logger.MessagesAt(LogLevel.Warning));
    }

    /// <summary>A run and what has to arrive of it.</summary>
    private sealed class Expected
    {
        private readonly List<TrackedMetric> _metrics = [];
        private readonly Dictionary<string, string> _parameters = [];
        private readonly Dictionary<string, string> _tags = [];
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
            foreach (string tag in new[] { "diffusion.error", "diffusion.claims" }.Where(_ => chance.Next(2) == 0))
                run._tags[tag] = chance.Next().ToString(CultureInfo.InvariantCulture);
            run._status = (TrackedRunStatus)chance.Next(3);
            if (chance.Next(3) == 0)
                run._data = new DataDescription { Name = "mixture", Shape = [2], Source = "a formula" };
            if (chance.Next(3) == 0)
            {
                run._file = Path.Combine(folder, $"file {index} é.txt");
                File.WriteAllText(run._file, run.Key);
            }
            return run;
        }

        public TrackedRunDescription Describe(ITrackedRun? parent)
            => new() { Experiment = "faults", Name = Key, Key = Key, Parent = parent, Started = Start, Parameters = _parameters, Tags = _tags, Data = _data };

        public void Log(ITrackedRun run)
        {
            foreach (TrackedMetric[] piece in _metrics.Chunk(7))
                run.LogMetrics(piece);
            if (_file is not null)
                run.LogArtifact(_file, "files");
            run.End(_status, Start.AddMinutes(1));
        }

        /// <summary>Whether a server has the run, whole and once.</summary>
        public bool IsAt(TrackingServer server, Expected parent)
        {
            StoredRun[] Found(Expected run) => [.. server.Runs.Values.Where(one => !one.IsDeleted && one.Tags.GetValueOrDefault("diffusion.key") == run.Key)];
            if (Found(this) is not [var stored] || Found(parent) is not [var stored0])
                return false;
            try
            {
                Check(stored, stored0, server);
                return true;
            }
            catch (Xunit.Sdk.XunitException)
            {
                return false;
            }
        }

        public void Check(StoredRun stored, StoredRun parent, TrackingServer server)
        {
            Assert.Equal(
                _metrics.Select(metric => (metric.Key, double.IsInfinity(metric.Value) ? double.MaxValue : metric.Value, metric.Step)).Order(),
                stored.Points.Select(point => (point.Key, point.Value, point.Step)).Order());
            Assert.Equal(_parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal), stored.Params.OrderBy(pair => pair.Key, StringComparer.Ordinal));
            Assert.Equal(
                _tags.OrderBy(pair => pair.Key, StringComparer.Ordinal),
                stored.Tags.Where(tag => tag.Key is "diffusion.error" or "diffusion.claims").OrderBy(pair => pair.Key, StringComparer.Ordinal));
            Assert.Equal(_status.ToString().ToUpperInvariant(), stored.Status);
            Assert.Equal(Start.AddMinutes(1).ToUnixTimeMilliseconds(), stored.EndTime);
            Assert.Equal(stored == parent ? null : parent.Id, stored.Tags.GetValueOrDefault(MlflowTags.ParentRunId));
            Assert.Equal(_data is null ? 0 : 1, stored.Inputs.Count);
            string path = $"{stored.ExperimentId}/{stored.Id}/artifacts/files/file {Key[4..]} _.txt";
            Assert.Equal(
                _file is null ? null : Key, _file is not null && server.Artifacts.TryGetValue(path, out byte[]? content) ? Encoding.UTF8.GetString(content)
                    : null);
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
                    FaultKind.DatabaseError, FaultKind.Restart,
                }.Where(_ => _chance.Next(2) == 0)];
            _share = _kinds.Length == 0 ? 0 : isLate ? 0.15 : new[] { 0.1, 0.3, 0.6 }[_chance.Next(3)];
            _outages = [.. Enumerable.Range(0, _chance.Next(3)).Select(_ => _chance.Next(80)).Select(from => (from, from + _chance.Next(40)))];
            Retries = _chance.Next(4);
            _hasty = isLate;
        }

        /// <summary>For the sweep itself.</summary>
        public Random Chance { get; }

        public int Retries { get; }

        /// <summary>Whether something was to go wrong with a write.</summary>
        public bool HasHitWrite { get; private set; }

        /// <summary>Whether something goes wrong with the next write, and with nothing before it.</summary>
        public bool HitsNextWrite { get; set; }

        /// <summary>Whether no more goes wrong.</summary>
        public bool IsOver { get; set; }

        /// <summary>Shorter than a late request takes. Always short, since a session that has given up creating a run waits so long at its end.</summary>
        public TimeSpan Timeout => IsOver ? TimeSpan.FromSeconds(30) : TimeSpan.FromMilliseconds(_hasty ? 30 : 100);

        public Fault? Next(string method, string path)
        {
            lock (_lock)
            {
                int request = _requests++;
                bool isWrite = method != "GET" && !path.EndsWith("/search", StringComparison.Ordinal);
                if (HitsNextWrite)
                {
                    HitsNextWrite = !isWrite;
                    HasHitWrite |= isWrite;
                    return isWrite ? new Fault(FaultKind.ResetAfter) : null;
                }

                bool isOut = _outages.Any(outage => request >= outage.From && request < outage.To);
                if (!isOut && _chance.NextDouble() >= _share)
                    return null;
                HasHitWrite |= isWrite;
                if (isOut)
                    return new Fault(FaultKind.ResetBefore);
                FaultKind kind = _kinds[_chance.Next(_kinds.Length)];
                int[] statuses = kind == FaultKind.StatusBefore ? [400, 401, 403, 429, 500, 502, 503, 504] : [500, 502, 503, 504];
                int status = statuses[_chance.Next(statuses.Length)];
                return new Fault(
                    kind, status, IsPage: status is 400 or 401 or 403 or 502, RetryAfter: status == 429 ? "0" : null,
                    Delay: TimeSpan.FromMilliseconds(_chance.Next(5, 45)));
            }
        }

        public override string ToString()
            => FormattableString.Invariant(
                $"{_share} of {string.Join(", ", _kinds)}; outages {string.Join(", ", _outages)}; {Retries} retries; {_requests} requests");
    }
}
