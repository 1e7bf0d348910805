namespace MLflow;

/// <summary>What identifies a run and says how it stands.</summary>
/// <param name="RunId">32 lower-case hexadecimal digits.</param>
/// <param name="ArtifactUri">The run's artifact folder as a URI or an absolute path.</param>
public sealed record RunInfo(
    string RunId,
    string ExperimentId,
    string RunName,
    string UserId,
    RunStatus Status,
    DateTimeOffset? StartTime,
    DateTimeOffset? EndTime,
    string ArtifactUri,
    LifecycleStage LifecycleStage);
