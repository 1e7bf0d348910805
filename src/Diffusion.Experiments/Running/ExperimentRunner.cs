using Diffusion.Experiments.Components;
using Diffusion.Experiments.Judging;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Reporting;
using Diffusion.Experiments.Storage;
using Diffusion.Experiments.Working;

namespace Diffusion.Experiments.Running;

/// <summary>
/// Runs a plan: finds what is there, has a launcher do the rest, and makes the tables. Records come first; trackers and reports are told afterwards.
/// </summary>
/// <param name="services">What it works with.</param>
public sealed class ExperimentRunner(RunServices services)
{
    /// <summary>Finds out whether a plan can be run, and writes nothing.</summary>
    /// <inheritdoc cref="WorkPlan.Decide" path="/exception"/>
    public static void Check(ExperimentPlan plan, RunSettings settings, ComponentFactory factory) => Decide(plan, settings, factory, new(factory));

    /// <summary>Finds out what running a plan amounts to, and writes nothing.</summary>
    /// <inheritdoc cref="WorkPlan.Decide" path="/exception"/>
    internal static WorkPlan Decide(ExperimentPlan plan, RunSettings settings, ComponentFactory factory, PlanData data) =>
        Decide(plan, settings, settings.Existing(plan), factory, data, CancellationToken.None);

    private static WorkPlan Decide(
        ExperimentPlan plan, RunSettings settings, RunFolder? existing, ComponentFactory factory, PlanData data, CancellationToken cancellationToken)
    {
        Applicability applicability = new(factory, data, cancellationToken);
        WorkPlan work = WorkPlan.Decide(plan, settings, existing, applicability.Objections, applicability.MetricObjections, Located);
        work.Troubles = applicability.Troubles;
        Dictionary<CellId, string> inapplicable = work.Decisions.Where(decision => decision.Action == CellAction.NotApplicable)
            .ToDictionary(decision => decision.Cell.Id, decision => decision.Reason);
        ClaimChecks.Check(plan, applicability, cell => inapplicable.GetValueOrDefault(cell.Id));
        // Nobody means a time that is nowhere.
        if (work.Work.Any() && applicability.TimeOfNoCell(plan.Cells) is { Count: > 0 } nowhere)
            throw new InvalidDataException($"{plan.Source}: {string.Join("; ", nowhere.Select(Located))}");
        return work;

        string Located(string reason) => applicability.CauseOf(reason) is { } path && plan.PlaceOf(path) is { } place ? $"{reason} ({place})" : reason;
    }

    /// <summary>Refuses a launcher that hands its tasks over where what is to be done next depends on what they come to.</summary>
    /// <exception cref="InputException">It does.</exception>
    public static void CheckLauncher(ExperimentPlan plan, ILauncher launcher)
    {
        if (plan.Claims.Looks is null || !launcher.HandsOver)
            return;
        string place = plan.PlaceOf($"{ManifestKeys.Sweep}.{ManifestKeys.Repeats}.{RepeatCounts.UntilKey}") is { } stated ? $"{stated}  " : $"{plan.Source}: ";
        throw new InputException($"{place}repeats go on until claims are decided, so that the command must stay until its cells have ended, and this launcher "
            + "hands them over and returns: use one that waits (local, in-process, slurm with follow=true), or state a number of repeats");
    }

