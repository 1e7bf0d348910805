using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Diffusion.Launchers.Slurm;

namespace Diffusion.Launchers;

/// <summary>Options of <see cref="SlurmLauncher"/>. What is empty or 0 is left to the cluster.</summary>
public sealed record SlurmLauncherOptions : ComponentOptions, IValidatableObject
{
    /// <summary>Slurm's <c>--partition</c>.</summary>
    [Description("Partition, or several with commas between.")]
    public string Partition { get; init; } = "";

    /// <summary>Slurm's <c>--account</c>.</summary>
    [Description("Account that is charged.")]
    public string Account { get; init; } = "";

    /// <summary>Slurm's <c>--qos</c>.</summary>
    [Description("Quality of service.")]
    public string Qos { get; init; } = "";

    /// <summary>Slurm's <c>--time</c>: the limit of an array element, all of its tasks together.</summary>
    [Description("Time limit of an array element, all of its tasks together: minutes, h:mm:ss or d-hh:mm:ss.")]
    [RegularExpression(
        @"\A(\d+(:\d{1,2}){0,2}|\d+-\d{1,2}(:\d{1,2}){0,2})?\z",
        ErrorMessage = "must be minutes, minutes:seconds, hours:minutes:seconds or days-hours[:minutes[:seconds]]")]
    public string Time { get; init; } = "";

    /// <summary>Slurm's <c>--mem</c>, of an array element.</summary>
    [Description("Memory of a worker, which runs one task at a time, such as 4G or 800M.")]
    [RegularExpression(@"(\d+[KMGTkmgt]?)?", ErrorMessage = "must be a whole number with K, M, G or T; a plain number counts mebibytes")]
    public string Memory { get; init; } = "";

    /// <summary>Slurm's <c>--cpus-per-task</c>.</summary>
    [Description("Processor cores of a worker; 0 leaves it to the cluster.")]
    [Range(0, 4096)]
    public int Cpus { get; init; }

    /// <summary>Slurm's <c>--gpus</c>.</summary>
    [Description("GPUs of a worker: a number, or a type and a number such as a100:1.")]
    public string Gpus { get; init; } = "";

    /// <summary>Slurm's <c>--constraint</c>.</summary>
    [Description("Features that the nodes must have.")]
    public string Constraint { get; init; } = "";

    /// <summary>Elements that run at a time.</summary>
    [Description("Array elements that run at a time; 0 sets no limit.")]
    [Range(0, 100_000)]
    public int MaxParallel { get; init; }

    /// <summary>Tasks that one array element carries out.</summary>
    [Description(
        "Tasks that one array element carries out, one after the other; 0 means one for training and about half the square root of their number for sampling.")]
    [Range(0, 100_000)]
    public int TasksPerElement { get; init; }

    /// <summary>More lines for the head of the job script.</summary>
    [Description("Further #SBATCH directives, such as [\"--exclusive\", \"--mail-type=END\"].")]
    public string[] Directives { get; init; } = [];

    /// <summary>Shell lines that run before the worker.</summary>
    [Description("Shell lines that run before the worker, such as [\"module load dotnet\"].")]
    public string[] Setup { get; init; } = [];

    /// <summary>Seconds between two queries of the queue.</summary>
    [Description("Seconds between two queries of the queue.")]
    [Range(0.1, 3600.0)]
    public double PollSeconds { get; init; } = 10;

    /// <summary>Seconds for which a record may stay unseen after its worker has ended.</summary>
    [Description("Seconds to wait for a record after its worker has ended: a network file system may take up to a minute to show a "
        + "new file.")]
    [Range(0.0, 3600.0)]
    public double GraceSeconds { get; init; } = 60;

    /// <summary>Times that a task is submitted again.</summary>
    [Description(
        "How often a task is submitted again when its worker crashed or its node was lost. A task that exceeded its time or memory is not.")]
    [Range(0, 100)]
    public int Retries { get; init; } = 1;

    /// <summary>Whether to wait for the end.</summary>
    [Description("Whether to wait until all has ended; false submits and returns.")]
    public bool Follow { get; init; } = true;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        (string Name, string Value)[] texts =
        [
            (nameof(Partition), Partition), (nameof(Account), Account), (nameof(Qos), Qos), (nameof(Gpus), Gpus), (nameof(Constraint), Constraint),
            .. Directives.Select(line => (nameof(Directives), line)), .. Setup.Select(line => (nameof(Setup), line)),
        ];
        foreach ((string name, string value) in texts.Where(text => text.Value.AsSpan().IndexOfAny('\n', '\r', '\0') >= 0))
            yield return new ValidationResult($"no line breaks in '{value.ReplaceLineEndings(" ").Replace('\0', ' ')}'", [name]);
        foreach (string directive in Directives.Where(line => !line.StartsWith('-')))
            yield return new ValidationResult($"a directive begins with - as in --exclusive, found '{directive}'", [nameof(Directives)]);
    }
}

/// <summary>Runs tasks as job arrays of a Slurm cluster.</summary>
/// <remarks>
/// All stages are submitted at once, each to start when the one before has ended, so that the jobs need nobody to watch them. What was submitted stands
/// in <c>slurm/jobs.json</c> of the run's folder: a later launch of the same run follows what is still alive and submits only what no living job holds.
/// A task that ended without a record takes only itself down: what else its element held is submitted again, one task an element.
/// </remarks>
[Component(ComponentKind.Launcher, "slurm", "Runs cells as job arrays of a Slurm cluster, which continue when this command is stopped")]
public sealed class SlurmLauncher : ILauncher
{
    private readonly SlurmLauncherOptions _options;
    private readonly SlurmCommands _commands;

    /// <summary>A launcher that uses the Slurm commands in PATH.</summary>
    public SlurmLauncher(SlurmLauncherOptions options)
        : this(options, new SlurmCommands())
    {
    }

    internal SlurmLauncher(SlurmLauncherOptions options, SlurmCommands commands)
    {
        _options = options;
        _commands = commands;
    }

    /// <inheritdoc/>
    public bool HandsOver => !_options.Follow;

    /// <inheritdoc/>
    public LaunchOutcome Launch(ILaunchContext context, CancellationToken cancellationToken) =>
        new SlurmSweep(_options, _commands, context, cancellationToken).Run();
}
