using Diffusion.Experiments.Components;
using Diffusion.Host.Running;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Diffusion.Tests.Host;

/// <summary>A tracker that breaks is named once, and the work that it tracks goes on.</summary>
public sealed class GuardedTrackerTests
{
    [Component(ComponentKind.Tracker, "breaking", "")]
    public sealed class Breaking : ITracker
    {
        public List<object?> Parents { get; } = [];

        public string? BreaksAt { get; init; }

        public string? HowToLook => "look";

        public ITrackedRun Begin(TrackedRunDescription description)
        {
            Parents.Add(description.Parent);
            return BreaksAt == "begin" ? throw new InvalidOperationException("no room\nat all") : new Run(this);
        }

        public Task FlushAsync(CancellationToken cancellationToken) =>
            BreaksAt == "flush" ? throw new InvalidOperationException("no room") : Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        public sealed class Run(Breaking tracker) : ITrackedRun
        {
            public void LogMetrics(IReadOnlyList<TrackedMetric> metrics)
            {
                if (tracker.BreaksAt == "metrics")
                    throw new InvalidOperationException("no room");
            }

            public void LogArtifact(string path, string folder = "")
            {
            }

            public void End(TrackedRunStatus status, DateTimeOffset ended)
            {
            }
        }
    }

    private sealed class Lines : ILogger
    {
        public List<string> Said { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Said.Add($"{logLevel} {formatter(state, exception)}");
    }

    private static readonly ComponentDescriptor Descriptor = ComponentCatalogue.FromTypes([typeof(Breaking)]).All.Single();

    private static readonly TrackedRunDescription Description = new()
    {
        Experiment = "e", Name = "n", Key = "k", Started = default, Parameters = new Dictionary<string, string>(), Tags = new Dictionary<string, string>(),
    };

    [Theory]
    [InlineData("begin", "beginning a run")]
    [InlineData("metrics", "logging metrics")]
    [InlineData("flush", "sending")]
    public async Task What_breaks_is_told_once_and_something_waits_from_then_on(string where, string what)
    {
        Lines lines = new();
        await using GuardedTracker tracker = new(new Breaking { BreaksAt = where }, Descriptor, lines);
        Assert.Equal(("look", 0), (tracker.HowToLook, tracker.Waiting));
        ITrackedRun run = tracker.Begin(Description);
        run.LogMetrics([]);
        run.LogMetrics([]);
        tracker.Begin(Description).End(TrackedRunStatus.Finished, default);
        await tracker.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal($"Error {Descriptor.Identity}: {what} threw: no room; nothing more is tracked", Assert.Single(lines.Said));
        Assert.Equal((null, 1), (tracker.HowToLook, tracker.Waiting));
    }

    [Fact]
    public async Task A_sound_tracker_is_told_of_runs_by_its_own()
    {
        Breaking sound = new();
        await using GuardedTracker tracker = new(sound, Descriptor, new Lines());
        ITrackedRun parent = tracker.Begin(Description);
        tracker.Begin(Description with { Parent = parent }).LogArtifact("x");
        await tracker.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Null(sound.Parents[0]);
        Assert.IsType<Breaking.Run>(sound.Parents[1]);
        Assert.Equal(("look", 0), (tracker.HowToLook, tracker.Waiting));
    }
}
