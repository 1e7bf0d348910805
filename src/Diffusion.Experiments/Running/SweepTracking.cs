using System.Globalization;
using System.Text.Json;
using Diffusion.Experiments.Judging;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Reporting;

namespace Diffusion.Experiments.Running;

/// <summary>A run as its tracker sees it: the sweep a parent run, each trained model and each cell a child.</summary>
internal sealed class SweepTracking
{
    private const string Evaluations = "nfe";
    private const string SamplingSeconds = "sampling_seconds";
    private const string CpuSeconds = "sampling_cpu_seconds";
    private const string ModelSeconds = "model_seconds";
    private const string PeakMemory = "peak_memory_bytes";
    private const string LargestMagnitude = "trace/largest_magnitude";

    private readonly ITracker _tracker;
    private readonly ExperimentPlan _plan;
    private readonly RunFolder _folder;
    private readonly TrackedOrigin _origin;
    private readonly ITrackedRun _sweep;

    public SweepTracking(ITracker tracker, ExperimentPlan plan, RunFolder folder, RunRecord record)
    {
        _tracker = tracker;
        _plan = plan;
        _folder = folder;
        _origin = new(Fact(RunFacts.User), Fact(RunFacts.Program), Fact(RunFacts.Commit));
        _sweep = tracker.Begin(new TrackedRunDescription
        {
            Experiment = plan.Name,
            Name = folder.Name,
            Key = folder.Name,
            Started = record.Started,
            Parameters = Parameters(plan),
            Note = Markdown.Text(plan.Description),
            Origin = _origin,
        });
        _sweep.LogArtifact(folder.ManifestFile);

        string? Fact(string name) => record.Environment.GetValueOrDefault(name);
    }

    private static Dictionary<string, string> Parameters(ExperimentPlan plan)
    {
        Dictionary<string, string> parameters = new()
        {
            ["cells"] = plan.Cells.Count.ToString(CultureInfo.InvariantCulture),
            ["repeats"] = plan.Repeats.ToString(CultureInfo.InvariantCulture),
            ["axes"] = string.Join(", ", plan.Axes.Select(axis => axis.Path)),
        };
        // What was told of runs before there were several networks stays as it is.
        if (plan.TrainingRepeats > 1)
            parameters["training_repeats"] = plan.TrainingRepeats.ToString(CultureInfo.InvariantCulture);
        return parameters;
    }

    private Dictionary<string, string> Parameters(ExperimentCell cell)
    {
        Dictionary<string, string> parameters = Flattened.ByPath(cell.Experiment.ToJson());
        if (_plan.TrainingRepeats > 1)
        {
            parameters[CellSelection.Repeat] = cell.Repeat.ToString(CultureInfo.InvariantCulture);
            parameters[CellSelection.TrainingRepeat] = cell.Number.Training.ToString(CultureInfo.InvariantCulture);
        }

        return parameters;
    }

