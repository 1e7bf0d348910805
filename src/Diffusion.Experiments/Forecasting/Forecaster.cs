using Diffusion.Experiments.Comparing;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Reporting;
using Diffusion.Experiments.Running;
using Diffusion.Experiments.Working;


namespace Diffusion.Experiments.Forecasting;

/// <summary>Says beforehand what a plan amounts to and what it will cost. Writes nothing.</summary>
public static class Forecaster
{
    // Sizes and times without experience, measured on a sweep of 150 cells over three axes with three metrics in two dimensions. A row is what all cells share
    // files for (plan, tables, log); a tracking store keeps pictures once more.
    private const long NpyHeaderBytes = 128;
    private const double RecordBytes = 4_900;
    private const double PictureBytes = 34_000;
    private const double RowBytes = 1_150;
    private const double TrackedConfigurationBytes = 21_000;
    private const double TrackedRowBytes = 600;
    private const double CellSeconds = 0.018;

    // What a process takes to compile what it uses first, beside what is timed.
    private const double FirstUseSeconds = 1.2;

    /// <summary>Decides what is done with each cell, and forecasts what that costs.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="settings">What is wanted.</param>
    /// <param name="factory">Builds what is timed.</param>
    /// <param name="workers">Cells that will run at the same time.</param>
    /// <param name="starting">What this process took to start, seconds: the coordinator and every worker take as long.</param>
    /// <inheritdoc cref="WorkPlan.Decide" path="/exception"/>
    public static (WorkPlan Work, Forecast Forecast) DecideAndForecast(
        ExperimentPlan plan, RunSettings settings, ComponentFactory factory, int workers, double starting)
    {
        PlanData data = new(factory);
        WorkPlan work = ExperimentRunner.Decide(plan, settings, factory, data);
        KeptCounts kept = new(factory);
        return (work, Predict(plan, work, settings, new(factory), new(factory, data), new(factory, data), data, kept, workers, starting));
    }

    /// <summary>What tasks take together: no less than the longest of them.</summary>
    internal static double WallTime(double total, double longest, int workers) => Math.Max(total / workers, longest);

    private static Forecast Predict(
        ExperimentPlan plan, WorkPlan work, RunSettings settings, EvaluationCounts counts, CostTimer timer, MetricTimer metrics, PlanData data, KeptCounts kept,
        int workers, double starting)
    {
        Experience experience = Experience.FromRecords(plan, work, settings.Results);
        List<string> gaps = [];
        HashSet<string> basis = [];
        Cost[] costs = [.. Costs(work, counts, experience)];
        Spent? training = Training(work, timer, workers, gaps, basis, out long modelBytes);
        Spent? sampling = Sampling([.. costs.Where(cost => cost.Samples)], experience, timer, workers, gaps, basis);
        Spent? measuring = Measuring(costs, experience, metrics, data, kept, workers, gaps, basis);
        if (Studies(work, experience, workers, gaps, basis) is { } studies)
            measuring = new((measuring?.Total ?? 0) + studies.Total, (measuring?.Wall ?? 0) + studies.Wall);
        // Processes that start at the same time share the processors.
        starting += FirstUseSeconds;
        double ofWorker = starting + timer.Cold + metrics.Cold;
        Spent? start = costs.Length == 0
            ? null
            : new(starting + (workers * ofWorker), starting + (ofWorker * Math.Max(1, (double)workers / Environment.ProcessorCount)));
        if (basis.Remove(FromRuns))
            basis.UnionWith(experience.Sources.TakeLast(1).Select(source => $"from {source}"));

        int unknown = costs.Where(cost => cost is { Samples: true, Evaluations: null }).Sum(cost => cost.Cells);
        if (unknown > 0)
            gaps.Add($"{Counted.Text(unknown, "cell")} of adaptive methods, which have not run before");
        (long sampleBytes, long recordBytes, long trackingBytes) = Disk(work, data, kept.States, experience);
        bool isTrackedHere = settings.TrackingStore?.StartsWith("sqlite:", StringComparison.Ordinal) == true;
        return new()
        {
            Evaluations = costs.Where(cost => cost.Samples).Sum(cost => cost.Cells * (cost.Evaluations ?? 0) * cost.Experiment.Samples),
            EvaluationsOfAdaptive = costs.Where(cost => cost is { Samples: true, IsAdaptive: true })
                .Sum(cost => cost.Cells * (cost.Evaluations ?? 0) * cost.Experiment.Samples),
            AdaptiveCells = costs.Where(cost => cost is { Samples: true, IsAdaptive: true }).Sum(cost => cost.Cells),
            UnknownCells = unknown,
            Workers = workers,
            StartingSeconds = start?.Wall,
            TrainingSeconds = training?.Wall,
            SamplingSeconds = sampling?.Wall,
            MeasuringSeconds = measuring?.Wall,
            WorkSeconds = (training ?? sampling ?? measuring) is null ? null : new[] { start, training, sampling, measuring }.Sum(part => part?.Total ?? 0),
            Basis = [.. basis],
            Gaps = gaps,
            SampleBytes = sampleBytes,
            RecordBytes = recordBytes,
            ModelBytes = modelBytes,
            TrackingBytes = isTrackedHere ? trackingBytes : 0,
        };
    }

