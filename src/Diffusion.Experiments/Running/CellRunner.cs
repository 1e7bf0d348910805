using System.Diagnostics;
using Diffusion.Core.Likelihood;
using Diffusion.Core.Randomness;
using Diffusion.Core.Sampling;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Reporting;
using Diffusion.Experiments.Storage;
using Microsoft.Extensions.Logging;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Experiments.Running;

/// <summary>Runs one cell from composed experiment to record. Failure and divergence are outcomes, not exceptions.</summary>
internal sealed class CellRunner(
    ComponentFactory factory, TrainedModels models, IReadOnlyDictionary<string, DataSet> data, RunFolder folder, TimeProvider clock, ILogger logger)
{
    private const int TracePoints = 50;

    /// <exception cref="OperationCanceledException">Cancelled; no record is made.</exception>
    public CellRecord Run(ExperimentCell cell, CancellationToken cancellationToken)
    {
        long begin = Stopwatch.GetTimestamp();
        CellRecord record = CellRecord.Of(cell, clock.GetUtcNow());
        try
        {
            record = Measure(cell, record, cancellationToken);
        }
        catch (Exception e) when (e is DivergenceException or StepControlException)
        {
            record = record with { Status = CellStatus.Diverged, Error = e.Message };
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            logger.LogError(e, "Cell {Cell} failed", cell.Id);
            record = record with { Status = CellStatus.Failed, Error = e.Message };
        }

        return record with { Seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds };
    }

    private CellRecord Measure(ExperimentCell cell, CellRecord record, CancellationToken cancellationToken)
    {
        Experiment experiment = cell.Experiment;
        DataSet set = data[cell.DataKey];
        using DisposeScope scope = NewDisposeScope();
        var schedule = factory.Create<NoiseSchedule>(experiment.Schedule);
        var problem = new SamplingProblem(
            models.Build(cell, set),
            schedule,
            factory.Create<ITimeGrid>(experiment.Grid).Levels(schedule, experiment.Steps),
            factory.Create<ISolver>(experiment.Solver));
        var run = new SamplingRun
        {
            Problem = problem,
            Samples = experiment.Samples,
            Shape = set.Description.Shape,
            Noise = new NoiseKey(experiment.Seed, cell.Repeat),
            BatchSize = experiment.Batch,
            Dtype = experiment.Dtype,
            Device = new Device(experiment.Device),
        };

        long begin = Stopwatch.GetTimestamp();
        SamplingOutcome outcome = run.Execute(cancellationToken);
        TimeSpan sampling = Stopwatch.GetElapsedTime(begin);

        Tensor samples = InOriginalUnits(outcome.State, set.Description);
        NpyFile.Write(folder.SamplesFile(cell.Id), samples);
        // Repeats look alike; one picture of each configuration is enough.
        if (cell.Repeat == 0 && ScatterPlot.CanShow(set.Description))
            AtomicFile.WriteAllText(folder.PictureFile(cell.Id), ScatterPlot.Svg(samples, InOriginalUnits(set.Reference, set.Description), set.Description));
        var input = new MetricInput
        {
            Samples = outcome.State,
            Reference = set.Reference,
            ReferenceIsPopulation = ReferenceEquals(set.Reference, set.Train),
            Flow = Flow(problem, experiment),
            Data = set.Description,
            Randomness = new PhiloxNoiseSource(new NoiseKey(experiment.Seed, cell.Repeat, NoiseDomain.Measurement), 0, 1),
        };
        return record with
        {
            Evaluations = outcome.Evaluations,
            Metrics = [.. experiment.Metrics.SelectMany(choice => factory.Create<IMetric>(choice, set.Description).Measure(input))],
            Samples = Path.GetRelativePath(folder.Path, folder.SamplesFile(cell.Id)),
            Trace = Thinned(outcome.Magnitudes),
            SamplingSeconds = sampling.TotalSeconds,
        };
    }

    // About fifty points show a run's course; the last step is always among them.
    private static TracePoint[] Thinned(IReadOnlyList<double> magnitudes)
    {
        int stride = (magnitudes.Count + TracePoints - 1) / TracePoints;
        return [.. Enumerable.Range(1, magnitudes.Count).Where(step => (magnitudes.Count - step) % stride == 0).Select(step => new TracePoint(step, magnitudes[step - 1]))];
    }

    private static ProbabilityFlow Flow(SamplingProblem problem, Experiment experiment)
    {
        (NoiseLevel noisiest, NoiseLevel cleanest) = ControlledRange.Of(problem.Levels, problem.Schedule);
        return new ProbabilityFlow
        {
            Denoiser = problem.Denoiser,
            Schedule = problem.Schedule,
            Noisiest = noisiest,
            Cleanest = cleanest,
            Dtype = experiment.Dtype,
            Device = new Device(experiment.Device),
        };
    }

    private static Tensor InOriginalUnits(Tensor samples, DataDescription description) =>
        description.Standardization is { } unit
            ? (samples * tensor(unit.Scale.ToArray(), dtype: samples.dtype)) + tensor(unit.Mean.ToArray(), dtype: samples.dtype)
            : samples;
}
