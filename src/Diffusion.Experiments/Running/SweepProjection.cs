using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Diffusion.Experiments.Comparing;
using Diffusion.Experiments.Judging;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Reporting;
using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Running;

/// <summary>
/// A sweep as a tracker sees it: a run for the whole, and below it one for each configuration and each trained model; on request also one for each cell.
/// Everything is a function of the plan and the records, times included: a point bears the time at which the last of its cells ended.
/// </summary>
/// <remarks>
/// A configuration is everything but the budget. Its points have the number of function evaluations as their step and the mean over repeats as their value. A
/// point is there once all its cells have ended, and not before: a mean over some of them would be another point later.
/// </remarks>
internal sealed class SweepProjection
{
    private const string Evaluations = "nfe";
    private const string SamplingSeconds = "sampling_seconds";
    private const string CpuSeconds = "sampling_cpu_seconds";
    private const string ModelSeconds = "model_seconds";
    private const string PeakMemory = "peak_memory_bytes";
    private const string LargestMagnitude = "trace/largest_magnitude";
    private const string KindTag = "diffusion.kind";
    private const string StatusTag = "diffusion.status";
    private const string ErrorTag = "diffusion.error";
    private const string CellsTag = "diffusion.cells";
    private const string RunTag = "diffusion.run";
    private const string ClaimsTag = "diffusion.claims";
    private const string KeptTag = "diffusion.kept";

    // What sampling costs, by the keys that stand for it; null where a record does not say.
    private static readonly (string Key, Func<CellRecord, double?> Read)[] Costs =
    [
        (SamplingSeconds, record => record.SamplingSeconds), (CpuSeconds, record => record.SamplingCpuSeconds),
        (ModelSeconds, record => record.ModelSeconds), (PeakMemory, record => record.PeakMemoryBytes),
    ];

    private static readonly string[] Reserved = [Evaluations, .. Costs.Select(cost => cost.Key)];
    private static readonly string[] ErrorColumn = ["error"];
    private static readonly string[] NetworkColumn = ["training_repeat"];

    // Short enough for any tracker's description of a run, with room for what stands around it.
    private const int LongestNote = 6000;

    private readonly PlanFile _plan;
    private readonly RunRecord _run;
    private readonly TrackedOrigin _origin;
    private readonly RepeatUnit _unit;
    private readonly Dictionary<CellId, SweepConfiguration> _configurations;
    private readonly Dictionary<string, Dictionary<string, string>> _parameters = [];
    private readonly HashSet<string> _varying;
    private readonly Dictionary<string, MetricSource[]> _sources = [];

    /// <param name="plan">What is executed.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="run">The run's record.</param>
    public SweepProjection(PlanFile plan, RunFolder folder, RunRecord run)
    {
        _plan = plan;
        _run = run;
        Folder = folder;
        _origin = new(Fact(RunFacts.User), Fact(RunFacts.Program), Fact(RunFacts.Commit));
        _unit = plan.TrainingRepeats > 1 ? RepeatUnit.Network : RepeatUnit.Repeat;
        _varying = VaryingParameters();
        _configurations = Configurations();

        string? Fact(string name) => run.Environment.GetValueOrDefault(name);
    }

    /// <summary>The run's folder.</summary>
    public RunFolder Folder { get; }

    private string BudgetAxis => _plan.Axes.Any(axis => axis.Path == CostAxes.Evaluations) && _plan.Axes.All(axis => axis.Path != CostAxes.Steps)
        ? CostAxes.Evaluations
        : CostAxes.Steps;

    /// <summary>The configuration that a cell belongs to; null where the plan has no such cell.</summary>
    public SweepConfiguration? ConfigurationOf(CellId cell) => _configurations.GetValueOrDefault(cell);

    /// <summary>The whole, as it is known before its records are.</summary>
    /// <param name="comparisons">What came out; none before the end.</param>
    public TrackedRunDescription DescribeSweep(IReadOnlyList<Comparison> comparisons) => new()
    {
        Experiment = _plan.Name,
        Name = $"{_plan.Name} {_run.Run}",
        Key = _run.Identity,
        Started = _run.Started,
        Parameters = SweepParameters(),
        Note = comparisons.Count == 0 ? null : Note(comparisons),
        Origin = _origin,
        Tags = new Dictionary<string, string> { [KindTag] = "sweep", [RunTag] = Folder.Label },
        Goal = comparisons.Count == 0
            ? null
            : new(new MetricKeys(Reserved).Add(comparisons[0].Metric), comparisons[0].Goal.Direction == MetricDirection.Larger),
    };

