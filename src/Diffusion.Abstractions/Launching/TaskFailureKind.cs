namespace Diffusion;

/// <summary>Kinds of failure.</summary>
public enum TaskFailureKind
{
    /// <summary>A component threw.</summary>
    Error,

    /// <summary>Memory, of the processor or a device, ran out.</summary>
    OutOfMemory,

    /// <summary>The process that carried it out ended in the middle.</summary>
    Crash,

    /// <summary>It took longer than allowed, or showed no sign of life.</summary>
    Timeout,

    /// <summary>A scheduler ended or lost it: a node that failed, a job that was cancelled.</summary>
    Scheduler,
}
