using System.Globalization;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Running;

namespace Diffusion.Host.Views;

/// <summary>
/// Where a run stands: what views show. What a cell changes costs the same however many there are; what is derived (<see cref="Standings"/>) is worked out when
/// asked for. Not safe for several threads at once.
/// </summary>
/// <param name="evaluations">NFE that an experiment will take; null where nobody can know.</param>
/// <param name="clock">Measures time.</param>
internal sealed class SweepProgress(Func<Experiment, int?> evaluations, TimeProvider clock)
{
    private const string SolverAxis = "solver";

    private readonly Dictionary<string, (string Label, long Start)> _running = [];
    private readonly Dictionary<string, TrainingStanding> _trainings = [];
    private readonly Dictionary<string, Solver> _solvers = [];
    // By the labels that the repeats of a configuration share, since each network is an experiment of its own.
    private readonly Dictionary<IReadOnlyDictionary<string, string>, Configuration> _configurations = new(ReferenceEqualityComparer.Instance);
    private readonly int[] _byStatus = new int[Enum.GetValues<CellStatus>().Length];
    private readonly RemainingTime _trainingTime = new(clock);
    private readonly RemainingTime _cellTime = new(clock);
    private readonly HashSet<CellId> _counted = [];
    private WorkPlan? _work;
    private MetricSeries? _metric;
    private MetricGoal _goal = MetricGoal.Smaller;
    private long _sweepStarted;

    /// <summary>Cells of the sweep, those that ended before included.</summary>
    public int Cells { get; private set; }

    /// <summary>Cells that have ended in whatever way.</summary>
    public int Ended => _byStatus.Sum();

    /// <summary>Cells that had ended when this run began.</summary>
    public int EndedBefore { get; private set; }

    /// <summary>Models to be trained.</summary>
    public int Trainings => _work?.Trainings.Count ?? 0;

    /// <summary>Models whose training has ended.</summary>
    public int TrainingsEnded { get; private set; }

    /// <summary>Cells among <see cref="EndedBefore"/> whose parts do not fit together: they were settled, never done.</summary>
    public int NotApplicable { get; private set; }

    /// <summary>Trainings at work, in the order in which they began.</summary>
    public IEnumerable<TrainingStanding> TrainingsAtWork => _trainings.Values;

    /// <summary>Number of cells at work.</summary>
    public int AtWork => _running.Count;

    /// <summary>Time since the first cell began; since tasks were launched, where starts are not told.</summary>
    public TimeSpan Elapsed => clock.GetElapsedTime(_sweepStarted);

    /// <summary>What trainings and cells will still take; null while nothing can be said.</summary>
    public TimeSpan? Left => _trainingTime.Left() + _cellTime.Left();

    /// <summary>What trainings will still take; null while nothing can be said.</summary>
    public TimeSpan? TrainingLeft => _trainingTime.Left();

    /// <summary>The metric of <see cref="Standings"/>: the first that was measured. Null before anything was.</summary>
    public string? Metric { get; private set; }

    /// <summary>Cells at work, those that began first before the others.</summary>
    public IEnumerable<(string Label, TimeSpan Elapsed)> CellsAtWork(int most) =>
        _running.Values.OrderBy(cell => cell.Start).Take(most).Select(cell => (cell.Label, clock.GetElapsedTime(cell.Start)));

    /// <summary>How far a training is; null when it is not at work.</summary>
    public TrainingStanding? Training(string task) => _trainings.GetValueOrDefault(task);

    /// <summary>How many cells ended in a way.</summary>
    public int Count(CellStatus status) => _byStatus[(int)status];

    /// <summary>
    /// The solvers, the best before the others. A solver's best configuration is that with the best mean over repeats, as the metric counts, among those whose
    /// repeats have all ended where there are any: a single lucky repeat should not lead. One of which a repeat diverged is never the best.
    /// </summary>
    public IReadOnlyList<SolverStanding> Standings() =>
    [
        .. _solvers.Values
            .Select(solver => new SolverStanding(solver.Label, solver.Ended, solver.Configurations.Sum(c => c.Repeats), Best(solver)))
            .OrderBy(standing => standing.Best is { } best ? _goal.Cost(best.Mean) : double.PositiveInfinity),
    ];

    /// <summary>It is known what there is to do.</summary>
    public void Begin(WorkPlan work) => _work = work;

    /// <summary>A training begins.</summary>
    public void TrainingStarted(ExperimentCell cell)
    {
        _trainings[cell.TrainingTask!] = new($"{cell.Experiment.Model.Name} {cell.TrainingKey![..8]}", 0, cell.Experiment.Training!.Settings.Steps, null);
        _trainingTime.Started(cell.TrainingTask!);
    }

    /// <summary>A training goes on.</summary>
    public void TrainingProgressed(TaskProgress progress)
    {
        if (!_trainings.TryGetValue(progress.Task, out TrainingStanding? standing))
            return;
        _trainings[progress.Task] = standing with { Step = progress.Step, Steps = progress.Steps, Loss = progress.Loss };
        _trainingTime.Progressed(progress.Task, (double)progress.Step / progress.Steps);
    }

    /// <summary>A training ended.</summary>
    public void TrainingEnded(ExperimentCell cell, TrainedModelRecord? record)
    {
        TrainingsEnded++;
        _trainings.Remove(cell.TrainingTask!);
        _trainingTime.Ended(cell.TrainingTask!, record?.Seconds ?? 0, record?.Seconds);
    }

