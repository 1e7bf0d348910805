using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Launchers;

/// <summary>Options of <see cref="LocalLauncher"/>.</summary>
public sealed record LocalLauncherOptions : ComponentOptions
{
    /// <summary>Worker processes at most.</summary>
    [Description("The largest number of worker processes; 0 means one per processor core.")]
    [Range(0, 1024)]
    public int Workers { get; init; }

    /// <summary>
    /// How often a task is tried again whose worker ended in the middle of it or showed no sign of life, and in a row the start of workers, at least once.
    /// </summary>
    [Description("How often a task is tried again when its worker ended during it, and how often workers that did not start are started again.")]
    [Range(0, 100)]
    public int Retries { get; init; } = 2;

    /// <summary>Pause before the first retry, seconds; twice as long before each one after it, a minute at most.</summary>
    [Description("Seconds before the first retry; each further one waits twice as long, at most 60.")]
    [Range(0.0, 60.0)]
    public double Backoff { get; init; } = 1;

    /// <summary>Seconds that a worker may take before it accepts tasks.</summary>
    [Description("Seconds that a worker may take before it accepts tasks.")]
    [Range(0.0, 1e9, MinimumIsExclusive = true)]
    public double StartTimeout { get; init; } = 120;

    /// <summary>Seconds that a task of sampling may take; 0 for no limit.</summary>
    [Description("Seconds that a cell may take; 0 for no limit.")]
    [Range(0.0, 1e9)]
    public double TaskTimeout { get; init; }

    /// <summary>Seconds that a training may take; 0 for no limit.</summary>
    [Description("Seconds that a training may take; 0 for no limit.")]
    [Range(0.0, 1e9)]
    public double TrainTimeout { get; init; }

    /// <summary>Seconds without a sign of life after which a worker is given up; 0 for never.</summary>
    [Description("Seconds without a sign of life after which a worker is given up; 0 for never.")]
    [Range(0.0, 1e9)]
    public double Silence { get; init; } = 60;

    /// <summary>Resident memory, MiB, above which a worker is replaced between two tasks; 0 for its share of four fifths of what there is.</summary>
    [Description("Memory in MiB above which a worker is replaced between two tasks; 0 means an equal share of 80 % of the machine's memory.")]
    [Range(0, int.MaxValue)]
    public int Memory { get; init; }
}

/// <summary>
/// Runs tasks in worker processes on this machine, one task at a time each. A task that crashes, hangs or eats all memory costs a worker, and
/// the others go on.
/// </summary>
/// <remarks>
/// A task that ran out of memory is tried again once all others of its stage are done, with no other beside it.
/// A worker ends when its input does, so none outlives this process, however it ends. Ctrl-C in a terminal reaches workers too: they are to
/// ignore it and leave it to this process to end them. What workers print beside their messages is in <c>logs/</c> of the run's folder.
/// </remarks>
[Component(ComponentKind.Launcher, "local", "Runs cells in worker processes on this machine: a crash or a hang costs one attempt at one cell, not the run")]
public sealed class LocalLauncher(LocalLauncherOptions options) : ILauncher
{
    /// <inheritdoc/>
    public LaunchOutcome Launch(ILaunchContext context, CancellationToken cancellationToken)
    {
        using LocalRun run = new(options, context, MemoryKills.OfThisProcess());
        run.Run(cancellationToken);
        return new();
    }
}
