using System.CommandLine;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Reporting;
using Diffusion.Experiments.Running;
using Diffusion.Host.Running;
using Diffusion.Host.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Spectre.Console;
using TorchSharp;

namespace Diffusion.Host.Commands;

/// <summary><c>diffusion run</c>: composes an experiment, trains what it needs, sweeps it, tracks it and compares.</summary>
internal static class RunCommand
{
    public static Command Create(CommonOptions options)
    {
        Argument<string> manifest = new("manifest") { Description = "The experiment, a JSON file." };
        Option<string[]> set = new("--set") { Description = "Overrides one value of the manifest, as in --set solver.eta=0.5; may be given more than once.", HelpName = "PATH=VALUE" };
        Option<bool> fresh = new("--fresh") { Description = "Starts a new run even where an unfinished one of the same plan could be continued." };
        Command command = new("run", "Runs an experiment's sweep and compares its cells.") { manifest, set, fresh, options.Results, options.Tracking, options.Threads, options.Workers };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            HostSession session = HostSession.Open(parsed, options);
            TextWriter output = parsed.InvocationConfiguration.Output;
            TextWriter error = parsed.InvocationConfiguration.Error;
            foreach (ComponentProblem problem in session.Problems)
                await error.WriteLineAsync(problem.ToString()).ConfigureAwait(false);

            ExperimentPlan plan = session.Load(parsed.GetRequiredValue(manifest), parsed.GetValue(set) ?? []);
            Writable.Require(session.Settings.ResultsFolder);
            (RunOutcome outcome, string? howToLook) = await RunAsync(session, plan, parsed.GetValue(fresh), output, cancellationToken).ConfigureAwait(false);
            return Report(plan, outcome, howToLook, output, error);
        });
        return command;
    }

    private static async Task<(RunOutcome Outcome, string? HowToLook)> RunAsync(
        HostSession session, ExperimentPlan plan, bool fresh, TextWriter output, CancellationToken cancellationToken)
    {
        HostSettings settings = session.Settings;
        torch.set_num_threads(settings.Threads ?? 1);
        using RunLog log = new();
        await using ServiceProvider services = new ServiceCollection()
            .AddLogging(logging => logging.ClearProviders().AddProvider(log.Provider))
            .AddComponents(session.Catalogue)
            .AddSingleton(TimeProvider.System)
            .BuildServiceProvider();
        ComponentFactory factory = services.GetRequiredService<ComponentFactory>();
        ITracker tracker = factory.Create<ITracker>(session.Catalogue.Bind(ComponentKind.Tracker, settings.Tracker.Name, settings.Tracker.Options, "settings"));
        await using var _ = tracker.ConfigureAwait(false);
        ILauncher launcher = factory.Create<ILauncher>(session.Catalogue.Bind(
            ComponentKind.Launcher, "in-process", new Dictionary<string, string?> { ["workers"] = settings.Workers?.ToString() }, "settings"));
        RunSettings run = new() { Results = settings.ResultsFolder, Fresh = fresh, Environment = Provenance.Collect() };

        RunOutcome outcome = Terminal.IsInteractive(output)
            ? await LiveView.RunAsync(Run).ConfigureAwait(false)
            : await Run(new PlainView(output)).ConfigureAwait(false);
        return (outcome, tracker.HowToLook);

        Task<RunOutcome> Run(IRunObserver view) => new ExperimentRunner(
            factory, launcher, tracker, log.OpenWith(view), TimeProvider.System, services.GetRequiredService<ILogger<ExperimentRunner>>())
            .RunAsync(plan, run, cancellationToken);
    }

    private static int Report(ExperimentPlan plan, RunOutcome outcome, string? howToLook, TextWriter output, TextWriter error)
    {
        // One table fits a screen; the manifest's first metric is the one that its author cares about most.
        IReadOnlyList<Comparison> comparisons = Comparison.Build([.. plan.Axes.Select(axis => axis.Path)], outcome.Records);
        if (comparisons.Count > 0)
        {
            Comparison comparison = comparisons[0];
            output.WriteLine();
            output.WriteLine($"{comparison.Metric}. {comparison.Caption}");
            Table.Write(
                output,
                [.. comparison.RowAxes, .. comparison.Columns.Select(column => $"{column} {comparison.ColumnUnit}")],
                comparison.Rows.Select(row => (string[])[.. row.Labels, .. row.Cells.Select(cell => cell?.ToString() ?? "")]));
            if (comparisons.Count > 1)
                output.WriteLine($"comparison.md has the same for {string.Join(" and ", comparisons.Skip(1).Select(other => other.Metric))}.");
        }

        int failed = outcome.Records.Count(record => record.Status == CellStatus.Failed);
        int diverged = outcome.Records.Count(record => record.Status == CellStatus.Diverged);
        output.WriteLine();
        output.WriteLine($"Records  {Shown(outcome.Folder.Path)}  (metrics.csv, comparison.md, cells/, samples/, manifest.json, log.jsonl)");
        if (howToLook is not null)
            output.WriteLine($"Tracked  {howToLook}");
        if (outcome.Records.Count(record => record.Status == CellStatus.NotApplicable) is > 0 and var inapplicable)
            output.WriteLine($"{inapplicable} of {plan.Cells.Count} cells are n/a: their parts do not fit together; 'error' in metrics.csv says why.");
        if (failed + diverged > 0)
            error.WriteLine($"{failed} failed and {diverged} diverged of {plan.Cells.Count} cells; 'error' in metrics.csv says why.");
        if (outcome.Stopped)
        {
            error.WriteLine($"Stopped: {outcome.Records.Count} of {plan.Cells.Count} cells are done and kept. The same command continues.");
            return ExitCode.Cancelled;
        }

        return failed + diverged > 0 ? ExitCode.CellsFailed : ExitCode.Ok;
    }

    private static string Shown(string path)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}