    private const string FromRuns = "from runs";

    // Seconds of all processes together, and until they have done it.
    private readonly record struct Spent(double Total, double Wall);

    // Cells that repeat an experiment cost the same.
    private sealed record Cost(
        Experiment Experiment, ExperimentCell Cell, bool Samples, IReadOnlyList<int> Draws, double? Evaluations, bool IsAdaptive,
        Dictionary<string, string> Members)
    {
        public int Cells => Draws.Count;
    }

    private static IEnumerable<Cost> Costs(WorkPlan work, EvaluationCounts counts, Experience experience)
    {
        foreach (IGrouping<(Experiment, CellAction), CellDecision> group in work.Work.GroupBy(
            decision => (decision.Cell.Experiment, decision.Action), ByReference.Instance))
        {
            (Experiment experiment, CellAction action) = group.Key;
            // What a study costs is known from runs alone.
            if (experiment.Study is not null)
                continue;
            Dictionary<string, string> members = SamplingSetting.MembersOf(experiment);
            int? declared = counts.PerSample(experiment);
            yield return new(
                experiment, group.First().Cell, action == CellAction.Run, [.. group.Select(decision => decision.Cell.Number.Draw)],
                declared ?? experience.Evaluations(SamplingSetting.Path(members)),
                declared is null, members);
        }
    }

    private static Spent? Training(WorkPlan work, CostTimer timer, int workers, List<string> gaps, HashSet<string> basis, out long bytes)
    {
        List<(double Seconds, long Bytes)> timed = [];
        foreach (ExperimentCell cell in work.Trainings)
        {
            if (timer.HasTime && timer.Training(cell) is { } training)
                timed.Add(training);
        }

        int missing = work.Trainings.Count - timed.Count;
        bytes = timed.Count == 0 ? 0 : (long)(timed.Average(training => (double)training.Bytes) * work.Trainings.Count);
        if (work.Trainings.Count == 0)
            return null;
        if (timed.Count == 0)
        {
            gaps.Add("training, which could not be timed");
            return null;
        }

        basis.Add(missing == 0 ? "timed just now" : $"timed just now ({timed.Count} of {work.Trainings.Count} models; the others are taken to be like them)");
        double total = timed.Sum(training => training.Seconds) * work.Trainings.Count / timed.Count;
        return new(total, WallTime(total, timed.Max(training => training.Seconds), workers));
    }

    private static Spent? Sampling(IReadOnlyList<Cost> costs, Experience experience, CostTimer timer, int workers, List<string> gaps, HashSet<string> basis)
    {
        Dictionary<SamplingSetting, double> rates = [];
        Cost[] known = [.. costs.Where(cost => cost.Evaluations is not null)];
        // What weighs most is timed first, while there is time.
        foreach (IGrouping<SamplingSetting, Cost> setting in known.GroupBy(cost => SamplingSetting.FromMembers(cost.Members))
            .OrderByDescending(group => group.Sum(Weight)))
        {
            if (experience.Rate(setting.Key) is { } seen)
            {
                rates[setting.Key] = seen;
                basis.Add(FromRuns);
            }
            else if (timer.HasTime && setting.FirstOrDefault(cost => !cost.IsAdaptive) is { } sample && timer.Rate(sample.Cell) is { } timed)
            {
                rates[setting.Key] = timed;
                basis.Add("timed just now");
            }
        }

        if (known.Length == 0)
            return null;
        if (rates.Count == 0)
        {
            gaps.Add("sampling, which could not be timed");
            return null;
        }

        (double total, double longest) = (0, 0);
        foreach (Cost cost in known)
        {
            double seconds = Weight(cost) / cost.Cells * Rate(SamplingSetting.FromMembers(cost.Members));
            total += cost.Cells * seconds;
            longest = Math.Max(longest, seconds);
        }

        return new(total, WallTime(total, longest, workers));

        double Rate(SamplingSetting setting) => rates.TryGetValue(setting, out double own)
            ? own
            : rates.Where(rate => rate.Key.Text == setting.Text).Select(rate => rate.Value).DefaultIfEmpty(rates.Values.Average()).Average();
    }

