namespace MLflow;

/// <summary>Which runs to find. Every condition must hold.</summary>
/// <param name="ExperimentIds">The experiments to look in.</param>
public sealed record RunQuery(IReadOnlyList<string> ExperimentIds)
{
    /// <summary>Tags the run must carry with exactly these values.</summary>
    public IReadOnlyList<RunTag> Tags { get; init; } = [];

    /// <summary>A condition in MLflow's search language, such as <c>metrics.loss &lt; 0.1 AND params.solver = 'heun'</c>.</summary>
    public string? Filter { get; init; }

    /// <summary>Keys in MLflow's search language, such as <c>metrics.loss ASC</c>; the latest started first where empty.</summary>
    public IReadOnlyList<string> OrderBy { get; init; } = [];

    /// <summary>Whether deleted runs count.</summary>
    public ViewType View { get; init; }

    /// <summary>At most so many runs.</summary>
    public int MaxResults { get; init; } = int.MaxValue;
}
