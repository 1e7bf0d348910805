using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Storage;
using Diffusion.Experiments.Working;


namespace Diffusion.Experiments.Running;

/// <summary>Finds out before anything runs which cells have parts that do not fit together, and why.</summary>
internal sealed class Applicability(ComponentFactory factory, PlanData data, CancellationToken cancellationToken = default)
{
    private readonly Dictionary<string, string?> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DeclaredMetric> _declared = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _causes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asksForSampler = new(StringComparer.Ordinal);
    private readonly HashSet<string> _troubles = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KeptLevels> _kept = new(StringComparer.Ordinal);
    private readonly Dictionary<Experiment, string?> _byExperiment = new(ReferenceEqualityComparer.Instance);

    /// <summary>What components do that are broken rather than unfit: their cells run and fail, each with a log.</summary>
    public IReadOnlyCollection<string> Troubles => _troubles;

    /// <summary>Cell id → reason, for the cells that cannot run.</summary>
    public IReadOnlyDictionary<CellId, string> Objections(IEnumerable<ExperimentCell> cells)
    {
        Dictionary<CellId, string> objections = [];
        foreach (ExperimentCell cell in cells)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Repeats share their experiment.
            if (!_byExperiment.TryGetValue(cell.Experiment, out string? objection))
                _byExperiment[cell.Experiment] = objection = cell.Experiment.Study is { } study
                    ? At(ManifestKeys.Study, StudyObjection(cell, study))
                    : At(ManifestKeys.Nfe, cell.Objection)
                    ?? At(ManifestKeys.Solver, PathObjection(cell.Experiment)) ?? At(ManifestKeys.Start, StartObjection(cell))
                        ?? At(ManifestKeys.Model, ModelObjection(cell)) ?? At(
                            $"{ManifestKeys.Training}.{ManifestKeys.TimeSampler}",
                            TimesObjection(cell.Experiment)) ?? At(ManifestKeys.Metrics, MetricsObjection(cell));
            if (objection is not null)
                objections[cell.Id] = objection;
        }

