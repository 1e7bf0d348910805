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
    private const double CellSeconds = 0.01;

    /// <summary>Decides what is done with each cell, and forecasts what that costs.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="settings">What is wanted.</param>
    /// <param name="factory">Builds what is timed.</param>
    /// <param name="workers">Cells that will run at the same time.</param>
    /// <inheritdoc cref="WorkPlan.Decide" path="/exception"/>
    public static (WorkPlan Work, Forecast Forecast) DecideAndForecast(ExperimentPlan plan, RunSettings settings, ComponentFactory factory, int workers)
    {
        PlanData data = new(factory);
        WorkPlan work = ExperimentRunner.Decide(plan, settings, factory, data);
        KeptCounts kept = new(factory);
        return (work, Predict(plan, work, settings, new(factory), new(factory, data), data, kept.States, workers));
    }

    /// <summary>What tasks take together: no less than the longest of them.</summary>
    internal static double WallTime(double total, double longest, int workers) => Math.Max(total / workers, longest);

    private static Forecast Predict(
        ExperimentPlan plan, WorkPlan work, RunSettings settings, EvaluationCounts counts, CostTimer timer, PlanData data, Func<Experiment, int> states,
        int workers)
    {
        Experience experience = Experience.FromRecords(plan, work, settings.Results);
        List<string> gaps = [];
        HashSet<string> basis = [];
        Cost[] costs = [.. Costs(work, counts, experience)];
        double? training = Training(work, timer, workers, gaps, basis, out long modelBytes);
        double? sampling = Sampling([.. costs.Where(cost => cost.Samples)], experience, timer, workers, gaps, basis);
        double? measuring = Measuring(costs, experience, workers, gaps, basis);
        measuring = Studies(work, experience, workers, gaps, basis) is { } studies ? (measuring ?? 0) + studies : measuring;
        if (basis.Remove(FromRuns))
            basis.UnionWith(experience.Sources.TakeLast(1).Select(source => $"from {source}"));

        int unknown = costs.Where(cost => cost is { Samples: true, Evaluations: null }).Sum(cost => cost.Cells);
        if (unknown > 0)
            gaps.Add($"{Counted.Text(unknown, "cell")} of adaptive methods, which have not run before");
        (long sampleBytes, long recordBytes, long trackingBytes) = Disk(work, data, states, experience);
        bool isTrackedHere = settings.TrackingStore?.StartsWith("sqlite:", StringComparison.Ordinal) == true;
        return new()
        {
            Evaluations = costs.Where(cost => cost.Samples).Sum(cost => cost.Cells * (cost.Evaluations ?? 0) * cost.Experiment.Samples),
            EvaluationsOfAdaptive = costs.Where(cost => cost is { Samples: true, IsAdaptive: true })
                .Sum(cost => cost.Cells * (cost.Evaluations ?? 0) * cost.Experiment.Samples),
            AdaptiveCells = costs.Where(cost => cost is { Samples: true, IsAdaptive: true }).Sum(cost => cost.Cells),
            UnknownCells = unknown,
            Workers = workers,
            TrainingSeconds = training,
            SamplingSeconds = sampling,
            MeasuringSeconds = measuring,
            Basis = [.. basis],
            Gaps = gaps,
            SampleBytes = sampleBytes,
            RecordBytes = recordBytes,
            ModelBytes = modelBytes,
            TrackingBytes = isTrackedHere ? trackingBytes : 0,
        };
    }

    private const string FromRuns = "from runs";

    // Cells that repeat an experiment cost the same.
    private sealed record Cost(
        Experiment Experiment, ExperimentCell Cell, bool Samples, int Cells, double? Evaluations, bool IsAdaptive, Dictionary<string, string> Members);

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
                experiment, group.First().Cell, action == CellAction.Run, group.Count(), declared ?? experience.Evaluations(SamplingSetting.Path(members)),
                declared is null, members);
        }
    }

    private static double? Training(WorkPlan work, CostTimer timer, int workers, List<string> gaps, HashSet<string> basis, out long bytes)
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
        double total = timed.Sum(training => training.Seconds);
        return WallTime(total * work.Trainings.Count / timed.Count, timed.Max(training => training.Seconds), workers);
    }

    private static double? Sampling(IReadOnlyList<Cost> costs, Experience experience, CostTimer timer, int workers, List<string> gaps, HashSet<string> basis)
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

        return WallTime(total, longest, workers);

        double Rate(SamplingSetting setting) => rates.TryGetValue(setting, out double own)
            ? own
            : rates.Where(rate => rate.Key.Text == setting.Text).Select(rate => rate.Value).DefaultIfEmpty(rates.Values.Average()).Average();
    }

    private static double Weight(Cost cost) => cost.Cells * cost.Evaluations!.Value * cost.Experiment.Samples;

    private static double? Measuring(IReadOnlyList<Cost> costs, Experience experience, int workers, List<string> gaps, HashSet<string> basis)
    {
        if (costs.Count == 0)
            return null;
        double total = 0;
        int unmeasured = 0;
        foreach (Cost cost in costs)
        {
            double? seen = experience.Measuring(SamplingSetting.Measuring(cost.Members));
            if (seen is not null)
                basis.Add(FromRuns);
            else if (cost.Experiment.Metrics.Count > 0)
                unmeasured += cost.Cells;
            total += cost.Cells * (seen ?? CellSeconds);
        }

        if (unmeasured > 0)
            gaps.Add($"the metrics of {Counted.Text(unmeasured, "cell")}, which no earlier run has measured");
        return total / workers;
    }

    private static double? Studies(WorkPlan work, Experience experience, int workers, List<string> gaps, HashSet<string> basis)
    {
        double?[] seconds = [.. work.Work.Select(decision => decision.Cell.Experiment).Where(experiment => experiment.Study is not null)
            .Select(experiment => experience.Study(SamplingSetting.MembersOf(experiment)))];
        int unknown = seconds.Count(one => one is null);
        if (unknown > 0)
            gaps.Add($"{Counted.Text(unknown, "cell")} of studies that have not run before");
        if (unknown == seconds.Length)
            return null;
        basis.Add(FromRuns);
        return WallTime(seconds.Sum(one => one ?? 0), seconds.Max(one => one ?? 0), workers);
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
                    pictures = cell.Number.Draw == 0 && ScatterPlot.CanShow(description) ? picture : 0;
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
