namespace Diffusion;

/// <summary>
/// An experiment tracker. Calls return at once: an implementation has a queue of its own and never slows or fails the work it tracks;
/// trouble is reported once through the logger.
/// </summary>
/// <remarks>
/// What a tracker is told follows from the records of runs alone, time stamps included. It may be told again in any later session, so a tracker keeps nothing
/// of its own: it compares what it is told with what its store has, sends what is missing, and counts what it has seen there.
/// </remarks>
public interface ITracker : IAsyncDisposable
{
    /// <summary>How a person can look at what was tracked (a command or an address), or why the store has not got it; null when nothing is tracked.</summary>
    string? HowToLook { get; }

    /// <summary>Runs of this session of which the store is not seen to have everything.</summary>
    int Waiting => 0;

    /// <summary>Runs of this session of which the store was seen to have everything.</summary>
    int Complete => 0;

    /// <summary>Opens a run. One with the same key is told anew, from its beginning.</summary>
    ITrackedRun Begin(TrackedRunDescription description);

    /// <summary>Waits until everything told so far is stored, or seen to be refused, and was looked for in the store.</summary>
    Task FlushAsync(CancellationToken cancellationToken);
}
