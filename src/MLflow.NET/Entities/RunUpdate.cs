namespace MLflow;

/// <summary>What to change in a run; a null leaves a field as it is.</summary>
public sealed record RunUpdate
{
    public RunStatus? Status { get; init; }

    public DateTimeOffset? EndTime { get; init; }

    /// <summary>The new name; goes into the tag <see cref="MlflowTags.RunName"/> too.</summary>
    public string? RunName { get; init; }
}
