namespace Diffusion.Experiments.Running;

/// <summary>State of a whole run.</summary>
public enum RunStatus
{
    /// <summary>Begun and not ended: at work, or killed.</summary>
    Running,

    /// <summary>Stopped by the user; running the same manifest again continues it.</summary>
    Stopped,

    /// <summary>Every cell ended.</summary>
    Finished,
}
