using System.CommandLine;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Working;
using Diffusion.Host.Logging;
using Diffusion.Host.Processes;
using Diffusion.Host.Working;
using Diffusion.Natives;
using Microsoft.Extensions.Logging;

namespace Diffusion.Host.Commands;

/// <summary><c>diffusion worker</c>: carries out tasks of a run, as launchers ask for them.</summary>
internal static class WorkerCommand
{
    public static Command Create(CommonOptions options)
    {
        Argument<string> run = new("run") { Description = "The folder of the run." };
        Option<string[]> tasks = new("--task") { Description = "A task to carry out; may be given more than once.", HelpName = "ID" };
        Option<string?> file = new("--tasks") { Description = "A file of tasks to carry out, one per line.", HelpName = "FILE" };
        Command command = new("worker", "Carries out tasks of a run: those named, or those that come on the input, one per line. Launchers start it.")
        {
            run,
            tasks,
            file,
            options.Threads,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            HostSession session = HostSession.Open(parsed, options);
            TorchNatives.Load(session.Settings.Threads ?? 1);
            TextWriter error = parsed.InvocationConfiguration.Error;
            RunFolder folder = RunFolder.Open(parsed.GetRequiredValue(run));
            using ProcessLog log = new(session.Configuration, parsed.GetValue(options.Verbose), error.WriteLine);
            log.Open(folder);
            using SessionServices services = session.OpenServices(logging => logging.ClearProviders().AddProvider(log.Provider));
            TaskRunner runner = Runner(folder, session.Catalogue, services);
            string[] named =
                [.. parsed.GetValue(tasks) ?? [], .. parsed.GetValue(file) is { } path ? File.ReadAllLines(path).Where(line => line.Length > 0) : []];
            return Task.FromResult(named.Length > 0 || parsed.GetValue(file) is not null
                ? RunNamed(runner, named, parsed.InvocationConfiguration.Output, cancellationToken)
                : new WorkerLoop(runner).Run(Console.OpenStandardInput(), Console.OpenStandardOutput()));
        });
        return command;
    }

    /// <summary>What starts a worker for a run of this session, but for the run's folder.</summary>
    public static IReadOnlyList<string> CommandLine(HostSession session, IEnumerable<string> plugins) =>
    [
        .. HostProgram.Command, "worker",
        .. session.Settings.Plugins.Concat(plugins).SelectMany(folder => new[] { "--plugins", Path.GetFullPath(folder) }),
        "--threads", FormattableString.Invariant($"{session.Settings.Threads ?? 1}"),
    ];

    private static TaskRunner Runner(RunFolder folder, ComponentCatalogue catalogue, SessionServices services)
    {
        PlanFile plan = PlanFile.Read(folder.PlanFile);
        Func<CellId, ExperimentCell> cell = plan.Binder(catalogue);
        return new(
            folder,
            cell,
            task => plan.Ids.Select(cell).First(candidate => candidate.TrainingTask == task),
            services.Factory,
            TimeProvider.System,
            services.Loggers.CreateLogger<TaskRunner>());
    }

    private static int RunNamed(TaskRunner runner, string[] tasks, TextWriter output, CancellationToken cancellationToken)
    {
        foreach (TaskId task in tasks.Select(TaskId.Parse))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (runner.HasRecord(task))
            {
                output.WriteLine($"{task}: done before");
                continue;
            }

            output.WriteLine($"{task}: begins");
            runner.Run(task, _ => { }, cancellationToken);
            output.WriteLine($"{task}: ended");
        }

        return ExitCode.Ok;
    }
}
