namespace Diffusion.Experiments.Running;

/// <summary>How running a plan came to its end.</summary>
public enum RunEnding
{
    /// <summary>Every cell has ended.</summary>
    Finished,

    /// <summary>The selected cells have ended; others were left out.</summary>
    Partial,

    /// <summary>The user stopped it.</summary>
    Stopped,

    /// <summary>A cell failed, and that was to end it.</summary>
    FailedFast,

    /// <summary>The work could not be carried out: no worker starts, no record can be written.</summary>
    Broken,

    /// <summary>Something else goes on with it: a cluster, or whoever runs the exported commands.</summary>
    HandedOver,
}
