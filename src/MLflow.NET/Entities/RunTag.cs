namespace MLflow;

/// <summary>A tag of a run; the last value written counts. <see cref="MlflowTags"/> lists those MLflow's UI reads.</summary>
public readonly record struct RunTag(string Key, string Value);
