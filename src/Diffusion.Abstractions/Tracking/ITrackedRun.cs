namespace Diffusion;

/// <summary>A run in a tracker. All calls return at once.</summary>
public interface ITrackedRun
{
    /// <summary>Adds metric points.</summary>
    void LogMetrics(IReadOnlyList<TrackedMetric> metrics);

    /// <summary>Stores a copy of a file under <paramref name="folder"/> ("" for the run's root).</summary>
    void LogArtifact(string path, string folder = "");

    /// <summary>Sets tags, name → value; one that is there takes the new value. A tracker that has none leaves them out.</summary>
    void SetTags(IReadOnlyDictionary<string, string> tags)
    {
    }

    /// <summary>Stores a table under a name, in place of one that is there. A tracker that has no tables leaves it out.</summary>
    void LogTable(string name, TrackedTable table)
    {
    }

    /// <summary>Closes the run. It has been told whole then: what a store has beyond it comes from earlier records, and goes.</summary>
    void End(TrackedRunStatus status, DateTimeOffset ended);
}