        return objections;
    }

    /// <summary>The path of the manifest that a reason concerns; null where the reason is none of those found here.</summary>
    public string? CauseOf(string reason) => _causes.GetValueOrDefault(reason);

    // The first that gives a reason has said it most exactly.
    private string? At(string path, string? reason)
    {
        if (reason is not null)
            _causes.TryAdd(reason, path);
        return reason;
    }

    private string? StudyObjection(ExperimentCell cell, ComponentChoice study) => Once(
        string.Join('\n', cell.DataKey, cell.Experiment.Schedule.CanonicalJson, study.CanonicalJson),
        study.Descriptor,
        components => components.Create<IStudy>(study).Objection(data.Setting(cell, components, cancellationToken)) is { } objection
            ? $"{study.Descriptor.Title} {objection}"
            : null);

    private string? PathObjection(Experiment experiment) => Once(
        SamplerKey(experiment),
        experiment.Solver.Descriptor,
        components =>
        {
            var schedule = components.Create<NoiseSchedule>(experiment.Schedule);
            IReadOnlyList<NoiseLevel> levels = components.Create<ITimeGrid>(experiment.Grid).Levels(schedule, experiment.Steps);
            return components.Create<ISolver>(experiment.Solver).Objection(schedule, levels) is { } objection
                ? $"{experiment.Solver.Descriptor.Title} cannot run here: {objection}"
                : null;
        });

    private static string SamplerKey(Experiment experiment) =>
        string.Join('\n', experiment.Schedule.CanonicalJson, experiment.Grid.CanonicalJson, experiment.Solver.CanonicalJson, experiment.Steps);

    private string? StartObjection(ExperimentCell cell) => CellLaw.StartObjection(cell.Experiment, data.Get(cell, cancellationToken).Description);

    private string? ModelObjection(ExperimentCell cell)
    {
        // Data that cannot be read stop the whole, before anything is written.
        DataSet set = data.Get(cell, cancellationToken);
        CheckSize(cell.Experiment, set.Description, Kept(cell.Experiment).Places.Count);
        return Once(
            string.Join('\n', cell.DataKey, cell.Experiment.Model.CanonicalJson, cell.Experiment.Loss?.CanonicalJson),
            cell.Experiment.Model.Descriptor,
            components =>
            {
                components.Create<IScoreModel>(cell.Experiment.Model, set.Description, set);
                return cell.Experiment.Loss is { } loss && components.Create<ILoss>(loss, set.Description, set).Objection(set.Description) is { } objection
                    ? $"{loss.Descriptor.Title} {objection}"
                    : null;
            });
    }

    /// <summary>Metrics that some cells go without, at a time or at all: why → in how many cells.</summary>
    public IReadOnlyDictionary<string, int> MetricObjections(IEnumerable<ExperimentCell> cells) =>
        cells.SelectMany(cell => MetricObjections(cell).Concat(TimesWithoutState(cell.Experiment).Select(time => time.Reason)))
            .CountBy(reason => reason)
            .ToDictionary();

    /// <summary>Why there is no state in any cell at a time that is to be kept, all reasons; none where each time has one in some cell.</summary>
    /// <param name="cells">All cells of a plan.</param>
    public IReadOnlyCollection<string> TimeOfNoCell(IEnumerable<ExperimentCell> cells)
    {
        // Cells without steps have been told of otherwise.
        Experiment[] experiments = [.. cells.Where(cell => cell.Objection is null).Select(cell => cell.Experiment)
            .Where(experiment => experiment.Keep is not null).Distinct<Experiment>(ReferenceEqualityComparer.Instance)];
        Dictionary<ProcessTime, HashSet<string>> reasons = [];
        HashSet<ProcessTime> found = [];
        foreach (Experiment experiment in experiments)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Dictionary<ProcessTime, string> missing = TimesWithoutState(experiment).ToDictionary(time => time.Time, time => time.Reason);
            foreach (ProcessTime time in experiment.Keep!.Times)
            {
                if (!missing.TryGetValue(time, out string? reason))
                    found.Add(time);
                else if (reasons.TryGetValue(time, out HashSet<string>? known))
                    known.Add(reason);
                else
                    reasons[time] = [reason];
            }
        }

        return [.. reasons.Where(time => !found.Contains(time.Key)).SelectMany(time => time.Value)];
    }

    private IReadOnlyList<(ProcessTime Time, int Index, string Reason)> TimesWithoutState(Experiment experiment)
    {
        foreach ((_, int index, string reason) in Kept(experiment).Missing)
            At(FormattableString.Invariant($"{ManifestKeys.Keep}.{ManifestKeys.Times}[{index}]"), reason);
        return Kept(experiment).Missing;
    }

    // Of parts that do not fit together, nothing: why they do not is told elsewhere.
    private KeptLevels Kept(Experiment experiment)
    {
        if (experiment.Keep is not { } keep)
            return KeptLevels.None;
        string key = string.Join('\n', [SamplerKey(experiment), $"{keep.Every}", .. keep.Times.Select(time => $"{time}")]);
        if (!_kept.TryGetValue(key, out KeptLevels? kept))
        {
            kept = KeptLevels.None;
            Once($"{ManifestKeys.Keep}\n{key}", experiment.Solver.Descriptor, components =>
            {
                kept = KeptLevels.Place(experiment, components);
                return null;
            });
            _kept[key] = kept;
        }

        return kept;
    }

    /// <summary>What the metrics of a cell say that they will return.</summary>
    public IReadOnlyList<DeclaredMetric> Declared(ExperimentCell cell) => cell.Experiment.Study is { } study
        ? [DeclaredByStudy(cell, study)]
        : [.. cell.Experiment.Metrics.Select(choice => Declared(cell, choice))];

    private DeclaredMetric DeclaredByStudy(ExperimentCell cell, ComponentChoice study)
    {
        DeclaredMetric declared = new(StudyRunner.Source(study), StudyObjection(cell, study), null, MeasuresSamples: false);
        if (declared.Objection is null)
        {
            Once($"declared\n{cell.Key}", study.Descriptor, components =>
            {
                declared = declared with { Values = components.Create<IStudy>(study).Declare(data.Setting(cell, components, cancellationToken)) };
                return null;
            });
        }

        return declared;
    }

    private DeclaredMetric Declared(ExperimentCell cell, ComponentChoice choice)
    {
        // What metrics declare is asked for the cells of claims alone, of which there are few.
        string key = string.Join('\n', cell.DataKey, choice.CanonicalJson, cell.Experiment.Samples, SamplerKey(cell.Experiment));
        if (_declared.TryGetValue(key, out DeclaredMetric? known))
            return known;
        DeclaredMetric declared = new(choice.ToMetricSource(), MetricObjection(cell, choice), null, MeasuresSamples: false);
        if (declared.Objection is null)
        {
            Once($"declared\n{key}", choice.Descriptor, components =>
            {
                DataSet set = data.Get(cell, cancellationToken);
                var metric = components.Create<IMetric>(choice, set.Description);
                declared = declared with
                {
                    Values = metric.Declare(CellRunner.Setting(cell.Experiment, set, components)),
                    MeasuresSamples = metric.MeasuresSamples,
                };
                return null;
            });
        }

        return _declared[key] = declared;
    }

    // A cell of which nothing can be measured need not be sampled.
    private string? MetricsObjection(ExperimentCell cell) =>
        MetricObjections(cell) is { Length: > 0 } objections && objections.Length == cell.Experiment.Metrics.Count
            ? string.Join("; ", objections)
            : null;

    private string[] MetricObjections(ExperimentCell cell) => [.. cell.Experiment.Metrics
        .Select((choice, i) => At(FormattableString.Invariant($"{ManifestKeys.Metrics}[{i}]"), MetricObjection(cell, choice)))
        .OfType<string>()];

    private string? MetricObjection(ExperimentCell cell, ComponentChoice choice)
    {
        // Most metrics ask for nothing that differs between the thousands of samplers of a sweep.
        string ofData = string.Join('\n', cell.DataKey, choice.CanonicalJson, cell.Experiment.Samples, cell.Experiment.Model.Descriptor.IsMadeFromRows);
        return Once(_asksForSampler.Contains(ofData) ? $"{ofData}\n{SamplerKey(cell.Experiment)}" : ofData, choice.Descriptor, components =>
        {
            DataSet set = data.Get(cell, cancellationToken);
            MetricSetting setting = CellRunner.Setting(cell.Experiment, set, components);
            string? objection = components.Create<IMetric>(choice, set.Description).Objection(setting with
            {
                LawObjection = () =>
                {
                    _asksForSampler.Add(ofData);
                    return setting.LawObjection!();
                },
                DenoisingObjection = noiseScales =>
                {
                    _asksForSampler.Add(ofData);
                    return setting.DenoisingObjection!(noiseScales);
                },
                PathObjection = settings =>
                {
                    _asksForSampler.Add(ofData);
                    return setting.PathObjection!(settings);
                },
            });
            return objection is null ? null : $"{choice.Descriptor.Title} {objection}";
        });
    }

    // Known beforehand, since it would show only after the sampling.
    private static void CheckSize(Experiment experiment, DataDescription description, int states)
    {
        double bytes = CellRunner.SampleBytes(experiment, description);
        if (bytes > NpyFile.MostBytes)
            throw new InputException(FormattableString.Invariant($"{experiment.Samples} samples of shape ({string.Join(", ", description.Shape)}) take ")
                + FormattableString.Invariant($"{bytes / 1e9:0.0} GB, and a cell's samples may take {NpyFile.MostBytes / 1e9:0.0} GB: ")
                + "lower \"samples\" (more \"repeats\" give as many in all).");
        if (bytes * states > NpyFile.MostBytes)
            throw new InputException(FormattableString.Invariant($"keep: {states} states of {experiment.Samples} samples take {bytes * states / 1e9:0.0} GB, ")
                + FormattableString.Invariant($"and those of a cell may take {NpyFile.MostBytes / 1e9:0.0} GB: raise \"{ManifestKeys.Keep}.every\", or keep ")
                + "fewer times or samples.");
    }

    // A time sampler that asks for levels which its schedule does not have says so when drawn from, at its ends if anywhere.
    private string? TimesObjection(Experiment experiment) => experiment.Training is not { } training ? null : Once(
        string.Join('\n', training.Schedule.CanonicalJson, training.TimeSampler.CanonicalJson),
        training.TimeSampler.Descriptor,
        components =>
        {
            var schedule = components.Create<NoiseSchedule>(training.Schedule);
            ITimeSamplingSession session = components.Create<ITimeSampler>(training.TimeSampler).Start(schedule);
            foreach (double quantile in (double[])[1e-6, 0.5, 1 - 1e-6])
                session.Draw(quantile);
            return null;
        });

    // Components refuse what does not fit them with an ArgumentException that is meant to be read. A file that one of them cannot read stops the whole, as data
    // do.
    private string? Once(string key, ComponentDescriptor component, Func<ComponentFactory, string?> find)
    {
        if (_known.TryGetValue(key, out string? known))
            return known;
        try
        {
            using ComponentScope scope = factory.OpenScope();
            using ComponentActivity activity = ComponentActivity.Begin(component, "finding out whether it can be used", isBrief: true);
            return _known[key] = find(scope.Factory);
        }
        catch (ArgumentException e)
        {
            return _known[key] = ExceptionText.OfRefusal(e);
        }
        catch (Exception e) when (e is not (InvalidDataException or IOException or UnauthorizedAccessException)
            && !(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            _troubles.Add(e is ComponentException ? e.Message : ComponentException.Wrap(component, "finding out whether it can be used", e).Message);
            return _known[key] = null;
        }
    }
}
