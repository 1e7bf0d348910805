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
/// <param name="warmUp">Lets a few steps run before any are timed.</param>
/// <param name="folder">The run.</param>
internal sealed class CellRunner(
    ComponentFactory factory, ModelTrainer models, ExactSampling exact, KnownComputations known, WarmUp warmUp, RunFolder folder)
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
        PathObjection = settings => CellErrors.PathObjection(experiment, set.Description, factory, settings),
    };

    /// <summary>What a cell's metrics compare.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="data">Has its data.</param>
    /// <param name="samples">Samples in the units of the reference.</param>
    /// <param name="cancellationToken">Stops metrics.</param>
    public static MetricInput Input(ExperimentCell cell, PlanData data, Tensor samples, CancellationToken cancellationToken) =>
        Input(cell, data.Clean(cell, cancellationToken), samples, cancellationToken) with
        {
            TrainingRows = TrainingRows(cell.Experiment, data.Get(cell, cancellationToken)),
        };

    /// <summary>What a cell's metrics compare at a noise level.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="noisy">The data there.</param>
    /// <param name="states">States in the units of the reference.</param>
    /// <param name="cancellationToken">Stops metrics.</param>
    public static MetricInput Input(ExperimentCell cell, NoisyData noisy, Tensor states, CancellationToken cancellationToken) => new()
    {
        Samples = states,
        Reference = noisy.Reference.Rows,
        Memory = noisy.Reference.Memory,
        ScaleRows = noisy.ScaleRows,
        ReferenceIsPopulation = noisy.ReferenceIsPopulation,
        Cancellation = cancellationToken,
        Data = noisy.Description,
        Randomness = new PhiloxNoiseSource(new NoiseKey(cell.Experiment.Seed, cell.Number.Draw, NoiseDomain.Measurement), 0, 1),
    };

    /// <exception cref="DivergenceException">The state left every plausible scale.</exception>
    /// <exception cref="StepControlException">Step control gave up.</exception>
    public CellRecord Run(ExperimentCell cell, CellRecord record, CancellationToken cancellationToken)
    {
        Experiment experiment = cell.Experiment;
        if (experiment.Study is { } study)
            return new StudyRunner(factory, models, exact.Data, folder).Run(cell, study, record, cancellationToken);
        DataSet set = exact.Data.Get(cell, cancellationToken);
        using DisposeScope scope = NewDisposeScope();
        var schedule = factory.Create<NoiseSchedule>(experiment.Schedule);
        var grid = factory.Create<ITimeGrid>(experiment.Grid, set.Description);
        var problem = new SamplingProblem(
            models.Build(cell, set, factory),
            schedule,
            grid.Levels(schedule, experiment.Steps),
            factory.Create<ISolver>(experiment.Solver, set.Description));

        KeptLevels keep = KeptLevels.Place(experiment, schedule, problem.Levels, problem.Solver);
        (SampleRecord sampled, Tensor samples, Tensor? states) = Stored(cell) ?? Sample(cell, problem, set, keep, cancellationToken);
        // What is measured is what is stored, so that measuring stored samples later gives the same numbers.
        Tensor standardized = InUnitsOfSampling(samples, set.Description);
        MetricInput input = Input(cell, exact.Data, standardized, cancellationToken) with
        {
            Flow = Flow(problem, experiment, cancellationToken),
            Law = CellLaw.Sampler(cell, problem, set.Description, known, cancellationToken),
            Denoising = CellErrors.Denoising(cell, problem, set, cancellationToken),
            Paths = CellErrors.Paths(cell, problem, grid, set.Description, known, cancellationToken),
        };
        var measurement = new Measurement(Setting(experiment, set, factory), input, cancellationToken);
        foreach (ComponentChoice choice in experiment.Metrics)
            measurement.Add(choice, () => factory.Create<IMetric>(choice, set.Description));
        KeptState[] measuredStates = [.. (sampled.Kept ?? []).Where(state => state.Times.Count > 0)];
        LevelMeasurement between = Between(cell, set, keep, sampled, states, cancellationToken);
        UnmeasuredMetric[] unmeasured = [.. measurement.Unmeasured, .. between.Unmeasured];
        MetricExceptions = [.. measurement.Exceptions, .. between.Exceptions];
        if (unmeasured.Where(metric => metric.IsFailure).Select(metric => metric.Reason).ToArray() is { Length: > 0 } broken)
            record = record with { Status = CellStatus.Failed, Error = string.Join("; ", broken), Failure = TaskFailureKind.Error };
        return record with
        {
            Evaluations = sampled.Evaluations,
            Orders = DeclaredOrders.FromTraits(problem.Solver.Traits),
            Metrics = [.. measurement.Values, .. between.Values],
            Unmeasured = unmeasured,
            Exact = exact.Measure(cell, measuredStates, factory, cancellationToken),
            Kept = measuredStates.Length > 0 ? measuredStates : null,
            Reference = experiment.Reference,
            Samples = Path.GetRelativePath(folder.Path, folder.SamplesFile(cell.SamplesId)),
            Trace = sampled.Trace,
            SamplingSeconds = sampled.Seconds,
            SamplingCpuSeconds = sampled.CpuSeconds,
            ModelSeconds = sampled.ModelSeconds,
            PeakMemoryBytes = sampled.PeakMemoryBytes,
            Builds = AssemblyBuilds.UsedBy(experiment),
        };
    }

    /// <summary>
    /// The type in which a cell's samples are stored: that of sampling, but float64 in units other than those of sampling, since a column whose offset is
    /// large against its spread has no digits left in float32.
    /// </summary>
    public static ScalarType StoredType(Experiment experiment, DataDescription description) =>
        description.Standardization is null ? experiment.Dtype : ScalarType.Float64;

    /// <summary>Bytes of a cell's samples, and so of each state that is kept.</summary>
    public static double SampleBytes(Experiment experiment, DataDescription description) =>
        description.Shape.Aggregate((double)experiment.Samples, (product, size) => product * size)
            * (StoredType(experiment, description) == ScalarType.Float32 ? sizeof(float) : sizeof(double));

    // The laws on the way, each against that of the noisy data at its level.
    private LevelMeasurement Between(
        ExperimentCell cell, DataSet set, KeptLevels keep, SampleRecord sampled, Tensor? states, CancellationToken cancellationToken)
    {
        var between = new LevelMeasurement(cell, exact.Data, factory, cancellationToken);
        foreach ((int index, KeptState state) in (sampled.Kept ?? []).Index().Where(state => state.Item.Times.Count > 0))
        {
            using DisposeScope scope = NewDisposeScope();
            between.Add(state.Times, state.Level, InUnitsOfSampling(states![index], NoisyData.DescriptionAt(set.Description, state.Level)));
        }

        foreach ((_, _, string reason) in keep.Missing)
            between.Miss(reason);
        return between;
    }

    // Samples are there where a cell differs from an earlier one in its metrics only, or where a worker died while it measured.
    private (SampleRecord, Tensor, Tensor?)? Stored(ExperimentCell cell)
    {
        if (RecordJson.Find<SampleRecord>(folder.SampleRecordFile(cell.SamplesId)) is not { } record || record.Key != cell.SamplingKey)
            return null;
        try
        {
            return (
                record,
                NpyFile.Read(folder.SamplesFile(cell.SamplesId), record.Digest),
                record.StatesDigest is { } digest ? NpyFile.Read(folder.StatesFile(cell.SamplesId), digest) : null);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return null;
        }
    }

    private (SampleRecord, Tensor, Tensor?) Sample(
        ExperimentCell cell, SamplingProblem problem, DataSet set, KeptLevels keep, CancellationToken cancellationToken)
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
            Kept = keep.Places,
        };

        SamplingOutcome outcome;
        TimeSpan sampling;
        double? cpuSeconds;
        long? peakMemory;
        using (ComponentActivity.Begin(cell.Experiment.Solver.Descriptor, "sampling", isBrief: false))
        {
            warmUp.Before(cell, run, cancellationToken);
            ProcessMeter meter = ProcessMeter.Start();
            long begin = Stopwatch.GetTimestamp();
            outcome = run.Execute(cancellationToken);
            sampling = Stopwatch.GetElapsedTime(begin);
            (cpuSeconds, peakMemory) = meter.Stop();
        }

        Tensor samples = InOriginalUnits(outcome.State, set.Description).to(StoredType(experiment, set.Description));
        string digest = NpyFile.Write(folder.SamplesFile(cell.SamplesId), samples);
        Tensor? states = keep.Places.Count == 0 ? null : States(outcome, problem, keep, experiment, set.Description);
        string? statesDigest = states is null ? null : NpyFile.Write(folder.StatesFile(cell.SamplesId), states);
        // Repeats look alike; one picture of each configuration is enough.
        if (cell.Number.Draw == 0 && SamplePicture.CanShow(set.Description))
            AtomicFile.WriteAllText(
                folder.PictureFile(cell.SamplesId),
                SamplePicture.Svg(samples, InOriginalUnits(set.Reference, set.Description), set.Description, TitleOf(cell)));
        SampleRecord record = new()
        {
            Key = cell.SamplingKey,
            Digest = digest,
            Evaluations = outcome.Evaluations,
            Trace = Thinned(outcome.Magnitudes),
            Kept = states is null ? null : [.. keep.Places.Select(place => StateAt(place, problem.Levels[place], keep))],
            StatesDigest = statesDigest,
            Seconds = sampling.TotalSeconds,
            CpuSeconds = cpuSeconds,
            ModelSeconds = run.Device.type == DeviceType.CPU ? outcome.ModelTime.TotalSeconds : null,
            PeakMemoryBytes = peakMemory,
        };
        // Last, so that samples count only when they are whole.
        RecordJson.Write(folder.SampleRecordFile(cell.SamplesId), record);
        return (record, samples, states);
    }

    private static Tensor States(SamplingOutcome outcome, SamplingProblem problem, KeptLevels keep, Experiment experiment, DataDescription data) => stack(
        [.. keep.Places.Zip(outcome.Trajectory, (place, state) => InOriginalUnits(state, NoisyData.DescriptionAt(data, problem.Levels[place])))], 0)
        .to(StoredType(experiment, data));

    private static KeptState StateAt(int place, NoiseLevel level, KeptLevels keep) => new()
    {
        Step = place,
        T = level.T,
        Alpha = level.Alpha,
        Sigma = level.Sigma,
        Times = [.. keep.Measured.Where(measured => measured.Place == place).Select(measured => $"{measured.Time}")],
    };

    // About fifty points show a run's course; the last step is always among them.
    private static TracePoint[] Thinned(IReadOnlyList<double> magnitudes)
    {
        int stride = (magnitudes.Count + TracePoints - 1) / TracePoints;
        return [.. Enumerable.Range(1, magnitudes.Count)
            .Where(step => (magnitudes.Count - step) % stride == 0)
            .Select(step => new TracePoint(step, magnitudes[step - 1]))];
    }

    /// <summary>The probability flow that a cell's metrics may ask.</summary>
    public static ProbabilityFlow Flow(SamplingProblem problem, Experiment experiment, CancellationToken cancellationToken)
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

    /// <summary>The rows that a cell's model is made from; null where it sees none.</summary>
    public static Tensor? TrainingRows(Experiment experiment, DataSet set) => experiment.Model.Descriptor.IsMadeFromRows ? set.Train : null;

    private static Tensor InUnitsOfSampling(Tensor stored, DataDescription description) =>
        stored.to(ScalarType.Float64) is var numbers && description.Standardization is { } unit
            ? (numbers - Vector(unit.Mean)) / Vector(unit.Scale)
            : numbers;

    // What leads from a picture back to its cell.
    private static string TitleOf(ExperimentCell cell) => string.Join(", ", [
        .. cell.AxisValues.Where(axis => axis.Value.Length > 0).Select(axis => $"{axis.Key} {axis.Value}"),
        .. cell.AxisValues.ContainsKey("solver") ? [] : new[] { $"solver {cell.Experiment.Solver.Descriptor.Name}" },
        .. cell.AxisValues.ContainsKey("steps") ? [] : new[] { $"{cell.Experiment.Steps} steps" },
        $"repeat {cell.Number}", $"cell {cell.Id}",
    ]);

    private static Tensor InOriginalUnits(Tensor samples, DataDescription description) =>
        description.Standardization is { } unit ? (samples * Vector(unit.Scale)) + Vector(unit.Mean) : samples;

    private static Tensor Vector(IReadOnlyList<double> values) => tensor(values.ToArray(), dtype: ScalarType.Float64);
}
