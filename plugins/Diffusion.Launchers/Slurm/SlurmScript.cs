using System.Globalization;
using System.Text;

namespace Diffusion.Launchers.Slurm;

/// <summary>The files of a job array: its script, and a list of tasks for each element.</summary>
internal static class SlurmScript
{
    /// <summary>Writes them into a folder of the job's own.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="elements">Tasks of each element.</param>
    /// <param name="options">Directives and set-up.</param>
    /// <param name="worker">Program and arguments that start a worker.</param>
    /// <returns>The script's path.</returns>
    public static string Write(string folder, IReadOnlyList<IReadOnlyList<string>> elements, SlurmLauncherOptions options, IReadOnlyList<string> worker)
    {
        Directory.CreateDirectory(folder);
        for (int i = 0; i < elements.Count; i++)
        {
            string list = Path.Combine(folder, $"{i}.txt");
            OwnFile.Prepare(list);
            File.WriteAllLines(list, elements[i]);
        }

        string script = Path.Combine(folder, "job.sh");
        OwnFile.Prepare(script);
        string directives = Lines(options.Directives.Select(directive => $"#SBATCH {directive}"));
        File.WriteAllText(script, $"""
            #!/bin/bash
            {directives}{WorkerShell.Preamble()}{Lines(options.Setup)}# In the shell's place, so that Slurm sees how the worker itself ends.
            exec {WorkerShell.Command(worker)} --tasks {WorkerShell.Quote(folder)}/"$SLURM_ARRAY_TASK_ID".txt

            """);
        return script;
    }

    /// <summary>Arguments of sbatch. What stands here wins over directives in the script and over the user's environment.</summary>
    public static IEnumerable<string> Arguments(SlurmJob job, SlurmLauncherOptions options, string logs, string? dependency)
    {
        yield return $"--job-name={job.Name}";
        yield return string.Create(
            CultureInfo.InvariantCulture, $"--array=0-{job.Elements.Count - 1}{(options.MaxParallel > 0 ? $"%{options.MaxParallel}" : "")}");
        yield return $"--output={Path.Combine(logs.Replace("%", "%%", StringComparison.Ordinal), "%A_%a.log")}";
        yield return $"--chdir={Environment.CurrentDirectory}";
        // After the loss of a node Slurm itself starts an element again, also when nobody follows; its log then goes on.
        yield return "--requeue";
        yield return "--open-mode=append";
        (string Name, string Value)[] wishes =
        [
            ("partition", options.Partition), ("account", options.Account), ("qos", options.Qos), ("time", options.Time), ("mem", options.Memory),
            ("cpus-per-task", options.Cpus == 0 ? "" : options.Cpus.ToString(CultureInfo.InvariantCulture)),
            ("gpus", options.Gpus), ("constraint", options.Constraint), ("dependency", dependency ?? ""),
        ];
        foreach ((string name, string value) in wishes.Where(wish => wish.Value.Length > 0))
            yield return $"--{name}={value}";
    }

    /// <summary>Text made fit for a job's name, which Slurm's tables and filters take as one word.</summary>
    public static string Name(string text)
    {
        var name = new StringBuilder(text);
        for (int i = 0; i < name.Length; i++)
        {
            if (!char.IsAsciiLetterOrDigit(name[i]) && name[i] is not ('.' or '-' or '_'))
                name[i] = '_';
        }

        return name.ToString();
    }

    private static string Lines(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));
}
