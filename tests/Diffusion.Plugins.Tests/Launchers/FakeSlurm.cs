using Diffusion.Launchers.Slurm;

namespace Diffusion.Plugins.Tests.Launchers;

/// <summary>A cluster of files: jobs do what the test says.</summary>
internal sealed class FakeSlurm
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public FakeSlurm(string folder)
    {
        Folder = folder;
        foreach (string state in new[] { "queue", "controller", "accounting" })
            Directory.CreateDirectory(Path.Combine(folder, state));
        // Links: a script that was just written cannot be executed while another thread is starting a process.
        string script = Path.Combine(Repository.Root, "tests", "Diffusion.Plugins.Tests", "Launchers", "fake-slurm.sh");
        foreach (string command in new[] { "sbatch", "squeue", "scontrol", "sacct" })
            File.CreateSymbolicLink(Path.Combine(folder, command), script);
    }

    public string Folder { get; }

    public SlurmCommands Commands => new(Folder);

    /// <summary>Jobs that were submitted, with what sbatch was given.</summary>
    public IReadOnlyList<(long Id, string[] Arguments)> Submitted =>
        [.. Directory.GetFiles(Folder, "job.*")
            .Where(file => !file.EndsWith(".new", StringComparison.Ordinal))
            .Select(file => (long.Parse(Path.GetExtension(file)[1..]), File.ReadAllLines(file)))
            .OrderBy(job => job.Item1)];

    /// <summary>What a job's element has as its tasks.</summary>
    public string[] Tasks(long job, int index) =>
        File.ReadAllLines(Path.Combine(Path.GetDirectoryName(Submitted.Single(submitted => submitted.Id == job).Arguments[^1])!, $"{index}.txt"));

    public string Name(long job) =>
        Submitted.Single(submitted => submitted.Id == job).Arguments.Single(argument => argument.StartsWith("--job-name=", StringComparison.Ordinal))[11..];

    public void Set(string file, string text)
    {
        string path = Path.Combine(Folder, file);
        File.WriteAllText(path + ".new~", text);
        File.Move(path + ".new~", path, overwrite: true);
    }

    public void Unset(string file) => File.Delete(Path.Combine(Folder, file));

    public void Starts(long job, int index) => Set($"queue/{job}_{index}", $"{job}|{index}|RUNNING|None|{Name(job)}\n");

    /// <summary>An element leaves the queue, and the controller knows why.</summary>
    public void Ends(long job, int index, string state, string exit = "0:0")
    {
        Controller(job, index, state, exit);
        Unset($"queue/{job}_{index}");
    }

    public void Controller(long job, int index, string state, string exit = "0:0") => Set(
        $"controller/{job}_{index}",
        $"JobId={job + index + 1000} ArrayJobId={job} ArrayTaskId={index} JobName={Name(job)} UserId=ada(1000) Priority=1 JobState={state} Reason=None "
            + $"Dependency=(null) Requeue=1 ExitCode={exit} "
        + "RunTime=00:00:01 ReqNodeList=(null) ExcNodeList=(null) NodeList=n7 BatchHost=n7 NumNodes=1 Command=/a folder/job.sh\n");

    /// <summary>Waits until as many jobs were submitted.</summary>
    public async Task SubmitsAsync(int jobs) => await UntilAsync(() => Submitted.Count >= jobs, $"{jobs} jobs");

    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            if (patience.IsCancellationRequested)
                throw new TimeoutException($"There were never {what}.");
            await Task.Delay(10);
        }
    }
}
