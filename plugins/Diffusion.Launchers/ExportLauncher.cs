using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Launchers;

/// <summary>Options of <see cref="ExportLauncher"/>.</summary>
public sealed record ExportLauncherOptions : ComponentOptions
{
    /// <summary>Tasks that one command carries out.</summary>
    [Description("Tasks that one command carries out, one after the other; with more of them the worker starts less often.")]
    [Range(1, 100_000)]
    public int TasksPerCommand { get; init; } = 1;
}

/// <summary>Writes down what is to be done, a command a line, for whoever does it: GNU parallel, xargs, a scheduler's array jobs.</summary>
/// <remarks>
/// The folder <c>export/</c> of the run receives <c>commands-&lt;stage&gt;.txt</c>, the script <c>worker.sh</c> that these lines call and that brings the
/// environment of this process, and <c>run.sh</c>, which carries everything out on one machine and says in its head how to do it on others.
/// </remarks>
[Component(ComponentKind.Launcher, "export", "Writes one command per task, for schedulers that this program does not know; running again collects the results")]
public sealed class ExportLauncher(ExportLauncherOptions options) : ILauncher
{
    /// <inheritdoc/>
    public bool HandsOver => true;

    /// <inheritdoc/>
    public LaunchOutcome Launch(ILaunchContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (string task in context.Stages.SelectMany(stage => stage.Tasks).Where(context.HasRecord))
            context.Ended(task, null);
        LaunchStage[] open = [.. context.Stages.Select(stage => stage with { Tasks = [.. stage.Tasks.Where(task => !context.HasRecord(task))] })
            .Where(stage => stage.Tasks.Count > 0)];

        string folder = Path.Combine(context.RunFolder, "export");
        Directory.CreateDirectory(folder);
        foreach (string old in Directory.GetFiles(folder, "commands-*.txt"))
            File.Delete(old);
        if (open.Length == 0)
            return new();

        string worker = Path.Combine(folder, "worker.sh");
        WriteScript(worker, $"""
            #!/bin/sh
            # A worker in the environment of the command that wrote this. Arguments: --task ID, more than once if need be.
            {WorkerShell.Preamble()}exec {WorkerShell.Command(context.WorkerCommand)} "$@"

            """);
        foreach (LaunchStage stage in open)
        {
            IEnumerable<string> commands = stage.Tasks.Chunk(options.TasksPerCommand)
                .Select(tasks => WorkerShell.Command([worker, .. tasks.SelectMany(task => new[] { "--task", task })]) + "\n");
            OwnFile.Prepare(CommandsFile(folder, stage));
            File.WriteAllText(CommandsFile(folder, stage), string.Concat(commands));
        }

        string run = Path.Combine(folder, "run.sh");
        WriteScript(run, RunScript(folder, open));
        return new($"{open.Sum(stage => stage.Tasks.Count)} tasks are written down, one command per line, in "
            + $"{string.Join(" and then ", open.Select(stage => CommandsFile(folder, stage)))}. "
            + $"'{WorkerShell.Quote(run)}' carries them out on this machine; its first lines say how to use other machines. "
            + "When they are done, the same 'diffusion run' collects the results.");
    }

    private static string CommandsFile(string folder, LaunchStage stage) => Path.Combine(folder, $"commands-{stage.Name}.txt");

    private static string RunScript(string folder, LaunchStage[] stages)
    {
        string last = WorkerShell.Quote(CommandsFile(folder, stages[^1]));
        // Not xargs -d, which only GNU has, and no -I, which limits a line's length.
        IEnumerable<string> lines =
            stages.Select(stage => $"""tr '\n' '\0' < {WorkerShell.Quote(CommandsFile(folder, stage))} | xargs -0 -n 1 -P "$jobs" sh -c || status=1""" + "\n");
        string names = string.Join(", ", stages.Select(stage => stage.Name));
        return $$"""
            #!/bin/sh
            # Carries out what this run has left to do, on this machine: run.sh [COMMANDS AT A TIME]
            #
            # The files commands-*.txt hold a command a line. Those of one file may run beside each other, on any machines that see this folder, the
            # results folder and the installation under the same paths; the files one after the other: {{names}}.
            #   GNU parallel      parallel --sshlogin node1,node2 < {{last}}
            #   an array job      sh -c "$(sed -n "${INDEX}p" {{last}})"       with INDEX from 1 to the number of lines
            # A command passes over tasks that have a record, so all of this may be repeated. Each brings its environment along: see worker.sh.
            # Afterwards the same 'diffusion run' collects the records and compares.
            jobs="${1:-$(getconf _NPROCESSORS_ONLN)}"
            status=0
            {{string.Concat(lines)}}exit $status

            """;
    }

    private static void WriteScript(string path, string text)
    {
        OwnFile.Prepare(path);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(
                path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }
}
