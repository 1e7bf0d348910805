using System.Collections.Concurrent;

namespace Diffusion.Plugins.Tests.Launchers;

/// <summary>A run's folder with tasks whose records are files, and what a launcher told of them.</summary>
internal sealed class FakeRun : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("diffusion-launch").FullName;

    /// <param name="name">Of its folder.</param>
    public FakeRun(string name = "first light, 100% 'sure'")
    {
        Folder = Path.Combine(_root, name);
        Directory.CreateDirectory(Folder);
    }

    public string Folder { get; }

    public ConcurrentDictionary<string, TaskFailure?> Ended { get; } = new();

    public ConcurrentQueue<string> Said { get; } = new();

    public string NewFolder(string name) => Directory.CreateDirectory(Path.Combine(_root, name)).FullName;

    public void Record(params IEnumerable<string> tasks)
    {
        foreach (string task in tasks)
            File.WriteAllText(Path.Combine(Folder, $"{task}.json"), "{}");
    }

    public static string[] Tasks(string prefix, int count) => [.. Enumerable.Range(0, count).Select(number => $"{prefix}{number:d3}")];

    public FakeLaunch Request(params LaunchStage[] stages) => new()
    {
        Stages = stages,
        RunFolder = Folder,
        WorkerCommand = ["/opt/my worker", "it's", "$HOME"],
        HasRecord = HasRecord,
        Execute = (task, _) => throw new InvalidOperationException($"{task} was to be carried out elsewhere"),
        Ended = (task, failure) =>
        {
            if (!Ended.TryAdd(task, failure))
                throw new InvalidOperationException($"{task} ended twice");
            if (failure is null != HasRecord(task))
                throw new InvalidOperationException($"{task} ended with a record and a failure, or without both");
        },
        Say = Said.Enqueue,
    };

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private bool HasRecord(string task) => File.Exists(Path.Combine(Folder, $"{task}.json"));
}