    /// <summary>A configuration, as far as some of its records say.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="records">The records.</param>
    /// <param name="sweep">The run that it belongs to.</param>
    /// <param name="needed">How many records there are when all are there; all its cells unless stated.</param>
    public TrackedRunDescription Describe(SweepConfiguration configuration, IReadOnlyList<CellRecord> records, ITrackedRun sweep, int? needed = null)
    {
        CellId first = configuration.Cells[0].Id;
        Dictionary<string, string> own = Parameters(first), parameters = [];
        foreach ((string path, string value) in own.Where(parameter => _varying.Contains(parameter.Key)))
        {
            if (configuration.Cells.Select(cell => cell.Id).DistinctBy(_plan.CompositionKey).All(cell => Parameters(cell).GetValueOrDefault(path) == value))
                parameters[path] = value;
        }

        foreach ((string axis, string label) in configuration.Labels.Where(label => label.Value.Length > 0))
            parameters.TryAdd(axis, label);
        Dictionary<string, string> tags = new() { [KindTag] = "configuration", [RunTag] = Folder.Label };
        if (records.Count > 0)
        {
            (int ended, int all) = (records.Count, needed ?? configuration.Cells.Count);
            tags[CellsTag] = string.Create(CultureInfo.InvariantCulture, $"{ended} of {all}");
            tags[StatusTag] = ended < all ? "incomplete" : Word(Worst(records));
            if (records.FirstOrDefault(record => record.Error is { Length: > 0 } && record.Status != CellStatus.NotApplicable) is { } failed)
                tags[ErrorTag] = failed.Error!;
            // Which state a time stands for depends on the steps: of a time at which the cells differ the configuration says nothing.
            foreach (IGrouping<string, (string Tag, string Level)> time in records.SelectMany(KeptTags).GroupBy(kept => kept.Tag))
            {
                if (time.Select(kept => kept.Level).Distinct().Count() == 1)
                    tags[time.Key] = time.First().Level;
            }
        }

        return new()
        {
            Experiment = _plan.Name,
            Name = NameOf(configuration.Labels, own),
            Key = $"{_run.Identity}/configuration/{DataRecord.KeyOf(PlanFile.Place(configuration.Labels, default))}",
            Parent = sweep,
            Started = _run.Started,
            Parameters = parameters,
            Origin = _origin,
            Tags = tags,
            Data = Data(first),
            DataUse = "evaluation",
        };
    }

    /// <summary>Tells of the whole: its curves and tables, its claims, and how it ended.</summary>
    /// <param name="claims">What is claimed of it, judged by the records; null where nothing is.</param>
    public void Tell(ITracker tracker, IReadOnlyList<CellRecord> records, ClaimVerdicts? claims, RunRecord run)
    {
        IReadOnlyList<Comparison> comparisons = records.Count == 0 ? [] : Comparison.Build([.. _plan.Axes.Select(axis => axis.Path)], records);
        ITrackedRun sweep = tracker.Begin(DescribeSweep(comparisons));
        MetricKeys keys = new();
        Dictionary<CellId, CellRecord> byId = records.ToDictionary(record => record.Id);
        foreach (SweepConfiguration configuration in _plan.Ids.Select(id => _configurations[id]).Distinct())
        {
            string name = NameOf(configuration.Labels, Parameters(configuration.Cells[0].Id)).Replace('=', ' ');
            CellRecord[] own = [.. configuration.Cells.Where(cell => byId.ContainsKey(cell.Id)).Select(cell => byId[cell.Id])];
            foreach (IGrouping<string, (string Key, TrackedMetric Point)> metric in Measured(configuration, own, withErrors: false).GroupBy(point => point.Key))
            {
                string key = keys.Add(metric.Key, name);
                sweep.LogMetrics([.. metric.Select(point => point.Point with { Key = key })]);
            }
        }

        if (records.Count > 0)
            sweep.LogTable("cells", CellTable(records));
        if (comparisons.Count > 0)
            sweep.LogTable("comparison", ComparisonTable(comparisons));
        if (claims is not null)
        {
            sweep.SetTags(new Dictionary<string, string>
            {
                [ClaimsTag] = Word(claims.Overall),
                [$"{ClaimsTag}.held"] = $"{claims.Count(ClaimVerdict.Held)}",
                [$"{ClaimsTag}.failed"] = $"{claims.Count(ClaimVerdict.Failed)}",
                [$"{ClaimsTag}.undecided"] = $"{claims.Count(ClaimVerdict.Undecided)}",
            });
            sweep.LogTable("claims-table", ClaimsReport.Tracked(claims));
        }

        string[] files = [Folder.ManifestFile, Folder.MetricsFile, Folder.ComparisonFile, Folder.ContactSheetFile, Folder.ClaimsFile, Folder.ReportFile];
        foreach (string file in files.Where(File.Exists))
            sweep.LogArtifact(file);
        if (run.Status != RunStatus.Running)
            sweep.End(run.Status == RunStatus.Finished ? TrackedRunStatus.Finished : TrackedRunStatus.Killed, LastEnd(records));
    }

