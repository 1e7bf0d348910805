namespace MLflow;

/// <summary>A tag of a run's use of a data set; <see cref="MlflowTags.DataContext"/> says what it was used for.</summary>
public readonly record struct InputTag(string Key, string Value);
