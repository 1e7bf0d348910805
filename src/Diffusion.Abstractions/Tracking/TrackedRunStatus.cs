namespace Diffusion;

/// <summary>How a tracked run ended.</summary>
public enum TrackedRunStatus
{
    /// <summary>It did its work.</summary>
    Finished,

    /// <summary>It failed or diverged.</summary>
    Failed,

    /// <summary>It was stopped.</summary>
    Killed,
}
