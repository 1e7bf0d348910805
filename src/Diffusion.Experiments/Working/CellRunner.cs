using System.Diagnostics;
using Diffusion.Core.Likelihood;
using Diffusion.Core.Randomness;
using Diffusion.Core.Sampling;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Reporting;
using Diffusion.Experiments.Storage;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Experiments.Working;

/// <summary>Runs one cell: samples, unless its samples are there, and measures them.</summary>
/// <param name="factory">Builds its components.</param>
/// <param name="models">Gives trained models.</param>
/// <param name="exact">Has the data, and what exact samples of them score.</param>
/// <param name="known">Has what cells share of the computations about their samplers.</param>
/// <param name="folder">The run.</param>
internal sealed class CellRunner(ComponentFactory factory, ModelTrainer models, ExactSampling exact, KnownComputations known, RunFolder folder)
{
    private const int TracePoints = 50;

    /// <summary>What metrics threw in the run.</summary>
    public IReadOnlyList<Exception> MetricExceptions { get; private set; } = [];

    /// <summary>What a cell's metrics are asked about before it runs.</summary>
    public static MetricSetting Setting(Experiment experiment, DataSet set, ComponentFactory factory) => new()
    {
        Samples = experiment.Samples,
        Reference = set.Reference,
        TrainingRows = TrainingRows(experiment, set),
        Data = set.Description,
        Schedule = () => factory.Create<NoiseSchedule>(experiment.Schedule),
        LawObjection = () => CellLaw.Objection(experiment, set.Description, factory),
        DenoisingObjection = noiseScales => CellErrors.DenoisingObjection(experiment, set, factory, noiseScales),
        PathObjection = settings => CellErrors.PathObjection(experiment, factory, settings),
    };

    /// <summary>What a cell's metrics compare.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="set">Its data.</param>
    /// <param name="reference">Its reference rows.</param>
    /// <param name="samples">Samples in the units of the reference.</param>
    /// <param name="cancellationToken">Stops metrics.</param>
    public static MetricInput Input(ExperimentCell cell, DataSet set, ReferenceRows reference, Tensor samples, CancellationToken cancellationToken) => new()
    {
        Samples = samples,
        Reference = reference.Rows,
        TrainingRows = TrainingRows(cell.Experiment, set),
        Memory = reference.Memory,
        ScaleRows = set.Reference,
        ReferenceIsPopulation = ReferenceEquals(reference.Rows, set.Train),
        Cancellation = cancellationToken,
        Data = set.Description,
        Randomness = new PhiloxNoiseSource(new NoiseKey(cell.Experiment.Seed, cell.Number.Draw, NoiseDomain.Measurement), 0, 1),
    };

    /// <exception cref="DivergenceException">The state left every plausible scale.</exception>
    /// <exception cref="StepControlException">Step control gave up.</exception>
    public CellRecord Run(ExperimentCell cell, CellRecord record, CancellationToken cancellationToken)
    {
        Experiment experiment = cell.Experiment;
        DataSet set = exact.Data.Get(cell, cancellationToken);
        using DisposeScope scope = NewDisposeScope();
        var schedule = factory.Create<NoiseSchedule>(experiment.Schedule);
        var grid = factory.Create<ITimeGrid>(experiment.Grid);
        var problem = new SamplingProblem(
            models.Build(cell, set, factory),
            schedule,
            grid.Levels(schedule, experiment.Steps),
            factory.Create<ISolver>(experiment.Solver));

        (SampleRecord sampled, Tensor samples) = Stored(cell) ?? Sample(cell, problem, set, cancellationToken);
        // What is measured is what is stored, so that measuring stored samples later gives the same numbers.
        Tensor stored = samples.to(ScalarType.Float64);
        Tensor standardized = set.Description.Standardization is { } unit ? (stored - Vector(unit.Mean)) / Vector(unit.Scale) : stored;
        MetricInput input = Input(cell, set, exact.Data.Reference(cell, cancellationToken), standardized, cancellationToken) with
        {
            Flow = Flow(problem, experiment, cancellationToken),
            Law = CellLaw.Sampler(cell, problem, set.Description, known, cancellationToken),
            Denoising = CellErrors.Denoising(cell, problem, set, cancellationToken),
            Paths = CellErrors.Paths(cell, problem, grid, set.Description, known, cancellationToken),
        };
        var measurement = new Measurement(Setting(experiment, set, factory), input, cancellationToken);
        foreach (ComponentChoice choice in experiment.Metrics)
            measurement.Add(choice, () => factory.Create<IMetric>(choice, set.Description));
        MetricExceptions = measurement.Exceptions;
        if (measurement.Unmeasured.Where(metric => metric.IsFailure).Select(metric => metric.Reason).ToArray() is { Length: > 0 } broken)
            record = record with { Status = CellStatus.Failed, Error = string.Join("; ", broken), Failure = TaskFailureKind.Error };
        return record with
        {
            Evaluations = sampled.Evaluations,
            Orders = DeclaredOrders.FromTraits(problem.Solver.Traits),
            Metrics = measurement.Values,
            Unmeasured = measurement.Unmeasured,
            Exact = exact.Measure(cell, factory, cancellationToken),
            Reference = experiment.Reference,
            Samples = Path.GetRelativePath(folder.Path, folder.SamplesFile(cell.SamplesId)),
            Trace = sampled.Trace,
            SamplingSeconds = sampled.Seconds,
            Builds = AssemblyBuilds.UsedBy(experiment),
        };
    }

