using System.Diagnostics;
using Diffusion.Core.Randomness;
using Diffusion.Core.Sampling;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Working;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Experiments.Forecasting;

/// <summary>
/// Times metrics as cells ask them, on few rows or of runs with few steps, until a size tells what all of them cost. Takes a few seconds in all, and asks no
/// more metrics when these are over.
/// </summary>
/// <param name="factory">Builds what is timed.</param>
/// <param name="data">The data of the plan's cells.</param>
internal sealed class MetricTimer(ComponentFactory factory, PlanData data)
{
    private const int FewRows = 32;
    private const int FewSteps = 2;

    // Seconds that are measured well, though other programs run.
    private const double Enough = 0.08;

    // Samples are off the data by a part of their spread, as those of a fair sampler are: what iterates takes longer then.
    private const double Offset = 0.05;
    // The fastest of a few times is what other programs disturbed least.
    private const int Times = 4;
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    private readonly HashSet<string> _compiled = new(StringComparer.Ordinal);
    private TimeSpan _spent;

    /// <summary>Seconds that a process takes once for what has been timed.</summary>
    public double Cold { get; private set; }

    /// <summary>Whether there is time left to time anything.</summary>
    public bool HasTime => _spent < Budget;

    /// <summary>Whether a metric looks at samples alone. One that cannot be built looks at nothing.</summary>
    public bool MeasuresSamples(ExperimentCell cell, ComponentChoice choice)
    {
        using ComponentScope components = factory.OpenScope();
        return Measurement.MeasuresSamples(choice, () => components.Factory.Create<IMetric>(choice, data[cell].Description));
    }

    /// <summary>What a metric of a cell costs. Null where it cannot be timed.</summary>
    public MetricCurves? Time(ExperimentCell cell, ComponentChoice choice)
    {
        long begin = Stopwatch.GetTimestamp();
        try
        {
            using CancellationTokenSource limit = new(Longest);
            using ComponentScope components = factory.OpenScope();
            using DisposeScope scope = NewDisposeScope();
            using ComponentActivity activity = ComponentActivity.Begin(choice.Descriptor, "being timed", isBrief: false);
            MetricCurves? curves = new Timing(cell, choice, components.Factory, data, limit.Token).Curves(isFirst: _compiled.Add(choice.Name));
            Cold += curves?.Cold ?? 0;
            return curves;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // What goes wrong here goes wrong in the cell, which will say so itself, or takes longer than a plan may.
            return null;
        }
        finally
        {
            _spent += Stopwatch.GetElapsedTime(begin);
        }
    }

    private sealed class Timing
    {
        private readonly ExperimentCell _cell;
        private readonly DataSet _set;
        private readonly ComponentFactory _factory;
        private readonly CancellationToken _limit;
        private readonly TimeProvider _clock;
        private readonly IMetric _metric;
        private readonly NoiseSchedule _schedule;
        private readonly ITimeGrid _grid;
        private readonly ISolver _solver;
        private readonly IScoreModel? _model;
        private readonly NoisyData _clean;
        private readonly Tensor? _training;
        private bool _hasLaw, _hasPaths;

        public Timing(ExperimentCell cell, ComponentChoice choice, ComponentFactory factory, PlanData data, CancellationToken limit)
        {
            (_cell, _set, _factory, _limit) = (cell, data[cell], factory, limit);
            Experiment experiment = cell.Experiment;
            _clock = ProcessorClock.For(experiment);
            _metric = factory.Create<IMetric>(choice, _set.Description);
            _schedule = factory.Create<NoiseSchedule>(experiment.Schedule);
            _grid = factory.Create<ITimeGrid>(experiment.Grid);
            _solver = factory.Create<ISolver>(experiment.Solver);
            _clean = data.Clean(cell, limit);
            _training = CellRunner.TrainingRows(experiment, _set);
            if (!_metric.MeasuresSamples)
            {
                _model = factory.Create<IScoreModel>(experiment.Model, _set.Description, _set);
                if (_model is ITrainableScoreModel trainable)
                {
                    trainable.Network.to(new Device(experiment.Device), experiment.Dtype);
                    trainable.Network.eval();
                }
            }
        }

        public MetricCurves? Curves(bool isFirst)
        {
            Experiment experiment = _cell.Experiment;
            if (_metric.Objection(CellRunner.Setting(experiment, _set, _factory)) is not null)
                return MetricCurves.None;
            int rows = experiment.Samples, steps = Math.Max(1, experiment.Steps), fewSteps = Math.Min(FewSteps, steps);
            int few = CostCurve.Sizes(Math.Min(FewRows, rows), rows).FirstOrDefault(size => Objection(size, fewSteps) is null, rows);
            if (Time(few, fewSteps, 1) is not { } cold)
                return null;
            if (isFirst)
                SecondCompilation.Await(() => Time(few, fewSteps, 1));

            if (Time(few, fewSteps) is not { } warm)
                return null;
            (int smallest, int whole) = _hasLaw ? (fewSteps, steps) : (few, rows);
            (CostCurve First, CostCurve Later) last = Fit(), fastest = last;
            // Large sizes take other paths through a method than small ones, and these are compiled again once they have been taken: faster code then comes to
            // larger sizes. Of the smallest size alone, where the time is over, nobody knows how the work grows.
            for (double reached = smallest; isFirst && last.First.Size > reached;)
            {
                int size = (int)(reached = last.First.Size);
                // Two waits: the runtime first compiles code that counts which paths are taken, and then the fast one.
                SecondCompilation.Await(() => At(size, 1));
                SecondCompilation.Await(() => At(size, 1));
                last = Fit();
                if (last.First.Size > smallest && last.First.At(whole) < fastest.First.At(whole))
                    fastest = last;
            }

            return new(fastest.First, fastest.Later, Sharing) { Cold = Math.Max(0, cold.First - warm.First) };

            // The smallest size has been timed already, so that there is always a curve.
            (CostCurve First, CostCurve Later) Fit() => CostCurve.Fit(
                CostCurve.Sizes(smallest, whole), Enough, size => size == smallest ? warm : At(size, Times))!.Value;

            (double First, double Later)? At(int size, int times) => _hasLaw ? Time(few, size, times) : Time(size, fewSteps, times);
        }