    /// <param name="weights">The file of the trained network, stored once with the run that trained it.</param>
    public void ModelReady(ExperimentCell cell, TrainedModelRecord model, string weights, DataDescription data)
    {
        ITrackedRun run = _tracker.Begin(new TrackedRunDescription
        {
            Experiment = _plan.Name,
            Name = $"train {cell.Experiment.Model.Descriptor.Name} {model.Key[..8]}",
            Key = $"{_folder.Name}/model/{model.Key}",
            Parent = _sweep,
            Started = model.Started,
            Parameters = Flattened.ByPath(model.Setup),
            Origin = _origin,
            Data = data,
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
        run.LogArtifact(weights, "model");
        run.End(TrackedRunStatus.Finished, ended);
    }

    private static IEnumerable<TrackedMetric> LossVariance(TrainedModelRecord model, DateTimeOffset ended)
    {
        if (model.LossVariance is { } variance)
        {
            yield return new TrackedMetric("train/loss_variance", variance.Importance, 0, ended);
            yield return new TrackedMetric("train/loss_variance_without_importance", variance.Objective, 0, ended);
        }
    }

    public void CellEnded(ExperimentCell cell, CellRecord record, DataDescription data)
    {
        ITrackedRun run = _tracker.Begin(new TrackedRunDescription
        {
            Experiment = _plan.Name,
            Name = string.Join(' ', [.. record.Axes.Values, $"#{record.Number}"]),
            Key = $"{_folder.Name}/cell/{record.Key}",
            Parent = _sweep,
            Started = record.Started,
            Parameters = Parameters(cell),
            Origin = _origin,
            Tags = TagsOf(record),
            Data = data,
        });
        DateTimeOffset ended = record.Started.AddSeconds(record.Seconds);
        long step = WholeEvaluations(record.Evaluations);
        var labels = MetricLabels.ForRecords([record]);
        MetricKeys keys = new(Evaluations, SamplingSeconds, CpuSeconds, ModelSeconds, PeakMemory, LargestMagnitude);
        (MetricValue Value, string Key)[] measured = [.. record.Metrics.Select(value => (value, keys.Add(labels[value])))];
        run.LogMetrics([
            .. measured.Select(metric => new TrackedMetric(metric.Key, metric.Value.Value, step, ended)),
            .. measured.Where(metric => metric.Value.StandardError is not null)
                .Select(metric => new TrackedMetric(metric.Key + MetricKeys.ErrorSuffix, metric.Value.StandardError!.Value, step, ended)),
            .. record.Evaluations is { } evaluations ? new[] { new TrackedMetric(Evaluations, evaluations, step, ended) } : [],
            new TrackedMetric(SamplingSeconds, record.SamplingSeconds, step, ended),
            .. new (string Key, double? Value)[]
            {
                (CpuSeconds, record.SamplingCpuSeconds), (ModelSeconds, record.ModelSeconds), (PeakMemory, record.PeakMemoryBytes),
            }.Where(cost => cost.Value is not null).Select(cost => new TrackedMetric(cost.Key, cost.Value!.Value, step, ended)),
            .. record.Trace.Select(point => new TrackedMetric(LargestMagnitude, point.Magnitude, point.Step, ended)),
        ]);
        if (File.Exists(_folder.PictureFile(cell.SamplesId)))
            run.LogArtifact(_folder.PictureFile(cell.SamplesId), "samples");
        run.End(record.Status == CellStatus.Done ? TrackedRunStatus.Finished : TrackedRunStatus.Failed, ended);
    }

    private static Dictionary<string, string> TagsOf(CellRecord record)
    {
        Dictionary<string, string> tags = new()
        {
            ["diffusion.status"] = JsonNamingPolicy.KebabCaseLower.ConvertName(record.Status.ToString()),
            ["diffusion.error"] = record.Error ?? "",
        };
        // Where the states stand that values are called by a time after.
        foreach (KeptState state in record.Kept ?? [])
        {
            foreach (string time in state.Times)
                tags[$"diffusion.kept {time.Replace('=', ' ')}"] = FormattableString.Invariant($"t={state.T:R} alpha={state.Alpha:R} sigma={state.Sigma:R}");
        }

        return tags;
    }

    /// <summary>
    /// Quality against NFE as curves of the parent run, one a metric and row of the comparison, and the tables as artifacts; claims as tags and as a table.
    /// </summary>
    public void SweepEnded(IReadOnlyList<Comparison> comparisons, ClaimVerdicts? claims, TrackedRunStatus status, DateTimeOffset ended)
    {
        MetricKeys keys = new();
        foreach (Comparison comparison in comparisons)
        {
            foreach (ComparisonRow row in comparison.Rows)
            {
                string key = keys.Add(comparison.Metric, row.Labels);
                _sweep.LogMetrics([.. row.Cells
                    .Where(cell => cell?.Estimate is not null)
                    .Select(cell => new TrackedMetric(key, cell!.Estimate!.Value.Mean, WholeEvaluations(cell.Evaluations), ended))]);
            }
        }

        if (claims is not null)
            LogClaims(claims);
        _sweep.LogArtifact(_folder.MetricsFile);
        _sweep.LogArtifact(_folder.ComparisonFile);
        _sweep.End(status, ended);
    }

    private void LogClaims(ClaimVerdicts claims)
    {
        _sweep.SetTags(new Dictionary<string, string>
        {
            ["diffusion.claims"] = JsonNamingPolicy.KebabCaseLower.ConvertName($"{claims.Overall}"),
            ["diffusion.claims.held"] = $"{claims.Count(ClaimVerdict.Held)}",
            ["diffusion.claims.failed"] = $"{claims.Count(ClaimVerdict.Failed)}",
            ["diffusion.claims.undecided"] = $"{claims.Count(ClaimVerdict.Undecided)}",
        });
        _sweep.LogTable("claims-table", ClaimsReport.Tracked(claims));
        _sweep.LogArtifact(_folder.ClaimsFile);
    }

    // Trackers count steps in whole numbers; an adaptive method's mean need not be one.
    private static long WholeEvaluations(double? evaluations) => (long)Math.Round(evaluations ?? 0);
}
