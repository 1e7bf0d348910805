namespace Diffusion;

/// <summary>Decides where and when the tasks of a run are carried out: on this machine, on a cluster, or by whoever runs what it writes down.</summary>
public interface ILauncher
{
    /// <summary>
    /// Whether <see cref="Launch"/> returns before the tasks have ended, because something else goes on with them: then no run can depend on what they come to.
    /// </summary>
    bool HandsOver => false;

    /// <summary>
    /// Has every task carried out once, stage by stage, and tells of each through <see cref="ILaunchContext.Ended"/>. Returns when all have ended, or
    /// when they have been handed over to something that goes on by itself.
    /// </summary>
    /// <returns>How it came to its end.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled; tasks that have ended stay so.</exception>
    /// <exception cref="LaunchException">The work cannot go on: a scheduler that refuses, workers that cannot start. The message says why.</exception>
    LaunchOutcome Launch(ILaunchContext context, CancellationToken cancellationToken);
}
