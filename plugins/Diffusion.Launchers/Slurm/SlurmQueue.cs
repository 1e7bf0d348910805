namespace Diffusion.Launchers.Slurm;

/// <summary>The queue as it was seen.</summary>
/// <param name="Entries">Living elements, by job and index.</param>
/// <param name="Problem">Why it was not seen; null when it was.</param>
internal sealed record SlurmQueue(IReadOnlyDictionary<(long Job, int Index), SlurmQueueEntry> Entries, string? Problem = null)
{
    /// <summary>No elements are alive.</summary>
    public static SlurmQueue Empty { get; } = new(new Dictionary<(long Job, int Index), SlurmQueueEntry>());
}