    /// <summary>Tells of a configuration.</summary>
    /// <param name="state">The run's: cells that are missing may still come, or never will, or, of a run that has finished, were not needed.</param>
    public void Tell(ITracker tracker, ITrackedRun sweep, SweepConfiguration configuration, IReadOnlyList<CellRecord> records, RunStatus state)
    {
        bool isWhole = records.Count == configuration.Cells.Count || state == RunStatus.Finished;
        ITrackedRun run = tracker.Begin(Describe(configuration, records, sweep, isWhole ? records.Count : configuration.Cells.Count));
        foreach (IEnumerable<TrackedMetric> points in Points(configuration, records))
            run.LogMetrics([.. points]);
        Dictionary<CellId, CellRecord> byId = records.ToDictionary(record => record.Id);
        foreach (CellRecord record in configuration.Cells.Where(cell => byId.ContainsKey(cell.Id)).Select(cell => byId[cell.Id]))
        {
            if (PictureOf(record) is { } picture)
                run.LogArtifact(picture, "samples");
        }

        if (!isWhole && state == RunStatus.Running)
            return;
        TrackedRunStatus status = !isWhole ? TrackedRunStatus.Killed
            : records.Any(record => record.Status == CellStatus.Done) ? TrackedRunStatus.Finished : TrackedRunStatus.Failed;
        run.End(status, LastEnd(records));
    }

    /// <summary>Tells of a trained model.</summary>
    /// <param name="cell">A cell that uses it.</param>
    public void TellModel(ITracker tracker, ITrackedRun sweep, CellId cell, TrainedModelRecord model)
    {
        ITrackedRun run = tracker.Begin(new TrackedRunDescription
        {
            Experiment = _plan.Name,
            Name = $"train {model.Setup[ManifestKeys.Model]?[ManifestKeys.Use]?.GetValue<string>()} {model.Key[..8]}",
            Key = $"{_run.Identity}/model/{model.Key}",
            Parent = sweep,
            Started = model.Started,
            // Which assemblies the components are from is a part of the key, and says nothing about the network.
            Parameters = WithoutEmpty(Flattened.ByPath(model.Setup).Where(parameter => !parameter.Key.Split('.')[^1].StartsWith('$'))),
            Origin = _origin,
            Tags = new Dictionary<string, string> { [KindTag] = "training", [RunTag] = Folder.Label },
            Data = Data(cell),
            DataUse = "training",
        });
        DateTimeOffset ended = model.Started.AddSeconds(model.Seconds);
        run.LogMetrics([
            .. model.Curve.Select(point => new TrackedMetric("train/loss", point.Loss, point.Step, ended)),
            .. model.LevelLosses.Select((level, i) => new TrackedMetric("train/level_loss", level.Loss, i, ended)),
            .. model.LevelLosses.Select((level, i) => new TrackedMetric("train/level_half_log_snr", level.HalfLogSnr, i, ended)),
            .. LossVariance(model, ended),
            new TrackedMetric("train/seconds", model.Seconds, 0, ended),
            new TrackedMetric("train/parameters", model.Parameters, 0, ended),
        ]);
        run.LogArtifact(new TrainedModelStore(Folder.Results).WeightsOf(model.Key), "model");
        run.End(TrackedRunStatus.Finished, ended);
    }

