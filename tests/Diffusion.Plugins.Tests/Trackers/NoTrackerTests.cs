using Diffusion.Trackers;
using Xunit;

namespace Diffusion.Plugins.Tests.Trackers;

public sealed class NoTrackerTests
{
    [Fact]
    public async Task It_takes_everything_and_has_nothing_to_show()
    {
        await using var tracker = new NoTracker();
        ITrackedRun run = tracker.Begin(new TrackedRunDescription { Experiment = "e", Name = "n", Key = "k", Started = DateTimeOffset.UnixEpoch });
        run.LogMetrics([new TrackedMetric("m", double.NaN, 0, DateTimeOffset.UnixEpoch)]);
        run.LogArtifact("no such file");
        run.End(TrackedRunStatus.Finished, DateTimeOffset.UnixEpoch);
        await tracker.FlushAsync(TestContext.Current.CancellationToken);

        Assert.Null(tracker.HowToLook);
    }
}
