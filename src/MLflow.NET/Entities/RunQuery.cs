namespace MLflow;

/// <summary>Which active runs to find. Every condition must hold.</summary>
/// <param name="ExperimentIds">The experiments to look in.</param>
public sealed record RunQuery(IReadOnlyList<string> ExperimentIds)
{
    /// <summary>Tags the run must carry with exactly these values.</summary>
    public IReadOnlyList<RunTag> Tags { get; init; } = [];

    /// <summary>At most so many runs, the latest started first.</summary>
    public int MaxResults { get; init; } = int.MaxValue;
}
