namespace MLflow;

/// <summary>A version of a registered model.</summary>
/// <param name="Version">1, 2, … as text, as servers send it.</param>
/// <param name="Source">Where its files are: <c>models:/m-…</c>, <c>runs:/run/path</c> or an artifact URI.</param>
/// <param name="RunId">The run that made it; empty where that is not known.</param>
public sealed record ModelVersion(string Name, string Version, string Source, string RunId);