    /// <summary>Tells of one cell.</summary>
    public void TellCell(ITracker tracker, ITrackedRun configuration, CellRecord record)
    {
        Dictionary<string, string> tags = new() { [KindTag] = "cell", [RunTag] = Folder.Label, [StatusTag] = Word(record.Status) };
        if (record.Error is { Length: > 0 } error)
            tags[ErrorTag] = error;
        foreach ((string tag, string level) in KeptTags(record))
            tags[tag] = level;
        IReadOnlyDictionary<string, string> axes = _plan.AxisValues(record.Id);
        Dictionary<string, string> own = Parameters(record.Id);
        Dictionary<string, string> parameters = own.Where(parameter => _varying.Contains(parameter.Key)).ToDictionary();
        foreach ((string axis, string label) in axes.Where(label => label.Value.Length > 0))
            parameters.TryAdd(axis, label);
        parameters[CellSelection.Repeat] = record.Repeat.ToString(CultureInfo.InvariantCulture);
        if (_plan.TrainingRepeats > 1)
            parameters[CellSelection.TrainingRepeat] = record.TrainingRepeat.ToString(CultureInfo.InvariantCulture);
        ITrackedRun run = tracker.Begin(new TrackedRunDescription
        {
            Experiment = _plan.Name,
            Name = $"{NameOf(axes, own)} #{record.Number}",
            Key = $"{_run.Identity}/cell/{record.Id}",
            Parent = configuration,
            Started = record.Started,
            Parameters = parameters,
            Origin = _origin,
            Tags = tags,
            Data = Data(record.Id),
            DataUse = "evaluation",
        });
        DateTimeOffset ended = EndOf(record);
        long step = WholeEvaluations(record.Evaluations);
        MetricLabels labels = Labels(record.Id, [record]);
        MetricKeys keys = new([.. Reserved, LargestMagnitude]);
        (MetricValue Value, string Key)[] measured = [.. record.Metrics.Select(value => (value, keys.Add(labels[value])))];
        run.LogMetrics([
            .. measured.Select(metric => new TrackedMetric(metric.Key, metric.Value.Value, step, ended)),
            .. measured.Where(metric => metric.Value.StandardError is not null)
                .Select(metric => new TrackedMetric(metric.Key + MetricKeys.ErrorSuffix, metric.Value.StandardError!.Value, step, ended)),
            .. record.Evaluations is { } evaluations ? new[] { new TrackedMetric(Evaluations, evaluations, step, ended) } : [],
            .. Costs.Select(cost => (cost.Key, Value: cost.Read(record))).Where(cost => cost.Value is not null)
                .Select(cost => new TrackedMetric(cost.Key, cost.Value!.Value, step, ended)),
            .. record.Trace.Select(point => new TrackedMetric(LargestMagnitude, point.Magnitude, point.Step, ended)),
        ]);
        if (PictureOf(record) is { } picture)
            run.LogArtifact(picture, "samples");
        run.End(record.Status == CellStatus.Done ? TrackedRunStatus.Finished : TrackedRunStatus.Failed, ended);
    }

    /// <summary>Where the states stand that values are called by a time after.</summary>
    private static IEnumerable<(string Tag, string Level)> KeptTags(CellRecord record) => (record.Kept ?? []).SelectMany(state => state.Times.Select(time => (
        $"{KeptTag} {time.Replace('=', ' ')}", FormattableString.Invariant($"t={state.T:R} alpha={state.Alpha:R} sigma={state.Sigma:R}"))));

    private static IEnumerable<TrackedMetric> LossVariance(TrainedModelRecord model, DateTimeOffset ended)
    {
        if (model.LossVariance is { } variance)
        {
            yield return new TrackedMetric("train/loss_variance", variance.Importance, 0, ended);
            yield return new TrackedMetric("train/loss_variance_without_importance", variance.Objective, 0, ended);
        }
    }

