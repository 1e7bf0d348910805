namespace Diffusion;

/// <summary>Work for a launcher. What a task leaves behind is a file in the run's folder; files are the only truth about it.</summary>
public sealed record LaunchRequest
{
    /// <summary>The tasks. Those of a stage need what the stages before it have made.</summary>
    public required IReadOnlyList<LaunchStage> Stages { get; init; }

    /// <summary>Absolute path of the folder that holds the frozen plan and receives the records.</summary>
    public required string RunFolder { get; init; }

    /// <summary>
    /// Program and arguments that start a worker for this run. With <c>--task ID</c> (more than once) or <c>--tasks FILE</c> (one ID a line) it
    /// carries those out, passing over what has a record, and exits with 0; with neither it takes IDs, a line each, from its input and talks in
    /// <see cref="WorkerMessage"/>s on its output until its input ends.
    /// </summary>
    public required IReadOnlyList<string> WorkerCommand { get; init; }

    /// <summary>Whether a task has left its record, whole: then it has ended, whatever became of who carried it out.</summary>
    public required Func<string, bool> HasRecord { get; init; }

    /// <summary>Carries out a task in this process, on the calling thread, and leaves its record. Tasks of one stage may run on several threads.</summary>
    public required Action<string, CancellationToken> Execute { get; init; }

    /// <summary>To be called once a task: with null when its record is there, or with the reason why it will leave none. Safe to call from any thread.</summary>
    public required Action<string, TaskFailure?> Ended { get; init; }

    /// <summary>May be called while a task is at work. Safe to call from any thread.</summary>
    public Action<TaskProgress> Progressed { get; init; } = _ => { };

    /// <summary>May be called when a task begins. Safe to call from any thread.</summary>
    public Action<string> Started { get; init; } = _ => { };

    /// <summary>Shows a line to the user. Safe to call from any thread.</summary>
    public Action<string> Say { get; init; } = _ => { };
}
