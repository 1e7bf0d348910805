namespace MLflow;

/// <summary>A named collection of runs.</summary>
/// <param name="ExperimentId">The id; a string throughout MLflow, even where it reads as a number.</param>
/// <param name="Name">The name, unique in the store, deleted experiments included.</param>
/// <param name="ArtifactLocation">The URI or absolute path under which the runs' artifact folders lie.</param>
public sealed record Experiment(
    string ExperimentId,
    string Name,
    string ArtifactLocation,
    LifecycleStage LifecycleStage,
    DateTimeOffset? CreationTime,
    DateTimeOffset? LastUpdateTime,
    IReadOnlyList<ExperimentTag> Tags);
