namespace Diffusion.Launchers.Slurm;

/// <summary>A living element of a job array.</summary>
/// <param name="State">Slurm's word for its state.</param>
/// <param name="Reason">Slurm's word for why it waits.</param>
internal sealed record SlurmQueueEntry(string State, string Reason)
{
    // What every waiting job may go through. Anything else (a limit of the account, a job that is held) the user may want to do something about.
    private static readonly string[] UsualReasons =
    [
        "None", "Priority", "Resources", "Dependency", "JobArrayTaskLimit", "BeginTime", "Prolog", "Cleaning", "(null)", "",
    ];

    /// <summary>Whether it has not begun.</summary>
    public bool Waits => State is "PENDING" or "REQUEUED" or "REQUEUE_HOLD" or "REQUEUE_FED" or "SPECIAL_EXIT";

    /// <summary>Whether it waits for something that time alone may not bring.</summary>
    public bool WaitsUnusually => Waits && !UsualReasons.Contains(Reason);
}
