namespace Diffusion;

/// <summary>
/// An experiment tracker. Calls return at once: an implementation has a queue of its own and never slows or fails the work it tracks;
/// trouble is reported once through the logger.
/// </summary>
public interface ITracker : IAsyncDisposable
{
    /// <summary>How a person can look at what was tracked (a command or an address); null when nothing is tracked.</summary>
    string? HowToLook { get; }

    /// <summary>Runs of which something is still to be stored, what earlier sessions left in an outbox included.</summary>
    int Waiting => 0;

    /// <summary>Opens a run.</summary>
    ITrackedRun Begin(TrackedRunDescription description);

    /// <summary>Waits until everything handed over so far is stored.</summary>
    Task FlushAsync(CancellationToken cancellationToken);
}
