namespace Diffusion.Launchers;

/// <summary>A worker as its run sees it.</summary>
internal sealed class LocalWorker(int number, WorkerLog log)
{
    public int Number { get; } = number;

    public WorkerLog Log { get; } = log;

    /// <summary>Set once it has been started.</summary>
    public WorkerProcess Process { get; set; } = null!;

    /// <summary>Whether it has said that it takes tasks.</summary>
    public bool IsReady { get; set; }

    /// <summary>Whether it has been told or made to end.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>What it is at.</summary>
    public LocalTask? Task { get; set; }

    public bool IsIdle => IsReady && !IsLeaving && Task is null;

    /// <summary>Ticks since it was started, given its task or told to leave.</summary>
    public long Ticks { get; set; }

    /// <summary>Ticks since its last message.</summary>
    public long SilentTicks { get; set; }

    /// <summary>The kernel's kills when its task began.</summary>
    public long KillsBefore { get; set; }

    /// <summary>Why the run killed it.</summary>
    public WorkerFault? Fault { get; set; }
}
