using System.Diagnostics;
using Xunit;

namespace MLflow.Tests;

/// <summary>10⁵ metric points reach each kind of store; how long that takes stands in the test's output, since a time on a busy machine says little.</summary>
[Trait("Category", "Slow")]
[Collection(nameof(ManyPointsTests))]
public sealed class ManyPointsTests
{
    private const int Points = 100_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Into_SQLite()
    {
        await using var store = new TemporaryStore();
        TimeSpan time = await MeasureAsync(store.Client, await store.NewRunAsync());
        Assert.Equal([$"{Points}"], store.Rows("SELECT count(*) FROM metrics"));
        Report(time);
    }

    [Fact]
    public async Task Over_loopback_HTTP()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync();
        string id = await fixture.NewRunAsync();
        TimeSpan time = await MeasureAsync(fixture.Client, id);
        Assert.Equal(Points, fixture.Server.Runs[id].Points.Count);
        Report(time);
    }

    // A time measured beside other tests is theirs as well.
    [CollectionDefinition(nameof(ManyPointsTests), DisableParallelization = true)]
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
