namespace Diffusion;

/// <summary>What a worker process has to say.</summary>
public enum WorkerMessageKind
{
    /// <summary>It takes tasks.</summary>
    Ready,

    /// <summary>It is there; said once a second, whatever it does.</summary>
    Alive,

    /// <summary>A task goes on.</summary>
    Progress,

    /// <summary>A task has left its record.</summary>
    Ended,

    /// <summary>A record cannot be written (a full or read-only disk); the rest of the line says why, and the worker ends.</summary>
    Blocked,
}
