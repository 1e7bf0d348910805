namespace Diffusion.Experiments.Housekeeping;

/// <summary>What has become of a run.</summary>
public enum RunState
{
    /// <summary>A process is at work on it.</summary>
    Running,

    /// <summary>It began, did not end, and no process of this machine is at work on it: killed, or handed over to other machines.</summary>
    Interrupted,

    /// <summary>It was stopped before all its cells had ended.</summary>
    Stopped,

    /// <summary>Every cell ended.</summary>
    Finished,

    /// <summary>Its <c>run.json</c> cannot be read.</summary>
    Damaged,
}
