using Diffusion.Experiments.Components;
using Microsoft.Extensions.Logging;

namespace Diffusion.Host.Running;

/// <summary>
/// A tracker that never fails the work it tracks, as trackers should not: the first thing that it throws is told with its name, nothing more is tracked, and
/// what waits is never said to be nothing.
/// </summary>
/// <param name="tracker">The tracker.</param>
/// <param name="component">What it is.</param>
/// <param name="logger">Where it is told.</param>
internal sealed class GuardedTracker(ITracker tracker, ComponentDescriptor component, ILogger logger) : ITracker
{
    private int _failures;

    public string? HowToLook => _failures == 0 ? tracker.HowToLook : null;

    public int Waiting => _failures == 0 ? tracker.Waiting : Math.Max(1, tracker.Waiting);

    public int Complete => _failures == 0 ? tracker.Complete : 0;

    public ITrackedRun Begin(TrackedRunDescription description)
    {
        ITrackedRun? run = null;
        Try("beginning a run", () => run = tracker.Begin(description with { Parent = description.Parent is Run parent ? parent.Inner : description.Parent }));
        return new Run(this, run);
    }

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await tracker.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Tell("sending", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await tracker.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Tell("its disposal", e);
        }
    }

    private void Try(string what, Action action)
    {
        if (_failures > 0)
            return;
        try
        {
            action();
        }
        catch (Exception e)
        {
            Tell(what, e);
        }
    }

    private void Tell(string what, Exception e)
    {
        if (Interlocked.Increment(ref _failures) == 1)
            logger.LogError(e, "{Fault}; nothing more is tracked", ComponentException.Wrap(component, what, e).Message);
    }

    private sealed class Run(GuardedTracker tracker, ITrackedRun? run) : ITrackedRun
    {
        public void LogMetrics(IReadOnlyList<TrackedMetric> metrics) => tracker.Try("logging metrics", () => run?.LogMetrics(metrics));

        public void LogArtifact(string path, string folder = "") => tracker.Try("logging an artifact", () => run?.LogArtifact(path, folder));

        public void SetTags(IReadOnlyDictionary<string, string> tags) => tracker.Try("setting tags", () => run?.SetTags(tags));

        public void LogTable(string name, TrackedTable table) => tracker.Try("logging a table", () => run?.LogTable(name, table));

        public void End(TrackedRunStatus status, DateTimeOffset ended) => tracker.Try("ending a run", () => run?.End(status, ended));

        // The tracker knows the parent of a run by what it made itself.
        public ITrackedRun? Inner => run;
    }
}