    // Trackers count steps in whole numbers; an adaptive method's mean need not be one.
    private static long WholeEvaluations(double? evaluations) => (long)Math.Round(evaluations ?? 0);

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private static CellStatus Worst(IReadOnlyList<CellRecord> records) =>
        records.Any(record => record.Status == CellStatus.Failed) ? CellStatus.Failed
        : records.Any(record => record.Status == CellStatus.Diverged) ? CellStatus.Diverged
        : CellStatus.Done;

    private static DateTimeOffset EndOf(CellRecord record) => record.Started.AddSeconds(record.Seconds);

    // By the records rather than the clock. Records that were taken over from an earlier run ended before this one began.
    private DateTimeOffset LastEnd(IEnumerable<CellRecord> records) => records.Select(EndOf).Append(_run.Started).Max();

    private static Dictionary<string, string> WithoutEmpty(IEnumerable<KeyValuePair<string, string>> parameters) =>
        parameters.Where(parameter => parameter.Value is not ("" or "[]" or "{}" or "null")).ToDictionary();

    private string? PictureOf(CellRecord record)
    {
        string? picture = record.Samples is { } samples ? Path.ChangeExtension(Path.Combine(Folder.Path, samples), ".svg")
            : record.Study is [{ } first, ..] ? Path.Combine(Folder.Path, first.Picture)
            : null;
        return File.Exists(picture) ? picture : null;
    }

    private DataDescription? Data(CellId cell) =>
        _plan.Composition(cell)!.TryGetValue(ManifestKeys.Data, out string? choice)
            ? _run.Data?.GetValueOrDefault(DataRecord.KeyOf(choice))?.ToDescription()
            : null;

    /// <summary>The members of a cell as path → text, without what is empty.</summary>
    private Dictionary<string, string> Parameters(CellId cell)
    {
        string composition = _plan.CompositionKey(cell);
        if (!_parameters.TryGetValue(composition, out Dictionary<string, string>? parameters))
        {
            JsonObject members = [.. _plan.Stated(cell).Select(member => KeyValuePair.Create(member.Key, JsonNode.Parse(member.Value)))];
            _parameters[composition] = parameters = WithoutEmpty(Flattened.ByPath(members));
        }

        return parameters;
    }

    private HashSet<string> VaryingParameters()
    {
        Dictionary<string, string>[] all = [.. _plan.Ids.DistinctBy(_plan.CompositionKey).Select(Parameters)];
        HashSet<string> varying = [];
        Dictionary<string, string> first = all.Length == 0 ? [] : all[0];
        foreach (Dictionary<string, string> other in all.Skip(1))
            varying.UnionWith(first.Keys.Union(other.Keys).Where(path => first.GetValueOrDefault(path) != other.GetValueOrDefault(path)));
        return varying;
    }

    private Dictionary<string, string> SweepParameters()
    {
        CellId? first = _plan.Ids.FirstOrDefault();
        Dictionary<string, string> parameters = first is null
            ? []
            : Parameters(first).Where(parameter => !_varying.Contains(parameter.Key)).ToDictionary();
        parameters["cells"] = _plan.Ids.Count().ToString(CultureInfo.InvariantCulture);
        parameters["repeats"] = _plan.Repeats.ToString(CultureInfo.InvariantCulture);
        if (_plan.Axes.Count > 0)
            parameters["axes"] = string.Join(", ", _plan.Axes.Select(axis => axis.Path));
        if (_plan.TrainingRepeats > 1)
            parameters["training_repeats"] = _plan.TrainingRepeats.ToString(CultureInfo.InvariantCulture);
        return parameters;
    }

