using Diffusion.Experiments.Judging;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Storage;

namespace Diffusion.Experiments.Running;

/// <summary>What running a plan amounts to: what is kept, what is taken over, what runs and why. Finding out writes nothing.</summary>
public sealed class WorkPlan
{
    private readonly Func<string, string>? _located;
    private readonly TrainedModelStore _store;

    // What is done with cells once they are needed.
    private readonly IReadOnlyDictionary<CellId, CellDecision> _later;

    private WorkPlan(
        IReadOnlyList<CellDecision> decisions,
        IReadOnlyDictionary<CellId, CellDecision> later,
        TrainedModelStore store,
        (RunFolder Folder, PlanFile Plan)? last,
        Func<string, string>? located)
    {
        _located = located;
        _store = store;
        _later = later;
        Last = last;
        Decisions = decisions;
        ILookup<bool, ExperimentCell> models = decisions.Where(decision => decision.IsWork && decision.Cell.TrainingKey is not null)
            .Select(decision => decision.Cell).DistinctBy(cell => cell.TrainingKey)
            .ToLookup(cell => store.Find(cell.TrainingKey!) is not null);
        Trainings = [.. models[false]];
        ReusedModels = [.. models[true]];
    }

    /// <summary>What is done with each cell, in the plan's order.</summary>
    public IReadOnlyList<CellDecision> Decisions { get; }

    /// <summary>A cell for each model that is to be trained.</summary>
    public IReadOnlyList<ExperimentCell> Trainings { get; }

    /// <summary>A cell for each model that the store has.</summary>
    public IReadOnlyList<ExperimentCell> ReusedModels { get; }

    /// <summary>What components do that are broken: the cells that need them will fail. A line each.</summary>
    public IReadOnlyCollection<string> Troubles { get; internal set; } = [];

    /// <summary>The experiment's newest run beside the one that is continued, where it was looked at.</summary>
    internal (RunFolder Folder, PlanFile Plan)? Last { get; }

    /// <summary>Metrics that cells with work go without, since they cannot be computed there: why → in how many cells.</summary>
    public required IReadOnlyDictionary<string, int> MetricObjections { get; init; }

    /// <summary>
    /// A reason why a cell or a metric is n/a, with the place of the manifest that it concerns where that is known: "… (file:line:column path)".
    /// </summary>
    public string Located(string reason) => _located?.Invoke(reason) ?? reason;

    /// <summary>The decisions that are work, in the plan's order.</summary>
    public IEnumerable<CellDecision> Work => Decisions.Where(decision => decision.IsWork);

    /// <summary>
    /// Assemblies whose present build is another than that which computed records that are kept or taken over, with the number of these records.
    /// </summary>
    public IReadOnlyDictionary<string, int> OtherBuilds => Decisions
        .Where(decision => decision.Record is not null)
        .SelectMany(decision => OtherBuildsOf(decision.Record!, decision.Cell))
        .CountBy(name => name)
        .ToDictionary();

    /// <summary>Decides.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="settings">What is wanted.</param>
    /// <param name="existing">The run to continue; null for a new one.</param>
    /// <param name="objections">Finds out which of some cells cannot run, and why.</param>
    /// <param name="metricObjections">Finds out which metrics some cells go without; null where nobody asks.</param>
    /// <param name="located">A reason with the place of the manifest that it concerns; null where places are not known.</param>
    /// <exception cref="InputException">A filter is not usable.</exception>
    /// <exception cref="InvalidDataException">No cell can run, or the data cannot be read.</exception>
    public static WorkPlan Decide(
        ExperimentPlan plan, RunSettings settings, RunFolder? existing, Func<IReadOnlyList<ExperimentCell>, IReadOnlyDictionary<CellId, string>> objections,
        Func<IEnumerable<ExperimentCell>, IReadOnlyDictionary<string, int>>? metricObjections = null, Func<string, string>? located = null)
    {
        CellSelection selection = CellSelection.Read(settings.Only, plan);
        HashSet<CellId> recorded = existing?.RecordedCells() ?? [];
        CellDecision?[] decisions = [.. plan.Cells.AsParallel()
            .AsOrdered()
            .Select(cell => recorded.Contains(cell.Id) ? Recorded(cell, existing!, settings) : null)];

        ExperimentCell[] open = [.. plan.Cells.Where((cell, i) => decisions[i] is not { Action: CellAction.Keep })];
        IReadOnlyDictionary<CellId, string> refused = open.Length == 0 ? new Dictionary<CellId, string>() : objections(open);
        if (refused.Count == plan.Cells.Count)
            throw new InvalidDataException($"{plan.Source}: no cell of this experiment can run: "
                + $"{string.Join("; ", refused.Values.Distinct().Select(reason => located?.Invoke(reason) ?? reason))}");

        EarlierRuns earlier = open.Length == 0 || settings.Fresh ? EarlierRuns.None : EarlierRuns.Find(plan, settings.Results, existing);
        decisions = [.. plan.Cells.Zip(decisions).AsParallel().AsOrdered().Select(place =>
        {
            (ExperimentCell cell, CellDecision? decision) = place;
            if (decision is { Action: CellAction.Keep })
                return decision;
            if (refused.TryGetValue(cell.Id, out string? objection))
                return new(cell, CellAction.NotApplicable, objection);
            decision ??= Unrecorded(cell, settings, existing, earlier);
            return decision.IsWork && Unselected(decision, settings, selection) is { } why
                ? decision with { Action = CellAction.LeaveOut, Reason = why }
                : decision;
        })];

        (IReadOnlyList<CellDecision> now, IReadOnlyDictionary<CellId, CellDecision> later) = Needed(plan, decisions!, existing);
        return new(now, later, new(settings.Results), earlier.Last, located)
        {
            MetricObjections = metricObjections?.Invoke(now.Where(decision => decision.IsWork).Select(decision => decision.Cell))
                ?? new Dictionary<string, int>(),
        };
    }