    /// <summary>Runs every selected cell of the plan that has not run, and builds the tables.</summary>
    /// <exception cref="InputException">The launcher cannot go on as the plan asks. Nothing was written.</exception>
    /// <exception cref="InvalidDataException">The data cannot be read, or no cell can run. Nothing was written.</exception>
    /// <exception cref="RunBusyException">Another process works on this plan.</exception>
    /// <exception cref="IOException">The results folder cannot be written.</exception>
    public async Task<RunOutcome> RunAsync(ExperimentPlan plan, RunSettings settings, CancellationToken cancellationToken)
    {
        CheckLauncher(plan, services.Launcher);
        PlanData data = new(services.Factory);
        RunFolder? existing = settings.Existing(plan);
        // Of what is refused nothing is written, and the lock is a file.
        WorkPlan? decided = existing is null ? Decide(plan, settings, null, services.Factory, data, cancellationToken) : null;
        // The same command at the same time begins the same run, which only one may.
        using PlanLock? beginning = existing is null && !settings.Fresh
            ? await PlanLock.TakeAsync(settings.Results, plan.Key, cancellationToken).ConfigureAwait(false)
            : null;
        if (beginning is not null)
            existing = settings.Existing(plan);
        // What is there must not change between being looked at and being run.
        RunLock? held = existing is null ? null : RunLock.Take(existing, services.Clock.GetUtcNow());
        try
        {
            WorkPlan work = existing is null && decided is not null ? decided : Decide(plan, settings, existing, services.Factory, data, cancellationToken);
            RunFolder folder = existing ?? RunFolder.Create(settings.Results, plan.Name, services.Clock.GetUtcNow());
            held ??= RunLock.Take(folder, services.Clock.GetUtcNow());
            RunRecord record = Open(plan, settings, folder, existing is not null);
            beginning?.Dispose();
            services.Observer.RunStarted(folder, existing is not null, work);
            var session = new RunSession(plan, folder, record, work, data, settings);
            return await RunAsync(session, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            held?.Dispose();
        }
    }

    private RunRecord Open(ExperimentPlan plan, RunSettings settings, RunFolder folder, bool isContinued)
    {
        RunRecord? before = isContinued ? RecordJson.Find<RunRecord>(folder.RecordFile) : null;
        RunRecord record = (before ?? new RunRecord
        {
            Experiment = plan.Name,
            Run = folder.Name,
            PlanKey = plan.Key,
            Cells = plan.Cells.Count,
            Status = RunStatus.Running,
            Started = services.Clock.GetUtcNow(),
            Environment = settings.Environment,
        }) with { Status = RunStatus.Running, Ended = null, Id = Identity(folder, before) };
        string manifest = plan.Freeze(folder.Path);
        // The cells are the same, but what is claimed of them may be another.
        if (!isContinued || !File.Exists(folder.ManifestFile) || File.ReadAllText(folder.ManifestFile) != manifest)
            AtomicFile.WriteAllText(folder.ManifestFile, manifest);
        if (!isContinued || !PlanFile.IsWhole(folder.PlanFile))
            PlanFile.Write(folder.PlanFile, plan);

        RecordJson.Write(folder.RecordFile, record);
        return record;
    }

    private static string Identity(RunFolder folder, RunRecord? before)
    {
        string? kept = File.Exists(folder.IdentityFile) ? File.ReadAllText(folder.IdentityFile).Trim() : null;
        string identity = before?.Identity ?? (Guid.TryParseExact(kept, "N", out _) ? kept! : Guid.NewGuid().ToString("N"));
        if (kept != identity)
            AtomicFile.WriteAllText(folder.IdentityFile, identity);
        return identity;
    }

    private async Task<RunOutcome> RunAsync(RunSession session, CancellationToken cancellationToken)
    {
        (ExperimentPlan plan, RunFolder folder, _, WorkPlan work, PlanData data, RunSettings settings) = session;
        Dictionary<CellId, CellRecord> records = [];
        Settle(session, records);
        if (settings.Tracked)
            session = session with { Record = DescribeData(session) };
        SweepTracking? tracking = settings.Tracked
            ? new(services.Tracker, new SweepProjection(PlanFile.Read(folder.PlanFile), folder, session.Record), settings.TrackCells)
            : null;
        if (work.Work.Any())
            tracking?.Begin();
        (RunEnding ending, string? message) = work.Work.Any() ? Launch(session, records, tracking, cancellationToken) : (RunEnding.Finished, null);
        if (plan.Claims.Looks is not null)
            (ending, message, work) = GoOn(session, records, tracking, ending, message, cancellationToken);
        if (!Directory.Exists(folder.Path))
            (ending, message) = (RunEnding.Broken, $"{folder.Path} is gone: it was deleted or moved while the run was at work, and its records with it");
        if (ending == RunEnding.Finished && work.Decisions.Any(decision => decision.Action == CellAction.LeaveOut))
            ending = RunEnding.Partial;

        CellRecord[] ordered = Ordered(plan, records);
        ClaimVerdicts? claims = plan.Claims.Claims.Count == 0 ? null : ClaimJudge.Judge(plan.Claims, new(ordered, folder));
        var outcome = new RunOutcome(folder, ordered, ending, work, message, claims);
        try
        {
            await CloseAsync(session, outcome, tracking).ConfigureAwait(false);
        }
        catch (StorageException) when (ending == RunEnding.Broken)
        {
            // A disk that takes no record takes no table either; why there was no going on is what matters.
        }

        return outcome;
    }

    private static CellRecord[] Ordered(ExperimentPlan plan, Dictionary<CellId, CellRecord> records) =>
        [.. plan.Cells.Where(cell => records.ContainsKey(cell.Id)).Select(cell => records[cell.Id])];

    /// <summary>Runs the repeats that open claims ask for, look by look, until none asks.</summary>
    /// <returns>How it ended, and all that there was to do.</returns>
    private (RunEnding Ending, string? Message, WorkPlan Work) GoOn(
        RunSession session, Dictionary<CellId, CellRecord> records, SweepTracking? tracking, RunEnding ending, string? message,
        CancellationToken cancellationToken)
    {
        (ExperimentPlan plan, RunFolder folder, _, WorkPlan work, _, _) = session;
        while (ending == RunEnding.Finished && Directory.Exists(folder.Path))
        {
            Judgement judgement = ClaimJudge.Look(plan.Claims, new(Ordered(plan, records), folder));
            (WorkPlan Next, WorkPlan All)? more = work.Beside(judgement);
            services.Observer.Said(ClaimsReport.Look(judgement, more?.Next.Decisions.Count ?? 0));
            if (more is not { } beside)
                break;
            (RunSession next, work) = (session with { Work = beside.Next }, beside.All);
            Settle(next, records);
            if (beside.Next.Work.Any())
                (ending, message) = Launch(next, records, tracking, cancellationToken);
        }

        return (ending, message, work);
    }

    /// <summary>The run's record with what is known of the data of its cells, which a tracker is told from the records alone.</summary>
    private static RunRecord DescribeData(RunSession session)
    {
        Dictionary<string, DataRecord> known = new(session.Record.Data ?? new Dictionary<string, DataRecord>());
        int before = known.Count;
        foreach (ExperimentCell cell in session.Plan.Cells.Where(cell => !cell.Experiment.Data.IsNone).DistinctBy(cell => cell.DataKey))
        {
            string key = DataRecord.KeyOf(cell.Experiment.Data.CanonicalJson);
            if (known.ContainsKey(key))
                continue;
            try
            {
                known[key] = DataRecord.FromDescription(session.Data[cell].Description);
            }
            catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException or ComponentException)
            {
                // Cells that need these data say so themselves.
            }
        }

        if (known.Count == before)
            return session.Record;
        RunRecord record = session.Record with { Data = known };
        RecordJson.Write(session.Folder.RecordFile, record);
        return record;
    }