    private Dictionary<CellId, SweepConfiguration> Configurations()
    {
        Dictionary<CellId, SweepConfiguration> found = [];
        string budgetAxis = BudgetAxis;
        foreach (IGrouping<string, CellId> cells in _plan.Ids.GroupBy(id => PlanFile.Place(Labels(id), default)).ToArray())
        {
            SweepConfiguration configuration = new(Labels(cells.First()), [.. cells.Select(id => (id, Budget(id)))]);
            foreach (CellId id in cells)
                found[id] = configuration;
        }

        return found;

        Dictionary<string, string> Labels(CellId id) => _plan.AxisValues(id).Where(axis => axis.Key != budgetAxis).ToDictionary();

        string Budget(CellId id) => _plan.AxisValues(id).GetValueOrDefault(budgetAxis) is { Length: > 0 } label
            ? label
            : _plan.Stated(id).GetValueOrDefault(CostAxes.Steps, "");
    }

    /// <summary>"heun sigmaMax=80": the solver, and where the run lies on the other axes.</summary>
    private static string NameOf(IReadOnlyDictionary<string, string> labels, Dictionary<string, string> parameters)
    {
        string key = parameters.ContainsKey($"{ManifestKeys.Study}.{ManifestKeys.Use}") || parameters.ContainsKey(ManifestKeys.Study)
            ? ManifestKeys.Study
            : ManifestKeys.Solver;
        string solver = labels.GetValueOrDefault(key) is { Length: > 0 } label ? label
            : parameters.GetValueOrDefault(key) ?? parameters.GetValueOrDefault($"{key}.{ManifestKeys.Use}", "");
        return string.Join(' ', labels.Where(axis => axis.Key != key && axis.Value.Length > 0)
            .Select(axis => $"{axis.Key.Split('.')[^1]}={axis.Value}").Prepend(solver).Where(part => part.Length > 0));
    }

    /// <summary>
    /// What the values of records are called. It depends on the metrics that the plan has, measured or not, and so is the same before and after others are.
    /// </summary>
    private MetricLabels Labels(CellId cell, IReadOnlyList<CellRecord> records)
    {
        string metrics = _plan.Composition(cell)!.GetValueOrDefault(ManifestKeys.Metrics, "[]");
        if (!_sources.TryGetValue(metrics, out MetricSource[]? sources))
        {
            _sources[metrics] = sources = [.. (JsonNode.Parse(metrics) as JsonArray ?? []).OfType<JsonObject>().Select(MetricSourceExtensions.FromCanonical)];
        }

        MetricValue[] values = [.. records.SelectMany(record => record.Metrics).DistinctBy(MetricSeries.StatedBy)];
        return new(
            [.. values, .. values.SelectMany(value => sources.Where(source => source.Metric == value.Source?.Metric).Select(source => value with
            {
                Source = source,
            }))],
            Reserved);
    }

    private IEnumerable<IEnumerable<TrackedMetric>> Points(SweepConfiguration configuration, IReadOnlyList<CellRecord> records)
    {
        MetricKeys keys = new(Reserved);
        foreach (IGrouping<string, (string Key, TrackedMetric Point)> metric in Measured(configuration, records, withErrors: true).GroupBy(point => point.Key))
        {
            string key = keys.Add(metric.Key);
            yield return metric.Select(point => point.Point with { Key = key + point.Point.Key });
        }

        foreach (CellRecord[] cells in CompletePoints(configuration, records))
        {
            if (EvaluationsOf(cells) is not { } evaluations)
                continue;
            DateTimeOffset time = LastPointTime(cells);
            long step = WholeEvaluations(evaluations);
            yield return
            [
                new(Evaluations, evaluations, step, time),
                .. Costs.Select(cost => (cost.Key, Mean: cells.Where(record => record.Evaluations is not null).Average(cost.Read)))
                    .Where(cost => cost.Mean is not null).Select(cost => new TrackedMetric(cost.Key, cost.Mean!.Value, step, time)),
            ];
        }
    }

