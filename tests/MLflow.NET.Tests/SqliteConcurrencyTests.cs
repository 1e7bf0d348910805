using Microsoft.Data.Sqlite;
using Xunit;

namespace MLflow.Tests;

public sealed class SqliteConcurrencyTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Clients_that_start_at_once_make_one_database_and_one_experiment()
    {
        await using var store = new TemporaryStore();
        MlflowClient[] clients = [.. Enumerable.Range(0, 6).Select(_ => store.NewClient())];

        Experiment[] experiments = await Task.WhenAll(clients.Select(client => Task.Run(() => client.GetOrCreateExperimentAsync("shared", Cancellation))));

        Assert.Single(experiments.Select(experiment => experiment.ExperimentId).Distinct());
        Assert.Equal(["0|Default", "1|shared"], store.Rows("SELECT experiment_id, name FROM experiments ORDER BY 1"));
        Assert.Equal(["acf3f17fdcc7"], store.Rows("SELECT version_num FROM alembic_version"));
        foreach (MlflowClient client in clients)
            await client.DisposeAsync();
    }

    [Fact]
    public async Task Connections_that_write_at_once_lose_nothing()
    {
        const int writers = 3, batches = 8, points = 50;
        await using var store = new TemporaryStore();
        string shared = await store.NewRunAsync();

        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(
            async () =>
            {
                await using MlflowClient client = store.NewClient();
                Run own = await client.CreateRunAsync(new RunCreation("1") { UniqueTag = "k", Tags = [new RunTag("k", "same for all")] }, Cancellation);
                for (int batch = 0; batch < batches; batch++)
                {
                    Metric[] metrics = [.. Enumerable.Range(batch * points, points)
                        .Select(step => new Metric($"m{writer}", step, store.Clock.GetUtcNow(), step))];
                    await client.LogBatchAsync(shared, metrics, cancellationToken: Cancellation);
                    await client.LogBatchAsync(own.Info.RunId, [new Metric("common", writer, store.Clock.GetUtcNow(), batch)], cancellationToken: Cancellation);
                }
            },
            Cancellation)));

        Assert.Equal(["ok"], store.Rows("PRAGMA integrity_check"));
        Assert.Empty(store.Rows("PRAGMA foreign_key_check"));
        Assert.Equal(["2"], store.Rows("SELECT count(*) FROM runs"));
        Assert.Equal(
            [$"m0|{batches * points}", $"m1|{batches * points}", $"m2|{batches * points}"],
            store.Rows($"SELECT key, count(*) FROM metrics WHERE run_uuid = '{shared}' GROUP BY key ORDER BY key"));
        Assert.Equal(["7|2"], store.Rows("SELECT step, value FROM latest_metrics WHERE key = 'common'"));
    }

    [Fact]
    public async Task A_lock_that_is_never_given_up_is_named_after_the_time_allowed()
    {
        await using var store = new TemporaryStore();
        string id = await store.NewRunAsync();
        using SqliteConnection other = store.Connect();
        using SqliteTransaction held = other.BeginTransaction();
        await using MlflowClient impatient = store.NewClient(TimeSpan.FromMilliseconds(1));

        MlflowException exception = await Assert.ThrowsAsync<MlflowException>(() => impatient.LogMetricAsync(id, "m", 1, 0, Cancellation));
        Assert.Equal(ErrorCodes.TemporarilyUnavailable, exception.ErrorCode);

        held.Rollback();
        await impatient.LogMetricAsync(id, "m", 1, 0, Cancellation);
        Assert.Equal(["1"], store.Rows("SELECT count(*) FROM metrics"));
    }

    [Fact]
    public async Task Waiting_for_a_lock_can_be_cancelled()
    {
        await using var store = new TemporaryStore();
        string id = await store.NewRunAsync();
        using SqliteConnection other = store.Connect();
        using SqliteTransaction held = other.BeginTransaction();
        using var cancellation = new CancellationTokenSource();

        Task logging = store.Client.LogMetricAsync(id, "m", 1, 0, cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => logging);
    }

    [Fact]
    public async Task Of_writes_that_are_committed_together_a_refused_one_is_undone_alone()
    {
        await using var store = new TemporaryStore();
        string id = await store.NewRunAsync();
        await store.Client.LogParamAsync(id, "p", "1", Cancellation);
        using SqliteConnection other = store.Connect();
        using SqliteTransaction held = other.BeginTransaction();

        Task first = store.Client.LogMetricAsync(id, "first", 1, 0, Cancellation);
        Task[] good = [.. Enumerable.Range(0, 100).Select(step => store.Client.LogMetricAsync(id, "good", step, step, Cancellation))];
        Task refused = store.Client.LogBatchAsync(id, parameters: [new Param("q", "1"), new Param("p", "2")], cancellationToken: Cancellation);
        Task missing = store.Client.LogMetricAsync("nosuch", "m", 1, 0, Cancellation);
        Task last = store.Client.LogMetricAsync(id, "last", 1, 0, Cancellation);
        held.Rollback();

        await Task.WhenAll([first, .. good, last]);
        await Assert.ThrowsAsync<MlflowException>(() => refused);
        await Assert.ThrowsAsync<MlflowException>(() => missing);
        Assert.Equal(["first|1", "good|100", "last|1"], store.Rows("SELECT key, count(*) FROM metrics GROUP BY key ORDER BY key"));
        Assert.Equal(["p|1"], store.Rows("SELECT key, value FROM params"));
        Assert.Equal(["99|99"], store.Rows("SELECT step, value FROM latest_metrics WHERE key = 'good'"));
    }

    [Fact]
    public async Task A_write_that_is_cancelled_takes_no_other_with_it()
    {
        await using var store = new TemporaryStore();
        string id = await store.NewRunAsync();
        using SqliteConnection other = store.Connect();
        using SqliteTransaction held = other.BeginTransaction();
        using var cancelFirst = new CancellationTokenSource();
        using var cancelSecond = new CancellationTokenSource();

        Task first = store.Client.LogMetricAsync(id, "first", 1, 0, cancelFirst.Token);
        Task second = store.Client.LogMetricAsync(id, "second", 1, 0, cancelSecond.Token);
        Task third = store.Client.LogMetricAsync(id, "third", 1, 0, Cancellation);
        await cancelFirst.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await cancelSecond.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        held.Rollback();

        await third;
        Assert.Equal(["third"], store.Rows("SELECT key FROM metrics"));
    }
}