    private (RunEnding Ending, string? Message) Launch(
        RunSession session, Dictionary<CellId, CellRecord> records, SweepTracking? tracking, CancellationToken cancellationToken)
    {
        using SweepLaunch launch = new(services, session, records, tracking);
        return launch.Run(cancellationToken);
    }

    private async Task CloseAsync(RunSession session, RunOutcome outcome, SweepTracking? tracking)
    {
        (ExperimentPlan plan, RunFolder folder, _, _, _, _) = session;
        (_, IReadOnlyList<CellRecord> ordered, RunEnding ending, _, _, ClaimVerdicts? claims) = outcome;
        RunReport.Write(plan, folder, ordered, claims);
        RunReport.WriteClaims(folder, claims);
        RunStatus status = ending switch { RunEnding.Finished => RunStatus.Finished, RunEnding.HandedOver => RunStatus.Running, _ => RunStatus.Stopped };
        RunRecord record = session.Record with { Status = status, Ended = status == RunStatus.Running ? null : services.Clock.GetUtcNow() };
        RecordJson.Write(folder.RecordFile, record);
        services.Reporter?.Write(folder);
        tracking?.TellRest(ordered, claims, record);
        await services.Tracker.FlushAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Does everything that needs no launcher: n/a cells, what earlier runs have, and clearing the way for what runs again.</summary>
    /// <param name="session">The run, and what there is to do.</param>
    /// <param name="records">The records that are there; those that come to be there are added.</param>
    private void Settle(RunSession session, Dictionary<CellId, CellRecord> records)
    {
        RunFolder folder = session.Folder;
        foreach (CellDecision decision in session.Work.Decisions)
        {
            ExperimentCell cell = decision.Cell;
            switch (decision.Action)
            {
                case CellAction.Keep:
                    records.Add(cell.Id, decision.Record!);
                    break;
                case CellAction.TakeOver:
                    Copy(decision.Source!, folder, cell.SamplesId);
                    Copy(decision.Source!, folder, decision.Record!.Study ?? []);
                    records.Add(cell.Id, decision.Record! with { From = decision.Record.From ?? decision.Source!.Label });
                    folder.Write(records[cell.Id]);
                    break;
                case CellAction.NotApplicable:
                    records.Add(
                        cell.Id, CellRecord.Begin(cell, services.Clock.GetUtcNow()) with { Status = CellStatus.NotApplicable, Error = decision.Reason });
                    folder.Write(records[cell.Id]);
                    break;
                case CellAction.LeaveOut when decision.Record is { Status: CellStatus.Failed }:
                    records.Add(cell.Id, decision.Record.Placed(cell));
                    break;
                case CellAction.Measure when decision.Source!.Path != folder.Path:
                    Copy(decision.Source, folder, cell.SamplesId);
                    File.Delete(folder.CellFile(cell.Id));
                    break;
                case CellAction.Run or CellAction.Measure:
                    // Whether a task has ended is told by its record alone.
                    File.Delete(folder.CellFile(cell.Id));
                    if (decision.Action == CellAction.Run && (session.Settings.Fresh || session.Settings.Stale))
                        File.Delete(folder.SampleRecordFile(cell.SamplesId));
                    break;
                default:
                    break;
            }
        }

        foreach (TaskId task in session.Work.Trainings.Select(cell => cell.TrainingTask!))
            File.Delete(folder.TrainingFile(task));
    }

    private static void Copy(RunFolder from, RunFolder to, IReadOnlyList<StudyFile> files)
    {
        foreach (string file in files.SelectMany(file => new[] { file.File, file.Array, file.Picture }).OfType<string>())
        {
            (string source, string target) = (Path.Combine(from.Path, file), Path.Combine(to.Path, file));
            if (!File.Exists(source) || File.Exists(target))
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            AtomicFile.Write(target, stream => stream.Write(File.ReadAllBytes(source)));
        }
    }

    private static void Copy(RunFolder from, RunFolder to, SamplesId samples)
    {
        foreach (Func<RunFolder, string> file in new Func<RunFolder, string>[] { f =>
            f.PictureFile(samples), f => f.SamplesFile(samples), f => f.StatesFile(samples), f => f.SampleRecordFile(samples) })
        {
            if (File.Exists(file(from)) && !File.Exists(file(to)))
                AtomicFile.Write(file(to), stream => stream.Write(File.ReadAllBytes(file(from))));
        }
    }
}
