using MLflow.Rules;

namespace MLflow.Http;

/// <summary>What of a write a run lacks, as a server shows it.</summary>
internal static class ReadBack
{
    /// <summary>
    /// Parameters and tags that the run has not got with these values, and points that are not the latest of their metric: the run does not show others,
    /// and a point that is sent again is stored once.
    /// </summary>
    public static Batch Missing(Batch batch, Run run)
    {
        HashSet<Param> parameters = [.. run.Params];
        HashSet<RunTag> tags = [.. run.Tags];
        HashSet<(string, double, long, long)> latest = [.. run.Metrics.Select(Stored)];
        return new Batch(
            [.. batch.Metrics.Where(metric => !latest.Contains(Stored(metric)))],
            [.. batch.Parameters.Where(param => !parameters.Contains(param))],
            [.. batch.Tags.Where(tag => !tags.Contains(tag))]);
    }

    /// <summary>Data sets that the run does not name.</summary>
    public static IReadOnlyList<DatasetInput> Missing(IReadOnlyList<DatasetInput> inputs, Run run)
        => [.. inputs.Where(input => !run.Inputs.Any(known => known.Dataset.Name == input.Dataset.Name && known.Dataset.Digest == input.Dataset.Digest))];

    /// <summary>Whether a run is as an update would have it.</summary>
    public static bool Shows(RunInfo run, RunUpdate update)
        => (update.Status is null || update.Status == run.Status)
            && (update.EndTime is null || update.EndTime.Value.ToUnixTimeMilliseconds() == run.EndTime?.ToUnixTimeMilliseconds())
            && (update.RunName is null || update.RunName == run.RunName);

    private static (string Key, double Value, long Time, long Step) Stored(Metric metric)
        => (metric.Key, metric.Value, metric.Timestamp.ToUnixTimeMilliseconds(), metric.Step);
}
