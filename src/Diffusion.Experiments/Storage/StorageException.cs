namespace Diffusion.Experiments.Storage;

/// <summary>A file of a run cannot be written: a full disk, a read-only folder. It concerns the run, not the cell that was at work.</summary>
public sealed class StorageException(string message, Exception cause) : IOException(message, cause);
