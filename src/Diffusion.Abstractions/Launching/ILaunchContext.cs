namespace Diffusion;

/// <summary>
/// The work of a run as its launcher sees it: the tasks, how each can be carried out, and whom to tell of it. What a task leaves behind is a file in the run's
/// folder; files are the only truth about it. All methods are safe to call from any thread.
/// </summary>
public interface ILaunchContext
{
    /// <summary>The tasks. Those of a stage need what the stages before it have made.</summary>
    IReadOnlyList<LaunchStage> Stages { get; }

    /// <summary>Absolute path of the folder that holds the frozen plan and receives the records.</summary>
    string RunFolder { get; }

    /// <summary>
    /// Program and arguments that start a worker for this run. With <c>--task ID</c> (more than once) or <c>--tasks FILE</c> (one ID a line) it
    /// carries those out, passing over what has a record, and exits with 0; with neither it takes IDs, a line each, from its input and talks in
    /// <see cref="WorkerMessage"/>s on its output until its input ends.
    /// </summary>
    IReadOnlyList<string> WorkerCommand { get; }

    /// <summary>Whether a task has left its record, whole: then it has ended, whatever became of who carried it out.</summary>
    bool HasRecord(string task);

    /// <summary>Carries out a task in this process, on the calling thread, and leaves its record. Tasks of one stage may run on several threads.</summary>
    void Execute(string task, CancellationToken cancellationToken);

    /// <summary>To be called when a task begins, where the launcher learns of it.</summary>
    void Started(string task);

    /// <summary>To be called while a task is at work, where the launcher learns how far it is.</summary>
    void Progressed(TaskProgress progress);

    /// <summary>To be called once a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="failure">Null when its record is there; else the reason why it will leave none.</param>
    void Ended(string task, TaskFailure? failure);

    /// <summary>Shows a line to the user.</summary>
    void Say(string line);
}
