namespace MLflow;

/// <summary>A file or folder among a run's artifacts.</summary>
/// <param name="Path">The place below the run's artifact folder, parts divided by <c>/</c>.</param>
/// <param name="Size">Bytes of a file; null for a folder.</param>
public sealed record ArtifactFile(string Path, bool IsFolder, long? Size);
