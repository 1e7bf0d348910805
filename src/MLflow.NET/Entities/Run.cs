namespace MLflow;

/// <summary>A run as the store holds it.</summary>
/// <param name="Metrics">The latest point of each metric: the greatest by step, then time, then value.</param>
public sealed record Run(
    RunInfo Info,
    IReadOnlyList<Metric> Metrics,
    IReadOnlyList<Param> Params,
    IReadOnlyList<RunTag> Tags,
    IReadOnlyList<DatasetInput> Inputs)
{
    /// <summary>The value of a tag, or null where the run has none of this key.</summary>
    public string? Tag(string key)
    {
        foreach (RunTag tag in Tags)
            if (tag.Key == key)
                return tag.Value;
        return null;
    }
}