    private static double Weight(Cost cost) => cost.Cells * cost.Evaluations!.Value * cost.Experiment.Samples;

    private static Spent? Measuring(
        IReadOnlyList<Cost> costs, Experience experience, MetricTimer timer, PlanData data, KeptCounts kept, int workers, List<string> gaps,
        HashSet<string> basis)
    {
        if (costs.Count == 0)
            return null;
        double total = 0;
        List<(Cost Cost, ComponentChoice Metric)> asked = [];
        foreach (Cost cost in costs)
        {
            double? seen = experience.Measuring(SamplingSetting.Measuring(cost.Members));
            if (seen is not null)
                basis.Add(FromRuns);
            else
                asked.AddRange(cost.Experiment.Metrics.Select(metric => (cost, metric)));
            total += cost.Cells * (seen ?? CellSeconds);
        }

        total += Metrics(asked, timer, data, kept, workers, gaps, basis);
        return new(total, total / workers);
    }

    // Metrics that look at samples alone cost the same whatever the sampler; others are timed with each method, while there is time.
    private static double Metrics(
        IReadOnlyList<(Cost Cost, ComponentChoice Metric)> asked, MetricTimer timer, PlanData data, KeptCounts kept, int workers, List<string> gaps,
        HashSet<string> basis)
    {
        double total = 0;
        Dictionary<(string Metric, string Data), bool> looksAtSamples = [];
        var settings = asked
            .GroupBy(one => (
                Metric: one.Metric.CanonicalJson,
                Data: one.Cost.Members["data"],
                Sampler: LooksAtSamples(one.Cost, one.Metric) ? "" : $"{one.Cost.Members["model"]}\n{one.Cost.Members["solver"]}"))
            .OrderByDescending(setting => setting.Sum(one => (double)one.Cost.Cells * one.Cost.Experiment.Samples))
            .Select(setting => setting.ToArray())
            .ToArray();
        Dictionary<(string Metric, string Data), List<MetricCurves>> timed = [];
        List<(Cost Cost, ComponentChoice Metric)[]> untimed = [];
        foreach ((Cost Cost, ComponentChoice Metric)[] setting in settings)
        {
            (Cost largest, ComponentChoice metric) = setting.MaxBy(one => (one.Cost.Experiment.Samples, one.Cost.Experiment.Steps));
            if (!timed.TryGetValue(MetricOf(setting[0]), out List<MetricCurves>? others))
                timed[MetricOf(setting[0])] = others = [];
            // What does not look at the sampler has been timed with the first.
            MetricCurves? curves = others.FirstOrDefault(other => other.Sharing is MetricSharing.Nothing or MetricSharing.Reference);
            if (curves is null && timer.HasTime && timer.Time(largest.Cell, metric) is { } own)
                others.Add(curves = own);
            if (curves is null)
                untimed.Add(setting);
            else
                total += Total(setting, curves);
        }

        foreach ((Cost Cost, ComponentChoice Metric)[] setting in untimed.ToArray())
        {
            // As with other methods, in the mean.
            if (timed[MetricOf(setting[0])] is not { Count: > 0 } others)
                continue;
            total += others.Average(curves => Total(setting, curves));
            untimed.Remove(setting);
        }

        if (untimed.Count < settings.Length)
            basis.Add("timed just now");
        if (untimed.Count > 0)
            gaps.Add($"{string.Join(" and ", untimed.Select(setting => setting[0].Metric.Descriptor.Title).Distinct())} of "
                + $"{Counted.Text(untimed.SelectMany(setting => setting).DistinctBy(one => one.Cost).Sum(one => one.Cost.Cells), "cell")}, "
                + "which could not be timed within a second");
        return total;

        static (string, string) MetricOf((Cost Cost, ComponentChoice Metric) one) => (one.Metric.CanonicalJson, one.Cost.Members["data"]);

        bool LooksAtSamples(Cost cost, ComponentChoice metric) => looksAtSamples.TryGetValue(MetricOf((cost, metric)), out bool known)
            ? known
            : looksAtSamples[MetricOf((cost, metric))] = timer.MeasuresSamples(cost.Cell, metric);

        double Total(IEnumerable<(Cost Cost, ComponentChoice Metric)> setting, MetricCurves curves) =>
            MetricCosts.Total(curves, setting.Select(one => Demand(one.Cost, curves.Sharing, data, kept)), workers);
    }