    /// <summary>What there is to do beside this for claims that have been judged since.</summary>
    /// <param name="judgement">What they ask for.</param>
    /// <returns>The cells that were not needed so far, alone, and all decisions so far; null where no cell is needed that was not.</returns>
    internal (WorkPlan Next, WorkPlan All)? Beside(Judgement judgement)
    {
        IReadOnlySet<CellId> needed = judgement.NeededOf([.. Decisions.Select(decision => decision.Cell)]);
        CellDecision[] all = [.. Decisions.Select(decision =>
            decision.Action == CellAction.NotNeeded && needed.Contains(decision.Cell.Id) ? _later[decision.Cell.Id] : decision)];
        CellDecision[] next = [.. all.Zip(Decisions).Where(pair => pair.First != pair.Second).Select(pair => pair.First)];
        return next.Length == 0 ? null : (With(next), With(all));

        WorkPlan With(CellDecision[] decisions) => new(decisions, _later, _store, Last, _located)
        {
            MetricObjections = MetricObjections,
            Troubles = Troubles,
        };
    }

    // Of repeats that go on until claims are decided, those that the records ask for, and what is done with the others should they be asked for.
    private static (IReadOnlyList<CellDecision> Now, IReadOnlyDictionary<CellId, CellDecision> Later) Needed(
        ExperimentPlan plan, IReadOnlyList<CellDecision> decisions, RunFolder? existing)
    {
        if (plan.Claims.Looks is null)
            return (decisions, new Dictionary<CellId, CellDecision>());
        CellRecord[] records = [.. decisions.Where(decision => decision.Action is CellAction.Keep or CellAction.TakeOver)
            .Select(decision => decision.Record!)];
        IReadOnlySet<CellId> needed = ClaimJudge.Look(plan.Claims, new(records, existing)).NeededOf(plan.Cells);
        Dictionary<CellId, CellDecision> later = decisions.Where(decision => decision.Action != CellAction.Keep && !needed.Contains(decision.Cell.Id))
            .ToDictionary(decision => decision.Cell.Id);
        return (
            [.. decisions.Select(decision => later.ContainsKey(decision.Cell.Id)
                ? new CellDecision(decision.Cell, CellAction.NotNeeded, "no open claim asks for so many repeats")
                : decision)],
            later);
    }

    private static CellDecision Recorded(ExperimentCell cell, RunFolder folder, RunSettings settings)
    {
        if (RecordJson.Find<CellRecord>(folder.CellFile(cell.Id)) is not { } record || record.Key != cell.Key)
            return new(cell, CellAction.Run, "its record is damaged");
        if (record.Status == CellStatus.Failed)
            return new(cell, CellAction.Run, $"failed before: {record.Error}", record);
        // Not work that was done. Whether the parts still do not fit together is found out anew, since components change.
        if (record.Status == CellStatus.NotApplicable)
            return new(cell, CellAction.Run, "was n/a before");
        return settings.Stale && OtherBuildsOf(record, cell) is { Count: > 0 } others
            ? new(cell, CellAction.Run, $"made by another build of {string.Join(" and ", others)}", record)
            : new(cell, CellAction.Keep, "done before", Slim(record, cell));
    }

    // Of 100 000 records, what their cells hold too need not be held twice.
    private static CellRecord Slim(CellRecord record, ExperimentCell cell) =>
        record.WithSharedSources().Placed(cell) with
        {
            Key = cell.Key,
            Model = cell.TrainingKey,
            Builds = AssemblyBuilds.Shared(record.Builds),
        };

    private static CellDecision Unrecorded(ExperimentCell cell, RunSettings settings, RunFolder? existing, EarlierRuns earlier)
    {
        if (settings.Fresh)
            return new(cell, CellAction.Run, "--fresh");
        if (earlier.Cell(cell.Id) is { } source
            && RecordJson.Find<CellRecord>(source.CellFile(cell.Id)) is { Status: CellStatus.Done or CellStatus.Diverged } record
            && record.Key == cell.Key
            && !(settings.Stale && OtherBuildsOf(record, cell).Count > 0))
            return new(cell, CellAction.TakeOver, $"done in {source.Label}", Slim(record, cell), source);
        if (!settings.Stale && earlier.Samples(cell.SamplesId) is { } sampled)
            return new(cell, CellAction.Measure, $"sampled in {sampled.Label}; {earlier.ChangeOf(cell) ?? "no record of its metrics"}", Source: sampled);
        return new(cell, CellAction.Run, existing is not null ? "not reached before" : earlier.ChangeOf(cell) ?? "new");
    }

    private static string? Unselected(CellDecision decision, RunSettings settings, CellSelection selection)
    {
        if (!selection.Contains(decision.Cell))
            return "not selected by --only";
        return settings.FailedOnly && decision.Record?.Status != CellStatus.Failed ? "not selected by --failed" : null;
    }

    private static IReadOnlyList<string> OtherBuildsOf(CellRecord record, ExperimentCell cell)
    {
        IReadOnlyDictionary<string, string> now = AssemblyBuilds.UsedBy(cell.Experiment);
        return [.. record.Builds.Where(build => now.GetValueOrDefault(build.Key) != build.Value).Select(build => build.Key)];
    }
}