    /// <summary>Tasks are about to be launched; again where more cells are needed than were first.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Begin"/> was not called.</exception>
    public void Launch(IReadOnlyList<ExperimentCell> cells, IReadOnlyList<CellRecord> endedBefore)
    {
        WorkPlan work = _work ?? throw new InvalidOperationException("Nothing is known of the work.");
        _sweepStarted = clock.GetTimestamp();
        Cells = cells.Count + endedBefore.Count;
        EndedBefore = endedBefore.Count;
        NotApplicable = endedBefore.Count(record => record.Status == CellStatus.NotApplicable);
        foreach (ExperimentCell cell in _counted.Count == 0 ? work.Trainings : [])
            _trainingTime.Expect(cell.TrainingTask!, cell.Experiment.Model.Name, cell.Experiment.Training!.Settings.Steps);

        HashSet<string> measuredOnly = [.. work.Decisions.Where(decision => decision.Action == CellAction.Measure).Select(decision => decision.Cell.Id)];
        foreach (ExperimentCell cell in cells)
        {
            _counted.Add(cell.Id);
            ConfigurationOf(cell).Repeats++;
            (string kind, double? expected) = measuredOnly.Contains(cell.Id) ? ("measure", 0) : Cost(cell.Experiment);
            _cellTime.Expect(cell.Id, kind, expected);
        }

        Dictionary<CellId, ExperimentCell> known = work.Decisions.ToDictionary(decision => decision.Cell.Id, decision => decision.Cell);
        foreach (CellRecord record in endedBefore.Where(record => _counted.Add(record.Id)))
        {
            ConfigurationOf(known[record.Id]).Repeats++;
            Add(known[record.Id], record);
        }
    }

    /// <summary>A cell begins.</summary>
    public void CellStarted(ExperimentCell cell)
    {
        if (_running.Count == 0 && Ended == EndedBefore)
            _sweepStarted = clock.GetTimestamp();
        _running[cell.Id] = (CellLabel.Format(cell.AxisValues, cell.Number), clock.GetTimestamp());
        _cellTime.Started(cell.Id);
    }

    /// <summary>A cell ended.</summary>
    public void CellEnded(ExperimentCell cell, CellRecord record)
    {
        _running.Remove(cell.Id);
        _cellTime.Ended(cell.Id, record.Seconds, record.Status == CellStatus.Done ? record.SamplingSeconds : null);
        Add(cell, record);
    }

    // The same work takes models, devices and types differently long; where the work is not known, solvers too.
    private (string Kind, double? Work) Cost(Experiment experiment)
    {
        double? work = (double?)evaluations(experiment) * experiment.Samples;
        string kind = string.Join('\n', experiment.Model.CanonicalJson, experiment.Device, experiment.Dtype, experiment.Data.CanonicalJson);
        return (work is null ? $"{kind}\n{experiment.Method.CanonicalJson}\n{experiment.Samples}" : kind, work);
    }

    private Configuration ConfigurationOf(ExperimentCell cell)
    {
        if (_configurations.TryGetValue(cell.AxisValues, out Configuration? own))
            return own;

        string label = cell.AxisValues.TryGetValue(SolverAxis, out string? stated) && stated.Length > 0 ? stated : cell.Experiment.Method.Name;
        if (!_solvers.TryGetValue(label, out Solver? solver))
            _solvers[label] = solver = new Solver(label);
        _configurations[cell.AxisValues] = own = new Configuration(solver, cell);
        solver.Configurations.Add(own);
        return own;
    }

    private void Add(ExperimentCell cell, CellRecord record)
    {
        _byStatus[(int)record.Status]++;
        Configuration own = ConfigurationOf(cell);
        own.Ended++;
        own.Solver.Ended++;
        own.Diverged |= record.Status == CellStatus.Diverged;
        if (record.Metrics.Count == 0)
            return;
        if (_metric is null)
            (_metric, Metric, _goal) = (MetricSeries.StatedBy(record.Metrics[0]), record.Metrics[0].Name, record.Metrics[0].Goal);
        if (record.Metrics.FirstOrDefault(value => value.Name == Metric
            && (value.Source is null || _metric.Value.Source is null || value.Source == _metric.Value.Source)) is not { } measured)
            return;
        own.Done++;
        own.Sum += measured.Value;
        own.Evaluations += record.Evaluations ?? 0;
    }

    private BestConfiguration? Best(Solver solver)
    {
        Configuration? best = null;
        foreach (Configuration candidate in solver.Configurations.Where(c => c.Done > 0 && !c.Diverged && double.IsFinite(c.Mean)))
        {
            if (best is null || (candidate.IsWhole, -_goal.Cost(candidate.Mean)).CompareTo((best.IsWhole, -_goal.Cost(best.Mean))) > 0)
                best = candidate;
        }

        return best is null ? null : new(best.Mean, best.Evaluations / best.Done, best.Done, best.Repeats, Setting(best.Cell));
    }

    private static string Setting(ExperimentCell cell) =>
        string.Join(", ", cell.AxisValues.Where(axis => axis.Key != SolverAxis && axis.Value.Length > 0)
            .Select(axis => string.Create(CultureInfo.InvariantCulture, $"{axis.Key} {axis.Value}")));

    private sealed class Solver(string label)
    {
        public string Label { get; } = label;

        public List<Configuration> Configurations { get; } = [];

        public int Ended { get; set; }
    }

    private sealed class Configuration(Solver solver, ExperimentCell cell)
    {
        public Solver Solver { get; } = solver;

        public ExperimentCell Cell { get; } = cell;

        public int Repeats { get; set; }

        public int Ended { get; set; }

        public bool Diverged { get; set; }

        public int Done { get; set; }

        public double Sum { get; set; }

        public double Evaluations { get; set; }

        public bool IsWhole => Ended == Repeats;

        public double Mean => Sum / Done;
    }
}
