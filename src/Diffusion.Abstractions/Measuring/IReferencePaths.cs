namespace Diffusion;

/// <summary>
/// Where the samples of a run would have ended, had its equation been solved without error: from the same start states, along the same noise.
/// </summary>
public interface IReferencePaths
{
    /// <summary>The ends of the first samples' paths.</summary>
    /// <param name="settings">How many, and how finely.</param>
    /// <exception cref="ArgumentException">The paths are not known; the message says why.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    ReferenceEnds Ends(ReferencePathSettings settings);
}