    /// <summary>Mean values by their labels, and their standard errors with the suffix in the place of a key.</summary>
    private IEnumerable<(string Key, TrackedMetric Point)> Measured(SweepConfiguration configuration, IReadOnlyList<CellRecord> records, bool withErrors)
    {
        if (records.Count == 0)
            yield break;
        MetricLabels labels = Labels(configuration.Cells[0].Id, records);
        foreach (CellRecord[] cells in CompletePoints(configuration, records))
        {
            if (EvaluationsOf(cells) is not { } evaluations)
                continue;
            long step = WholeEvaluations(evaluations);
            DateTimeOffset time = LastPointTime(cells);
            foreach (MetricSeries series in labels.Series)
            {
                IReadOnlyList<MetricValue> values = _unit.Values(cells.Select(record => (record.TrainingRepeat, Value: labels.Find(record, series)))
                    .Where(one => one.Value is not null).Select(one => (one.TrainingRepeat, one.Value!)));
                if (values.Count == 0)
                    continue;
                var estimate = Estimate.FromValues(values);
                yield return (labels[series], new("", estimate.Mean, step, time));
                if (withErrors && (estimate.StandardError ?? estimate.OwnError) is { } error && double.IsFinite(error))
                    yield return (labels[series], new(MetricKeys.ErrorSuffix, error, step, time));
            }
        }
    }

    private static DateTimeOffset LastPointTime(CellRecord[] cells) => cells.Max(EndOf);

    private static double? EvaluationsOf(CellRecord[] cells) => cells.Average(record => record.Evaluations);

    /// <summary>The records of each budget of which every cell has ended, without those that do not apply.</summary>
    private static IEnumerable<CellRecord[]> CompletePoints(SweepConfiguration configuration, IReadOnlyList<CellRecord> records)
    {
        Dictionary<CellId, CellRecord> byId = records.ToDictionary(record => record.Id);
        foreach (IGrouping<string, (CellId Id, string Budget)> budget in configuration.Cells.GroupBy(cell => cell.Budget))
        {
            if (!budget.All(cell => byId.ContainsKey(cell.Id)))
                continue;
            CellRecord[] cells = [.. budget.Select(cell => byId[cell.Id]).Where(record => record.Status != CellStatus.NotApplicable)];
            if (cells.Length > 0)
                yield return cells;
        }
    }

    private string Note(IReadOnlyList<Comparison> comparisons)
    {
        StringBuilder text = new();
        if (_plan.Description.Length > 0)
            text.Append(Markdown.Text(_plan.Description)).Append("\n\n");
        string again = $"Run again: `diffusion run {Path.GetFileName(Folder.Results)}/{Folder.Label}`, "
            + "or `diffusion run manifest.json` with the artifact of that name.\n";
        foreach ((int i, Comparison comparison) in comparisons.Index())
        {
            string table = comparison.ToMarkdown().ReplaceLineEndings("\n");
            if (text.Length + table.Length + again.Length > LongestNote)
            {
                text.Append(CultureInfo.InvariantCulture, $"{comparisons.Count - i} of {comparisons.Count} tables are left out; comparison.md has all.\n\n");
                break;
            }

            text.Append(table).Append('\n');
        }

        return text.Append(again).ToString();
    }

    private TrackedTable CellTable(IReadOnlyList<CellRecord> records)
    {
        var labels = MetricLabels.ForRecords(records);
        string[] axes = [.. _plan.Axes.Select(axis => axis.Path)];
        bool hasNetworks = _plan.TrainingRepeats > 1;
        return new(
            [
                "cell", .. axes, "repeat", .. hasNetworks ? NetworkColumn : [], "status", "steps", .. Reserved,
                .. labels.Series.SelectMany(series => new[] { labels[series], labels[series] + MetricKeys.ErrorSuffix }), .. ErrorColumn,
            ],
            [.. records.Select(record => (IReadOnlyList<object?>)
            [
                $"{record.Id}", .. axes.Select(axis => record.Axes[axis]), (double)record.Repeat,
                .. hasNetworks ? new object?[] { (double)record.TrainingRepeat } : [], Word(record.Status), (double)record.Steps, record.Evaluations,
                .. Costs.Select(cost => (object?)cost.Read(record)),
                .. labels.Series.Select(series => labels.Find(record, series)).SelectMany(value => new object?[] { value?.Value, value?.StandardError }),
                record.Error,
            ])]);
    }

    private static TrackedTable ComparisonTable(IReadOnlyList<Comparison> comparisons) => new(
        ["metric", .. comparisons[0].Titles],
        [.. comparisons.SelectMany(comparison => comparison.Lines.Select(line => (IReadOnlyList<object?>)[comparison.Metric, .. line]))]);
}
