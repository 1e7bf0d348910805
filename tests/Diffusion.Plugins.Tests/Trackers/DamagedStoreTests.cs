using Diffusion.Trackers;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using MLflow;
using MLflow.Tests;
using Xunit;

namespace Diffusion.Plugins.Tests.Trackers;

/// <summary>Embedded stores that were cut or changed: what is said of them is true, and once the file is gone everything is tracked again.</summary>
public sealed class DamagedStoreTests : IAsyncLifetime
{
    private const int Fast = 60;
    private const int All = 2000;
    private const int Runs = 5;

    private readonly string _folder = Directory.CreateTempSubdirectory("mlflow-damage-").FullName;
    private readonly FakeTimeProvider _clock = new(ServerFixture.Time);
    private byte[] _whole = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string StoreFile => Path.Combine(_folder, "mlflow.db");

    public async ValueTask InitializeAsync()
    {
        Assert.Equal((Runs, 0), (await SessionAsync()).Counts);
        _whole = await File.ReadAllBytesAsync(StoreFile, Cancellation);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(99)]
    [InlineData(1000)]
    [InlineData(4096)]
    [InlineData(20480)]
    [InlineData(-4096)]
    [InlineData(-1)]
    public async Task A_store_that_was_cut_is_said_to_be_so_or_filled_again(int length)
    {
        await CheckAsync(_whole[..(length >= 0 ? length : _whole.Length + length)]);
    }

    [Fact]
    public Task What_is_said_of_a_store_with_a_changed_byte_is_true() => ChangeAsync(0, Fast);

    [Fact]
    [Trait("Category", "Slow")]
    public Task What_is_said_of_two_thousand_stores_with_a_changed_byte_is_true() => ChangeAsync(Fast, All);

    [Fact]
    public async Task A_store_that_is_deleted_between_two_sessions_is_made_again()
    {
        File.Delete(StoreFile);
        Assert.Equal((Runs, 0), (await SessionAsync()).Counts);
        AssertWhole();
    }

    private async Task ChangeAsync(int first, int count)
    {
        for (int seed = first; seed < first + count; seed++)
        {
            Random chance = new(seed);
            byte[] changed = [.. _whole];
            int place = chance.Next(changed.Length);
            changed[place] ^= (byte)(1 << chance.Next(8));
            try
            {
                await CheckAsync(changed);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                throw new InvalidOperationException($"Byte {place} (seed {seed}): {exception.Message}", exception);
            }
        }
    }

    private async Task CheckAsync(byte[] damaged)
    {
        await File.WriteAllBytesAsync(StoreFile, damaged, Cancellation);
        ((int complete, int waiting), string said, IReadOnlyList<string> warnings) = await SessionAsync();
        Assert.Equal(Runs, complete + waiting);
        if (waiting == 0)
        {
            AssertWhole();
        }
        else
        {
            Assert.Contains($"'{StoreFile}' ", said, StringComparison.Ordinal);
            // A table that has another name now is a schema of another version, for all that one can see.
            Assert.Matches("delete it or move it away|choose another file", said);
            Assert.Contains(said[(said.IndexOf('(') + 1)..said.LastIndexOf(')')], Assert.Single(warnings), StringComparison.Ordinal);
            Assert.DoesNotContain('\n', said);
        }

        File.Delete(StoreFile);
        Assert.Equal((Runs, 0), (await SessionAsync()).Counts);
    }

    private async Task<((int Complete, int Waiting) Counts, string Said, IReadOnlyList<string> Warnings)> SessionAsync()
    {
        RecordingLogger logger = new();
        string uri = $"sqlite:///{StoreFile}";
        await using MlflowTracker tracker = new(
            MlflowClient.Open(uri, new MlflowClientOptions { TimeProvider = _clock, VerifyDatabase = true }), uri, logger, _clock);
        DateTimeOffset start = ServerFixture.Time;
        ITrackedRun sweep = tracker.Begin(Describe("sweep", null));
        for (int i = 1; i < Runs; i++)
        {
            ITrackedRun run = tracker.Begin(Describe($"solver {i}", sweep));
            run.LogMetrics([.. Enumerable.Range(1, 40).Select(step => new TrackedMetric("distance", 1.0 / (step + i), step, start.AddSeconds(step)))]);
            run.End(TrackedRunStatus.Finished, start.AddMinutes(1));
        }

        sweep.End(TrackedRunStatus.Finished, start.AddMinutes(2));
        await tracker.FlushAsync(Cancellation);
        return ((tracker.Complete, tracker.Waiting), tracker.HowToLook ?? "", logger.MessagesAt(LogLevel.Warning));

        TrackedRunDescription Describe(string name, ITrackedRun? parent) => new()
        {
            Experiment = "damage",
            Name = name,
            Key = name,
            Parent = parent,
            Started = start,
            Parameters = new Dictionary<string, string> { ["solver"] = name, ["text"] = new string('x', 300) },
            Data = new DataDescription { Name = "mixture", Shape = [2], Source = "a formula" },
        };
    }

    /// <summary>What another reader sees who knows nothing of how it came about.</summary>
    private void AssertWhole()
    {
        Assert.Equal(["ok"], Rows("PRAGMA integrity_check"));
        // A run whose own mark was changed is nobody's, and another has been made in its place.
        const string active = """
            run_uuid IN (SELECT run_uuid FROM runs WHERE lifecycle_stage = 'active'
                AND EXISTS (SELECT 1 FROM tags WHERE tags.run_uuid = runs.run_uuid AND key = 'diffusion.sweep' AND value = 'sweep')
                AND EXISTS (SELECT 1 FROM tags WHERE tags.run_uuid = runs.run_uuid AND key = 'diffusion.key'
                    AND value IN ('solver 1', 'solver 2', 'solver 3', 'solver 4', 'sweep')))
            """;
        Assert.Equal(
            ["solver 1|FINISHED", "solver 2|FINISHED", "solver 3|FINISHED", "solver 4|FINISHED", "sweep|FINISHED"],
            Rows($"SELECT name, status FROM runs WHERE {active} ORDER BY name"));
        Assert.Equal(["160|160"], Rows($"SELECT count(*), count(DISTINCT run_uuid || step || value) FROM metrics WHERE key = 'distance' AND {active}"));
        Assert.Equal(["solver|5", "text|5"], Rows($"SELECT key, count(*) FROM params WHERE {active} GROUP BY key ORDER BY key"));
    }

    private List<string> Rows(string sql)
    {
        using SqliteConnection connection = new($"Data Source={StoreFile};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using SqliteDataReader reader = command.ExecuteReader();
        List<string> rows = [];
        while (reader.Read())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(column => $"{reader.GetValue(column)}")));
        return rows;
    }
}
