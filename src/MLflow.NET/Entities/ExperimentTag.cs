namespace MLflow;

/// <summary>A tag of an experiment.</summary>
public readonly record struct ExperimentTag(string Key, string Value);
