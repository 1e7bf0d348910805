using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Running;
using Diffusion.Launchers;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Diffusion.Tests.Running;

/// <summary>Stopping reaches whatever is at work, not only the solvers' steps.</summary>
public sealed class StoppingTests : IDisposable
{
    private static readonly SemaphoreSlim Begun = new(0);

    private readonly SweepBench _bench = new();

    public void Dispose() => _bench.Dispose();

    /// <summary>Takes for ever, or until it is stopped.</summary>
    [Component(ComponentKind.Metric, "endless", "")]
    public sealed class EndlessMetric : IMetric
    {
        public IReadOnlyList<MetricValue> Measure(MetricInput input)
        {
            Begun.Release();
            input.Cancellation.WaitHandle.WaitOne(TimeSpan.FromMinutes(1));
            input.Cancellation.ThrowIfCancellationRequested();
            return [new("endless", 1, null, 1)];
        }
    }

    /// <summary>Takes for ever to read, or until it is stopped.</summary>
    [Component(ComponentKind.Data, "endless", "")]
    public sealed class EndlessData : IDataSource
    {
        public DataSet Load() => throw new NotSupportedException();

        public DataSet Load(CancellationToken cancellationToken)
        {
            Begun.Release();
            cancellationToken.WaitHandle.WaitOne(TimeSpan.FromMinutes(1));
            cancellationToken.ThrowIfCancellationRequested();
            return Load();
        }
    }

    private Task<RunOutcome> RunAsync(ExperimentPlan plan, CancellationToken cancellationToken) => Task.Run(
        () => new ExperimentRunner(new(
            _bench.Factory, new InProcessLauncher(new() { Workers = 1 }), _bench.Tracker, new SilentObserver(), _bench.Clock, NullLoggerFactory.Instance))
            .RunAsync(plan, _bench.Settings, cancellationToken),
        TestContext.Current.CancellationToken);

    [Fact]
    public async Task A_metric_is_stopped()
    {
        using CancellationTokenSource stop = new();
        Task<RunOutcome> run = RunAsync(_bench.Plan("metrics=[\"endless\"]"), stop.Token);
        Assert.True(await Begun.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        await stop.CancelAsync();
        RunOutcome outcome = await run.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal((RunEnding.Stopped, 0), (outcome.Ending, outcome.Records.Count));
    }

    [Fact]
    public async Task The_reading_of_data_is_stopped_before_anything_is_written()
    {
        using CancellationTokenSource stop = new();
        Task<RunOutcome> run = RunAsync(_bench.Plan("data=endless"), stop.Token);
        Assert.True(await Begun.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Empty(_bench.Runs);
    }
}
