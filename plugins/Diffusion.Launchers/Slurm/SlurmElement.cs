namespace Diffusion.Launchers.Slurm;

/// <summary>An element of a job array that is being followed.</summary>
internal sealed class SlurmElement(SlurmJob job, int index)
{
    /// <summary>Its array.</summary>
    public SlurmJob Job { get; } = job;

    /// <summary>Its index in the array.</summary>
    public int Index { get; } = index;

    /// <summary>Its tasks, in the order in which the worker takes them.</summary>
    public IReadOnlyList<string> Tasks { get; } = job.Elements[index];

    /// <summary>How the queue knows it.</summary>
    public (long Job, int Index) Key => (Job.Id!.Value, Index);

    /// <summary>Whether it had not begun when last seen.</summary>
    public bool Waits { get; set; } = true;

    /// <summary>Time stamp of the first look at the queue that it was missing from; null while it is there.</summary>
    public long? MissedSince { get; set; }
}
