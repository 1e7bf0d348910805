namespace MLflow;

/// <summary>A run's use of a data set.</summary>
public sealed record DatasetInput(Dataset Dataset, IReadOnlyList<InputTag> Tags);