    private static MetricDemand Demand(Cost cost, MetricSharing sharing, PlanData data, KeptCounts kept)
    {
        Experiment experiment = cost.Experiment;
        ExperimentCell cell = cost.Cell;
        Dictionary<string, int> shared = sharing switch
        {
            MetricSharing.Nothing => [],
            MetricSharing.Law => new() { [KnownComputations.LawKey(cell)] = cost.Cells },
            MetricSharing.Reference => ByDraw(
                $"{cell.DataKey} {experiment.Samples} {experiment.Seed}"
                    + (experiment.Keep is null ? "" : $"\n{experiment.Schedule.CanonicalJson}\n{experiment.Grid.CanonicalJson}\n{experiment.Steps}")),
            _ => ByDraw(
                $"{KnownComputations.ModelKey(cell)}\n{experiment.Grid.CanonicalJson}\n{experiment.Seed}"
                    + (sharing == MetricSharing.Paths ? "" : $"\n{experiment.Solver.CanonicalJson}")),
        };
        bool looksAtSamples = sharing == MetricSharing.Reference;
        return new(experiment.Samples, experiment.Steps, cost.Cells, looksAtSamples ? 1 + kept.Measured(experiment) : 1)
        {
            Shared = shared,
            HasFloor = looksAtSamples && data.HasExactSamples(cell),
        };

        Dictionary<string, int> ByDraw(string key) => cost.Draws.CountBy(draw => draw).ToDictionary(draw => $"{key}\n{draw.Key}", draw => draw.Value);
    }

    private static Spent? Studies(WorkPlan work, Experience experience, int workers, List<string> gaps, HashSet<string> basis)
    {
        double?[] seconds = [.. work.Work.Select(decision => decision.Cell.Experiment).Where(experiment => experiment.Study is not null)
            .Select(experiment => experience.Study(SamplingSetting.MembersOf(experiment)))];
        int unknown = seconds.Count(one => one is null);
        if (unknown > 0)
            gaps.Add($"{Counted.Text(unknown, "cell")} of studies that have not run before");
        if (unknown == seconds.Length)
            return null;
        basis.Add(FromRuns);
        double total = seconds.Sum(one => one ?? 0);
        return new(total, WallTime(total, seconds.Max(one => one ?? 0), workers));
    }

    private static (long Samples, long Records, long Tracking) Disk(WorkPlan work, PlanData data, Func<Experiment, int> states, Experience experience)
    {
        double samples = 0, records = 0, tracking = 0;
        HashSet<string> configurations = [];
        double record = experience.RecordBytes ?? RecordBytes, picture = experience.PictureBytes ?? PictureBytes;
        foreach (CellDecision decision in work.Decisions)
        {
            ExperimentCell cell = decision.Cell;
            if (decision.IsWork || decision.Action == CellAction.TakeOver)
            {
                double pictures = picture;
                if (cell.Experiment.Study is null)
                {
                    DataDescription description = data[cell].Description;
                    double bytes = CellRunner.SampleBytes(cell.Experiment, description);
                    samples += NpyHeaderBytes + bytes;
                    if (states(cell.Experiment) is > 0 and var kept)
                        samples += NpyHeaderBytes + (kept * bytes);
                    pictures = cell.Number.Draw == 0 && SamplePicture.CanShow(description) ? picture : 0;
                }

                records += record + RowBytes + pictures;
                string configuration = string.Join('\n', cell.AxisValues.Where(axis => !CostAxes.Contains(axis.Key)).Select(axis => axis.Value));
                tracking += TrackedRowBytes + pictures + (configurations.Add(configuration) ? TrackedConfigurationBytes : 0);
            }
            else if (decision.Action == CellAction.NotApplicable)
            {
                records += RowBytes;
            }
        }

        return ((long)samples, (long)records, (long)tracking);
    }

    private sealed class ByReference : IEqualityComparer<(Experiment Experiment, CellAction Action)>
    {
        public static ByReference Instance { get; } = new();

        public bool Equals((Experiment Experiment, CellAction Action) x, (Experiment Experiment, CellAction Action) y) =>
            ReferenceEquals(x.Experiment, y.Experiment) && x.Action == y.Action;

        public int GetHashCode((Experiment Experiment, CellAction Action) obj) =>
            HashCode.Combine(System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(obj.Experiment), obj.Action);
    }
}
