namespace Diffusion;

/// <summary>A run in a tracker. All calls return at once.</summary>
public interface ITrackedRun
{
    /// <summary>Adds metric points.</summary>
    void LogMetrics(IReadOnlyList<TrackedMetric> metrics);

    /// <summary>Stores a copy of a file under <paramref name="folder"/> ("" for the run's root).</summary>
    void LogArtifact(string path, string folder = "");

    /// <summary>Closes the run.</summary>
    void End(TrackedRunStatus status, DateTimeOffset ended);
}
