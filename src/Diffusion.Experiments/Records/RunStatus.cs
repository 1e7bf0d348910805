namespace Diffusion.Experiments.Records;

/// <summary>State of a whole run.</summary>
public enum RunStatus
{
    /// <summary>Begun and not ended: at work, killed, or handed over.</summary>
    Running,

    /// <summary>Ended before all its cells; running the same manifest again continues it.</summary>
    Stopped,

    /// <summary>Every cell ended.</summary>
    Finished,
}
