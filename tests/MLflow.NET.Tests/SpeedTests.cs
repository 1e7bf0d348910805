using System.Diagnostics;
using Xunit;

namespace MLflow.Tests;

/// <summary>10⁵ metric points into each kind of store, within the time that docs/performance.md promises.</summary>
[Trait("Category", "Slow")]
[Collection(nameof(SpeedTests))]
public sealed class SpeedTests
{
    private const int Points = 100_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Into_SQLite_in_less_than_five_seconds()
    {
        await using var store = new TemporaryStore();
        TimeSpan time = await MeasureAsync(store.Client, await store.NewRunAsync());
        Assert.Equal([$"{Points}"], store.Rows("SELECT count(*) FROM metrics"));
        Report(time);
        Assert.InRange(time.TotalSeconds, 0, 5);
    }

    [Fact]
    public async Task Over_loopback_HTTP_in_less_than_twenty_seconds()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync();
        string id = await fixture.NewRunAsync();
        TimeSpan time = await MeasureAsync(fixture.Client, id);
        Assert.Equal(Points, fixture.Server.Runs[id].Points.Count);
        Report(time);
        Assert.InRange(time.TotalSeconds, 0, 20);
    }

    // A time measured beside other tests is theirs as well.
    [CollectionDefinition(nameof(SpeedTests), DisableParallelization = true)]
    public sealed class Alone;

    private static void Report(TimeSpan time)
        => TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant($"{Points} points in {time.TotalSeconds:0.00} s"));

    private static async Task<TimeSpan> MeasureAsync(MlflowClient client, string runId)
    {
        Metric[] points = [.. Enumerable.Range(0, Points).Select(i => new Metric($"m{i % 10}", Math.Sqrt(i), ServerFixture.Time.AddMilliseconds(i), i / 10))];
        var watch = Stopwatch.StartNew();
        await client.LogBatchAsync(runId, points, cancellationToken: Cancellation);
        return watch.Elapsed;
    }
}
