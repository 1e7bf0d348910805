using System.CommandLine;
using Diffusion.Experiments.Comparing;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Judging;
using Diffusion.Experiments.Manifests;
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
    private const int MetricsNamed = 4;

    public static Command Create(CommonOptions options)
    {
        PlanOptions selection = new();
        Option<bool> failFast = new("--fail-fast") { Description = "Stops at the first cell that fails, rather than going on with the others." };
        Option<bool> strict = CheckCommand.StrictOption();
        Command command = new(
            "run",
            "Runs an experiment's sweep, compares its cells and judges what it claims; several experiments run one after the other. Results of earlier "
                + "runs are reused; the same command continues a run that was stopped.")
        {
            failFast, strict, options.Results, options.Tracking, options.Threads, options.Workers, options.Launcher, options.LauncherOption,
        };
        selection.AddTo(command, takesSeveral: true);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            HostSession session = HostSession.Open(parsed, options);
            TextWriter output = parsed.InvocationConfiguration.Output;
            TextWriter error = parsed.InvocationConfiguration.Error;
            foreach (ComponentProblem problem in session.Problems)
                await error.WriteLineAsync(problem.ToString()).ConfigureAwait(false);

            // All that are wrong are told before anything runs.
            IReadOnlyList<PlannedRun> runs = await Interruptible.WaitAsync(
                () => (IReadOnlyList<PlannedRun>)[.. PlannedRuns(selection.Targets(parsed), target => Planned(session, target))], cancellationToken)
                .ConfigureAwait(false);
            List<(string Name, ClaimVerdicts Verdicts)> claims = [];
            int code = ExitCode.Ok;
            foreach ((int index, PlannedRun run) in runs.Index())
            {
                if (runs.Count > 1)
                    output.WriteLine($"{(index > 0 ? "\n" : "")}{run.Plan.Name} ({index + 1} of {runs.Count}, {run.Target})");
                (RunOutcome outcome, string? tracked) = await RunAsync(run, parsed.GetValue(options.Verbose), output, error, cancellationToken)
                    .ConfigureAwait(false);
                int own = Report(run.Plan, outcome, tracked, hasOwnClaims: runs.Count == 1, output, error);
                if (File.Exists(outcome.Folder.ReportFile))
                    output.WriteLine($"Report   {ShownPath.Relative(outcome.Folder.ReportFile)}");
                if (outcome is { Claims: { } verdicts, Ending: RunEnding.Finished or RunEnding.Partial })
                    claims.Add((run.Plan.Name, verdicts));
                code = Math.Max(code, own);
                // What ended this one would end the others.
                if (outcome.Ending is RunEnding.Stopped or RunEnding.FailedFast or RunEnding.Broken)
                    return code;
            }

            if (claims.Count == 0)
                return code;
            if (runs.Count > 1)
            {
                output.WriteLine();
                ReportView.Write(output, ClaimsReport.SharedSection(claims));
            }

            return Math.Max(code, ClaimsView.Conclude(error, parsed.GetValue(strict), [.. claims.Select(one => one.Verdicts)]));

            PlannedRun Planned(HostSession shared, string target)
            {
                HostSession own = PlanOptions.For(shared, target, parsed, options);
                ExperimentPlan plan = selection.Load(parsed, own, target);
                TorchNatives.Load(own.Settings.Threads ?? 1);
                (ComponentChoice tracking, string? store) = ChosenComponents.Tracker(own.Catalogue, own.Settings);
                return new(target, own, plan, tracking, selection.Settings(parsed, own, target) with
                {
                    FailFast = parsed.GetValue(failFast),
                    Environment = Provenance.Collect(own.Catalogue, plan),
                    WorkerCommand = WorkerCommand.CommandLine(own, parsed.GetValue(options.Plugins) ?? []),
                    TrackingStore = store is null ? null : Secrets.Shown(store),
                    Tracked = tracking.Name != TrackingSettings.None,
                    TrackCells = own.Settings.Tracking.Cells,
                });
            }
        });
        return command;
    }

    private sealed record PlannedRun(string Target, HostSession Session, ExperimentPlan Plan, ComponentChoice Tracking, RunSettings Settings);

    // Mistakes in several manifests are told together, and before the first of them runs.
    private static List<PlannedRun> PlannedRuns(IReadOnlyList<string> targets, Func<string, PlannedRun> plan)
    {
        List<PlannedRun> planned = [];
        List<ManifestProblem> problems = [];
        foreach (string target in targets)
        {
            try
            {
                planned.Add(plan(target));
            }
            catch (ManifestException e) when (targets.Count > 1)
            {
                problems.AddRange(e.Problems);
            }
        }

        if (problems.Count > 0)
            throw new ManifestException(problems);
        foreach (PlannedRun run in planned.Count > 1 ? planned : [])
        {
            using SessionServices services = run.Session.OpenServices();
            ExperimentRunner.Check(run.Plan, run.Settings, services.Factory);
            ComponentChoice launcher = ChosenComponents.Launcher(run.Session.Catalogue, run.Session.Settings);
            ExperimentRunner.CheckLauncher(run.Plan, services.Factory.Create<ILauncher>(launcher));
        }

        foreach (PlannedRun run in planned)
            Writable.Require(run.Session.Settings.ResultsFolder);
        return planned;
    }

    private static async Task<(RunOutcome Outcome, string? Tracked)> RunAsync(
        PlannedRun planned, bool isVerbose, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        HostSession session = planned.Session;
        using ProcessLog log = new(session.Configuration, isVerbose, error.WriteLine);
        await using SessionServices services = session.OpenServices(logging => logging.ClearProviders().AddProvider(log.Provider));
        ComponentFactory factory = services.Factory;
        ComponentChoice launching = ChosenComponents.Launcher(session.Catalogue, session.Settings);
        GuardedLauncher launcher = new(factory.Create<ILauncher>(launching), launching.Descriptor);
        GuardedTracker tracker = new(factory.Create<ITracker>(planned.Tracking), planned.Tracking.Descriptor, services.Loggers.CreateLogger<GuardedTracker>());
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
            RunServices with = new(factory, launcher, tracker, new RunLog(log, view), TimeProvider.System, services.Loggers,
                new RunReporter());
            return await new ExperimentRunner(with).RunAsync(planned.Plan, planned.Settings, cancellationToken).ConfigureAwait(false);
        }
    }

    // Metrics by their names; what they measure on the way once for each time.
    private static string Others(IReadOnlyList<Comparison> comparisons)
    {
        string[] others =
        [
            .. comparisons.Skip(1).Where(other => other.Time is null).Select(other => other.Metric),
            .. comparisons.Where(other => other.Time is not null).Select(other => $"laws on the way at {other.Time}").Distinct(),
        ];
        return others.Length <= MetricsNamed
            ? string.Join(" and ", others)
            : $"{string.Join(", ", others.Take(MetricsNamed))} and {others.Length - MetricsNamed} more metrics";
    }

    private static int Report(ExperimentPlan plan, RunOutcome outcome, string? tracked, bool hasOwnClaims, TextWriter output, TextWriter error)
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
                output.WriteLine($"comparison.md has the same for {Others(comparisons)}.");
            if (ConfigurationComparison.Usual(ComparedRuns.FromRecords(plan, outcome.Folder.Label, outcome.Records), comparison.Metric) is { } pairs)
            {
                output.WriteLine();
                ReportView.Write(output, ComparisonText.Brief(pairs, outcome.Folder.Label));
            }
        }

        if (hasOwnClaims && outcome is { Claims: { } claims, Ending: RunEnding.Finished or RunEnding.Partial })
        {
            output.WriteLine();
            ClaimsView.Write(output, claims);
        }

        int cells = outcome.Work.Decisions.Count(decision => decision.Action != CellAction.NotNeeded);
        int failed = outcome.Records.Count(record => record.Status == CellStatus.Failed);
        int diverged = outcome.Records.Count(record => record.Status == CellStatus.Diverged);
        output.WriteLine();
        output.WriteLine($"Records  {ShownPath.Relative(outcome.Folder.Path)}  (metrics.csv, comparison.md, "
            + $"{(outcome.Claims is null ? "" : "claims.json, ")}cells/, samples/, manifest.json, log.jsonl)");
        if (tracked is not null)
            output.WriteLine($"Tracked  {tracked}");
        if (outcome.Records.Count(record => record.Status == CellStatus.NotApplicable) is > 0 and var inapplicable)
            output.WriteLine($"{inapplicable} of {cells} cells are n/a: their parts do not fit together; 'error' in metrics.csv says why.");
        if (outcome.Work.OtherBuilds is { Count: > 0 } others)
            output.WriteLine($"{others.Values.Max()} of {cells} cells were computed by another build of {string.Join(", ", others.Keys)} (code has "
                + "changed, versions have not); --stale computes them again.");
        if (failed + diverged > 0)
            error.WriteLine(
                $"{failed} failed and {diverged} diverged of {cells} cells; 'error' in metrics.csv says why{(failed > 0 ? ", logs/ more" : "")}.");

        int done = outcome.Records.Count(record => record.Status is CellStatus.Done or CellStatus.Diverged);
        switch (outcome.Ending)
        {
            case RunEnding.Stopped:
                error.WriteLine($"Stopped: {done} of {cells} cells are done and kept. The same command continues.");
                return ExitCode.Cancelled;
            case RunEnding.FailedFast:
                error.WriteLine($"Stopped at the first failure: {done} of {cells} cells are done and kept. The same command continues.");
                return ExitCode.CellsFailed;
            case RunEnding.Broken:
                error.WriteLine(outcome.Message);
                error.WriteLine($"{done} of {cells} cells are done and kept. The same command continues.");
                return ExitCode.BadInput;
            case RunEnding.HandedOver:
                output.WriteLine(outcome.Message);
                return failed + diverged > 0 ? ExitCode.CellsFailed : ExitCode.Ok;
            case RunEnding.Partial:
                output.WriteLine($"{cells - outcome.Records.Count} of {cells} cells were left out; "
                    + "without --only and --failed the command runs them.");
                break;
            default:
                break;
        }

        return failed + diverged > 0 ? ExitCode.CellsFailed : ExitCode.Ok;
    }
}
