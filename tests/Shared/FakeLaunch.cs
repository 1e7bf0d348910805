namespace Diffusion.Tests.Shared;

/// <summary>Work for a launcher that does what a test says.</summary>
internal sealed record FakeLaunch : ILaunchContext
{
    public required IReadOnlyList<LaunchStage> Stages { get; init; }

    public required string RunFolder { get; init; }

    public required IReadOnlyList<string> WorkerCommand { get; init; }

    public required Func<string, bool> HasRecord { get; init; }

    public required Action<string, CancellationToken> Execute { get; init; }

    public required Action<string, TaskFailure?> Ended { get; init; }

    public Action<TaskProgress> Progressed { get; init; } = _ => { };

    public Action<string> Started { get; init; } = _ => { };

    public Action<string> Say { get; init; } = _ => { };

    bool ILaunchContext.HasRecord(string task) => HasRecord(task);

    void ILaunchContext.Execute(string task, CancellationToken cancellationToken) => Execute(task, cancellationToken);

    void ILaunchContext.Started(string task) => Started(task);

    void ILaunchContext.Progressed(TaskProgress progress) => Progressed(progress);

    void ILaunchContext.Ended(string task, TaskFailure? failure) => Ended(task, failure);

    void ILaunchContext.Say(string line) => Say(line);
}
