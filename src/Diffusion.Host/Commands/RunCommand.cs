using System.CommandLine;
using Diffusion.Experiments.Comparing;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Reporting;
using Diffusion.Experiments.Running;
using Diffusion.Host.Logging;
using Diffusion.Host.Processes;
using Diffusion.Host.Running;
using Diffusion.Host.Settings;
using Diffusion.Host.Views;
using Diffusion.Natives;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace Diffusion.Host.Commands;

/// <summary><c>diffusion run</c>: composes an experiment, trains what it needs, sweeps it, tracks it and compares.</summary>
internal static class RunCommand
{
    public static Command Create(CommonOptions options)
    {
        PlanOptions selection = new();
        Option<bool> failFast = new("--fail-fast") { Description = "Stops at the first cell that fails, rather than going on with the others." };
        Command command = new("run", "Runs an experiment's sweep and compares its cells. What earlier runs have is kept; the same command continues a run.")
        {
            failFast, options.Results, options.Tracking, options.Threads, options.Workers, options.Launcher, options.LauncherOption,
        };
        selection.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            HostSession session = selection.Open(parsed, options);
            TextWriter output = parsed.InvocationConfiguration.Output;
            TextWriter error = parsed.InvocationConfiguration.Error;
            foreach (ComponentProblem problem in session.Problems)
                await error.WriteLineAsync(problem.ToString()).ConfigureAwait(false);

            ExperimentPlan plan = await Interruptible.WaitAsync(() => selection.Load(parsed, session), cancellationToken).ConfigureAwait(false);
            TorchNatives.Load(session.Settings.Threads ?? 1);
            (ComponentChoice tracking, string? store) = ChosenComponents.Tracker(session.Catalogue, session.Settings);
            RunSettings run = selection.Settings(parsed, session) with
            {
                FailFast = parsed.GetValue(failFast),
                Environment = Provenance.Collect(session.Catalogue, plan),
                WorkerCommand = WorkerCommand.CommandLine(session, parsed.GetValue(options.Plugins) ?? []),
                TrackingStore = store is null ? null : Secrets.Shown(store),
                Tracked = tracking.Name != TrackingSettings.None,
                TrackCells = session.Settings.Tracking.Cells,
            };
            Writable.Require(session.Settings.ResultsFolder);
            (RunOutcome outcome, string? tracked) = await RunAsync(
                session, tracking, plan, run, parsed.GetValue(options.Verbose), output, error, cancellationToken).ConfigureAwait(false);
            return Report(plan, outcome, tracked, output, error);
        });
        return command;
    }

    private static async Task<(RunOutcome Outcome, string? Tracked)> RunAsync(
        HostSession session, ComponentChoice tracking, ExperimentPlan plan, RunSettings run, bool isVerbose, TextWriter output, TextWriter error,
        CancellationToken cancellationToken)
    {
        using ProcessLog log = new(session.Configuration, isVerbose, error.WriteLine);
        await using SessionServices services = session.OpenServices(logging => logging.ClearProviders().AddProvider(log.Provider));
        ComponentFactory factory = services.Factory;
        ComponentChoice launching = ChosenComponents.Launcher(session.Catalogue, session.Settings);
        GuardedLauncher launcher = new(factory.Create<ILauncher>(launching), launching.Descriptor);
        GuardedTracker tracker = new(factory.Create<ITracker>(tracking), tracking.Descriptor, services.Loggers.CreateLogger<GuardedTracker>());
        await using var _ = tracker.ConfigureAwait(false);

        SweepProgress progress = new(new EvaluationCounts(factory).PerSample, TimeProvider.System);
        if (Terminal.IsInteractive(output))
            return (await LiveView.RunAsync(AnsiConsole.Console, progress, RunAsync).ConfigureAwait(false), TrackedLine.For(tracker));
        using PlainView plain = new(output, progress, TimeProvider.System);
        return (await RunAsync(plain).ConfigureAwait(false), TrackedLine.For(tracker));

        async Task<RunOutcome> RunAsync(RunView view)
        {
            using CancellationTokenRegistration stopping =
                cancellationToken.Register(() => view.Said("Stopping. Finished cells are kept; Ctrl-C again ends at once."));
            log.Show = view.Warned;
            RunServices with = new(factory, launcher, tracker, new RunLog(log, view), TimeProvider.System, services.Loggers);
            return await new ExperimentRunner(with).RunAsync(plan, run, cancellationToken).ConfigureAwait(false);
        }
    }

    private static int Report(ExperimentPlan plan, RunOutcome outcome, string? tracked, TextWriter output, TextWriter error)
    {
        // One table fits a screen; the manifest's first metric is the one that its author cares about most.
        IReadOnlyList<Comparison> comparisons = Comparison.Build([.. plan.Axes.Select(axis => axis.Path)], outcome.Records);
        if (comparisons.Count > 0)
        {
            Comparison comparison = comparisons[0];
            output.WriteLine();
            output.WriteLine($"{comparison.Metric}. {comparison.Caption}");
            Views.Table.WriteInParts(
                output,
                comparison.RowAxes.Count,
                [.. comparison.Titles],
                [.. comparison.Lines]);
            foreach (string note in comparison.Notes)
                output.WriteLine(note);
            if (comparisons.Count > 1)
                output.WriteLine($"comparison.md has the same for {string.Join(" and ", comparisons.Skip(1).Select(other => other.Metric))}.");
            if (ConfigurationComparison.Usual(ComparedRuns.FromRecords(plan, outcome.Folder.Label, outcome.Records), comparison.Metric) is { } pairs)
            {
                output.WriteLine();
                ReportView.Write(output, ComparisonText.Brief(pairs, outcome.Folder.Label));
            }
        }

        int failed = outcome.Records.Count(record => record.Status == CellStatus.Failed);
        int diverged = outcome.Records.Count(record => record.Status == CellStatus.Diverged);
        output.WriteLine();
        output.WriteLine($"Records  {ShownPath.Relative(outcome.Folder.Path)}  (metrics.csv, comparison.md, cells/, samples/, manifest.json, log.jsonl)");
        if (tracked is not null)
            output.WriteLine($"Tracked  {tracked}");
        if (outcome.Records.Count(record => record.Status == CellStatus.NotApplicable) is > 0 and var inapplicable)
            output.WriteLine($"{inapplicable} of {plan.Cells.Count} cells are n/a: their parts do not fit together; 'error' in metrics.csv says why.");
        if (outcome.Work.OtherBuilds is { Count: > 0 } others)
            output.WriteLine($"{others.Values.Max()} of {plan.Cells.Count} cells were computed by another build of {string.Join(", ", others.Keys)} (code has "
                + "changed, versions have not); --stale computes them again.");
        if (failed + diverged > 0)
            error.WriteLine(
                $"{failed} failed and {diverged} diverged of {plan.Cells.Count} cells; 'error' in metrics.csv says why{(failed > 0 ? ", logs/ more" : "")}.");

        int done = outcome.Records.Count(record => record.Status is CellStatus.Done or CellStatus.Diverged);
        switch (outcome.Ending)
        {
            case RunEnding.Stopped:
                error.WriteLine($"Stopped: {done} of {plan.Cells.Count} cells are done and kept. The same command continues.");
                return ExitCode.Cancelled;
            case RunEnding.FailedFast:
                error.WriteLine($"Stopped at the first failure: {done} of {plan.Cells.Count} cells are done and kept. The same command continues.");
                return ExitCode.CellsFailed;
            case RunEnding.Broken:
                error.WriteLine(outcome.Message);
                error.WriteLine($"{done} of {plan.Cells.Count} cells are done and kept. The same command continues.");
                return ExitCode.BadInput;
            case RunEnding.HandedOver:
                output.WriteLine(outcome.Message);
                return failed + diverged > 0 ? ExitCode.CellsFailed : ExitCode.Ok;
            case RunEnding.Partial:
                output.WriteLine($"{plan.Cells.Count - outcome.Records.Count} of {plan.Cells.Count} cells were left out; "
                    + "without --only and --failed the command runs them.");
                break;
            default:
                break;
        }

        return failed + diverged > 0 ? ExitCode.CellsFailed : ExitCode.Ok;
    }
}