        private MetricSharing Sharing => _metric.MeasuresSamples ? MetricSharing.Reference
            : _hasLaw ? MetricSharing.Law
            : _hasPaths ? _solver.Traits.IsStochastic ? MetricSharing.PathsOfMethod : MetricSharing.Paths
            : MetricSharing.Nothing;

        private string? Objection(int rows, int steps) => _metric.Objection(
            CellRunner.Setting(Small(rows, steps).Experiment, _set, _factory) with { Reference = FirstOf(_clean.Reference.Rows, rows) });

        private ExperimentCell Small(int rows, int steps) => _cell with
        {
            Experiment = _cell.Experiment with { Settings = _cell.Experiment.Settings with { Samples = rows, Steps = steps } },
        };

        // The reference shrinks as the samples do.
        private Tensor FirstOf(Tensor reference, int rows) =>
            reference.narrow(0, 0, Math.Clamp((long)Math.Ceiling(reference.shape[0] * (double)rows / _cell.Experiment.Samples), 1, reference.shape[0]));

        private (double First, double Later)? Time(int rows, int steps, int times = Times)
        {
            using DisposeScope scope = NewDisposeScope();
            ExperimentCell cell = Small(rows, steps);
            Tensor samples = Samples(rows);
            (double First, double Later) fastest = (double.PositiveInfinity, double.PositiveInfinity);
            long began = Stopwatch.GetTimestamp();
            try
            {
                do
                {
                    NoisyData clean = _clean with { Reference = new(FirstOf(_clean.Reference.Rows, rows)) };
                    KnownComputations known = new();
                    fastest = (Math.Min(fastest.First, Once(clean, known)), Math.Min(fastest.Later, Once(clean, known)));
                }
                while (--times > 0 && Stopwatch.GetElapsedTime(began).TotalSeconds < Enough);
                return fastest;
            }
            catch (OperationCanceledException) when (_limit.IsCancellationRequested)
            {
                // Smaller sizes, or fewer times, tell what there is to know.
                return double.IsFinite(fastest.Later) ? fastest : null;
            }

            double Once(NoisyData clean, KnownComputations known)
            {
                MetricInput input = Input(cell, clean, samples, known);
                long begin = _clock.GetTimestamp();
                _metric.Measure(input);
                _limit.ThrowIfCancellationRequested();
                return _clock.GetElapsedTime(begin).TotalSeconds;
            }
        }

        private Tensor Samples(int rows)
        {
            long[] places = [.. Enumerable.Range(0, rows).Select(i => (long)i % _set.Train.shape[0])];
            Tensor drawn = _set.Train.to(ScalarType.Float64).index_select(0, tensor(places));
            Tensor noise = new PhiloxNoiseSource(new NoiseKey(_cell.Experiment.Seed, 0, NoiseDomain.Measurement), 0, 1).Independent(0, drawn);
            return drawn.add_(noise * drawn.std(unbiased: false), alpha: Offset);
        }

        private MetricInput Input(ExperimentCell cell, NoisyData clean, Tensor samples, KnownComputations known)
        {
            MetricInput input = CellRunner.Input(cell, clean, samples, _limit) with { TrainingRows = _training };
            if (_model is null)
                return input;
            SamplingProblem problem = new(_model, _schedule, _grid.Levels(_schedule, cell.Experiment.Steps), _solver);
            ISamplerLaw? law = CellLaw.Sampler(cell, problem, _set.Description, known, _limit);
            return input with
            {
                Flow = CellRunner.Flow(problem, cell.Experiment, _limit),
                Law = law is null ? null : new SeenLaw(this, law),
                Denoising = CellErrors.Denoising(cell, problem, _set, _limit),
                Paths = new SeenPaths(this, CellErrors.Paths(cell, problem, _grid, _set.Description, known, _limit)),
            };
        }

        private sealed class SeenLaw(Timing seenBy, ISamplerLaw law) : ISamplerLaw
        {
            public SamplerLawValues Compare(SamplerLawSettings settings)
            {
                seenBy._hasLaw = true;
                return law.Compare(settings);
            }
        }

        private sealed class SeenPaths(Timing seenBy, IReferencePaths paths) : IReferencePaths
        {
            public ReferenceEnds Ends(ReferencePathSettings settings)
            {
                seenBy._hasPaths = true;
                return paths.Ends(settings);
            }
        }
    }
}
