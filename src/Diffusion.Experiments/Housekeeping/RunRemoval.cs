using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Running;

namespace Diffusion.Experiments.Housekeeping;

/// <summary>The removal of runs, with the trained models that no other run of the results folder has sampled from.</summary>
public sealed class RunRemoval
{
    private const string Removed = ".removed-";

    private readonly IReadOnlyList<RunFolder> _runs;

    private RunRemoval(IReadOnlyList<RunFolder> runs, IReadOnlyList<string> models)
    {
        (_runs, Models) = (runs, models);
        Runs = [.. runs.Select(RunSummary.Read)];
        Bytes = Runs.Sum(run => run.Bytes) + models.Sum(FolderSize.Bytes);
    }

    /// <summary>The runs that go.</summary>
    public IReadOnlyList<RunSummary> Runs { get; }

    /// <summary>Folders of the trained models that go with them.</summary>
    public IReadOnlyList<string> Models { get; }

    /// <summary>What all of it takes, in bytes.</summary>
    public long Bytes { get; }

    /// <summary>Finds what would go, and removes nothing.</summary>
    /// <param name="runs">Runs, each once.</param>
    public static RunRemoval Plan(IReadOnlyList<RunFolder> runs) =>
        new(runs, [.. runs.GroupBy(run => run.Results).SelectMany(group => ModelsOf(group.Key, [.. group])).Order(StringComparer.Ordinal)]);

    /// <summary>Removes it.</summary>
    /// <exception cref="RunBusyException">A process is at work on one of the runs; nothing was removed then.</exception>
    /// <exception cref="IOException">A file cannot be removed. The same removal goes on where this one ended.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be removed.</exception>
    public void Execute()
    {
        List<RunLock> held = [];
        try
        {
            foreach (RunFolder run in _runs)
                held.Add(RunLock.Take(run, DateTimeOffset.UtcNow));
        }
        finally
        {
            // Let go of before anything is moved: Windows moves no folder in which a file is open.
            held.ForEach(one => one.Dispose());
        }

        foreach (string leftOver in _runs.Select(run => run.Results).Distinct().SelectMany(results => Directory.GetDirectories(results, $"{Removed}*")))
            Directory.Delete(leftOver, recursive: true);
        foreach (RunFolder run in _runs)
            Remove(run.Path, run.Results);
        foreach (string model in Models)
            Remove(model, Path.GetDirectoryName(Path.GetDirectoryName(model))!);
    }

    private static IEnumerable<string> ModelsOf(string results, IReadOnlyList<RunFolder> runs)
    {
        HashSet<StageKey> models = [.. runs.SelectMany(RunModels.Keys)];
        if (models.Count == 0)
            return [];
        HashSet<string> going = [.. runs.Select(run => run.Path)];
        models.ExceptWith(RunFolder.Runs(results).Where(run => !going.Contains(run.Path)).SelectMany(RunModels.Keys));
        TrainedModelStore store = new(results);
        return models.Select(store.FolderOf).Where(Directory.Exists);
    }

    // What has its own name is whole, wherever the removal is stopped.
    private static void Remove(string folder, string results)
    {
        string doomed = Path.Combine(results, $"{Removed}{Guid.NewGuid():n}");
        Directory.Move(folder, doomed);
        Directory.Delete(doomed, recursive: true);
        string parent = Path.GetDirectoryName(folder)!;
        if (!Directory.EnumerateFileSystemEntries(parent).Any())
            Directory.Delete(parent);
    }
}