    /// <summary>
    /// The type in which a cell's samples are stored: that of sampling, but float64 in units other than those of sampling, since a column whose offset is
    /// large against its spread has no digits left in float32.
    /// </summary>
    public static ScalarType StoredType(Experiment experiment, DataDescription description) =>
        description.Standardization is null ? experiment.Dtype : ScalarType.Float64;

    // Samples are there where a cell differs from an earlier one in its metrics only, or where a worker died while it measured.
    private (SampleRecord, Tensor)? Stored(ExperimentCell cell)
    {
        if (RecordJson.Find<SampleRecord>(folder.SampleRecordFile(cell.SamplesId)) is not { } record || record.Key != cell.SamplingKey)
            return null;
        try
        {
            return (record, NpyFile.Read(folder.SamplesFile(cell.SamplesId), record.Digest));
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return null;
        }
    }

    private (SampleRecord, Tensor) Sample(ExperimentCell cell, SamplingProblem problem, DataSet set, CancellationToken cancellationToken)
    {
        Experiment experiment = cell.Experiment;
        var run = new SamplingRun
        {
            Problem = problem,
            Samples = experiment.Samples,
            Shape = set.Description.Shape,
            Noise = CellNoise.Key(cell),
            Start = CellLaw.Start(problem.Levels[0], experiment, set.Description),
            BatchSize = experiment.Batch,
            Dtype = experiment.Dtype,
            Device = new Device(experiment.Device),
        };

        long begin = Stopwatch.GetTimestamp();
        SamplingOutcome outcome;
        using (ComponentActivity.Begin(cell.Experiment.Solver.Descriptor, "sampling", isBrief: false))
            outcome = run.Execute(cancellationToken);
        TimeSpan sampling = Stopwatch.GetElapsedTime(begin);

        Tensor samples = InOriginalUnits(outcome.State, set.Description).to(StoredType(experiment, set.Description));
        string digest = NpyFile.Write(folder.SamplesFile(cell.SamplesId), samples);
        // Repeats look alike; one picture of each configuration is enough.
        if (cell.Number.Draw == 0 && ScatterPlot.CanShow(set.Description))
            AtomicFile.WriteAllText(
                folder.PictureFile(cell.SamplesId), ScatterPlot.Svg(samples, InOriginalUnits(set.Reference, set.Description), set.Description));
        SampleRecord record = new()
        {
            Key = cell.SamplingKey,
            Digest = digest,
            Evaluations = outcome.Evaluations,
            Trace = Thinned(outcome.Magnitudes),
            Seconds = sampling.TotalSeconds,
        };
        // Last, so that samples count only when they are whole.
        RecordJson.Write(folder.SampleRecordFile(cell.SamplesId), record);
        return (record, samples);
    }

    // About fifty points show a run's course; the last step is always among them.
    private static TracePoint[] Thinned(IReadOnlyList<double> magnitudes)
    {
        int stride = (magnitudes.Count + TracePoints - 1) / TracePoints;
        return [.. Enumerable.Range(1, magnitudes.Count)
            .Where(step => (magnitudes.Count - step) % stride == 0)
            .Select(step => new TracePoint(step, magnitudes[step - 1]))];
    }

    private static ProbabilityFlow Flow(SamplingProblem problem, Experiment experiment, CancellationToken cancellationToken)
    {
        (NoiseLevel noisiest, NoiseLevel cleanest) = ControlledRange.FromGrid(problem.Levels, problem.Schedule);
        return new ProbabilityFlow
        {
            Denoiser = problem.Denoiser,
            Schedule = problem.Schedule,
            Noisiest = noisiest,
            Cleanest = cleanest,
            Dtype = experiment.Dtype,
            Device = new Device(experiment.Device),
            Cancellation = cancellationToken,
        };
    }

    private static Tensor? TrainingRows(Experiment experiment, DataSet set) => experiment.Model.Descriptor.IsMadeFromRows ? set.Train : null;

    private static Tensor InOriginalUnits(Tensor samples, DataDescription description) =>
        description.Standardization is { } unit ? (samples * Vector(unit.Scale)) + Vector(unit.Mean) : samples;

    private static Tensor Vector(IReadOnlyList<double> values) => tensor(values.ToArray(), dtype: ScalarType.Float64);
}
