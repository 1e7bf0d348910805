using Diffusion.Testing;
using Xunit;

namespace Diffusion.Tests.Testing;

public sealed class RecordingTrackerTests
{
    private static readonly DateTimeOffset Time = new(2025, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void Keeps_what_it_was_told()
    {
        var tracker = new RecordingTracker();
        ITrackedRun run = tracker.Begin(Describe("a"));
        run.LogMetrics([new("loss", 0.5, 1, Time), new("loss", 0.25, 2, Time)]);
        run.LogArtifact("model.json", "model");
        run.End(TrackedRunStatus.Finished, Time);

        RecordedRun recorded = Assert.Single(tracker.Runs);
        Assert.Equal([0.5, 0.25], recorded.Metrics.Select(metric => metric.Value));
        Assert.Equal([("model.json", "model")], recorded.Artifacts);
        Assert.Equal((TrackedRunStatus.Finished, Time), recorded.Ended);
    }

    [Fact]
    public void Is_told_a_run_of_the_same_key_anew()
    {
        var tracker = new RecordingTracker();
        tracker.Begin(Describe("a")).LogTable("t", new(["x"], [[1.0]]));
        ITrackedRun again = tracker.Begin(Describe("a"));
        again.SetTags(new Dictionary<string, string> { ["tag"] = "1" });
        tracker.Begin(Describe("b"));
        Assert.Equal(2, tracker.Runs.Count);
        Assert.Same(again, tracker.Runs[0]);
        Assert.Empty(tracker.Runs[0].Tables);
        Assert.Equal("1", tracker.Runs[0].Tags["tag"]);
    }

    private static TrackedRunDescription Describe(string key) => new() { Experiment = "e", Name = key, Key = key, Started = Time };
}
