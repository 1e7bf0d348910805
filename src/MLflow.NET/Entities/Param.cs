namespace MLflow;

/// <summary>A parameter of a run. Written once: another value for the same key is refused.</summary>
public readonly record struct Param(string Key, string Value);
