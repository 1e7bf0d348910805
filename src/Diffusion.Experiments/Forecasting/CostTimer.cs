using System.Diagnostics;
using Diffusion.Core.Randomness;
using Diffusion.Core.Sampling;
using Diffusion.Core.Training;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Working;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Experiments.Forecasting;

/// <summary>Times pieces of work that a plan will do often, within a second in all.</summary>
internal sealed class CostTimer(ComponentFactory factory, PlanData data)
{
    // A few steps take every path through a method that a long run takes.
    private const int SamplingSteps = 3;
    private const int TrainingSteps = 40;
    private const int UntimedTrainingSteps = 3;
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Share = TimeSpan.FromSeconds(0.15);

    private TimeSpan _spent;

    /// <summary>Whether there is time left to time anything.</summary>
    public bool HasTime => _spent < Budget;

    /// <summary>
    /// Seconds that an evaluation of one sample takes with a cell's model, untrained if it learns, and its solver. Null where it cannot be timed.
    /// </summary>
    public double? Rate(ExperimentCell cell)
    {
        Experiment experiment = cell.Experiment;
        return Timed(() =>
        {
            DataSet set = data[cell];
            using ComponentScope components = factory.OpenScope();
            using DisposeScope scope = NewDisposeScope();
            var schedule = components.Factory.Create<NoiseSchedule>(experiment.Schedule);
            var model = components.Factory.Create<IScoreModel>(experiment.Model, set.Description, set);
            if (model is ITrainableScoreModel trainable)
            {
                trainable.Network.to(new Device(experiment.Device), experiment.Dtype);
                trainable.Network.eval();
            }

            IReadOnlyList<NoiseLevel> levels = components.Factory.Create<ITimeGrid>(experiment.Grid, set.Description)
                .Levels(schedule, Math.Min(experiment.Steps, SamplingSteps));
            var problem = new SamplingProblem(model, schedule, levels, components.Factory.Create<ISolver>(experiment.Solver, set.Description));
            int rows = Math.Min(experiment.Samples, experiment.Batch);
            // The first time is that of the compiler; the second tells whether a whole batch can be afforded.
            int few = Math.Max(1, rows / 16);
            Sample(few);
            double rate = Sample(few);
            if (rate * rows * levels.Count > Share.TotalSeconds)
                return rate;
            long begin = Stopwatch.GetTimestamp();
            List<double> rates = [];
            do
                rates.Add(Sample(rows));
            while (Stopwatch.GetElapsedTime(begin) < Share / 2 && rates.Count < 5);
            return rates.Min();

            double Sample(int count)
            {
                var run = new SamplingRun
                {
                    Problem = problem,
                    Samples = count,
                    Shape = set.Description.Shape,
                    Noise = new NoiseKey(experiment.Seed, cell.Number.Draw),
                    BatchSize = count,
                    Dtype = experiment.Dtype,
                    Device = new Device(experiment.Device),
                };
                long start = Stopwatch.GetTimestamp();
                SamplingOutcome outcome = run.Execute();
                return Stopwatch.GetElapsedTime(start).TotalSeconds / (outcome.Evaluations * count);
            }
        });
    }

    /// <summary>Seconds that a training of a cell's model takes, and bytes of its weights. Null where it cannot be timed.</summary>
    public (double Seconds, long Bytes)? Training(ExperimentCell cell)
    {
        Experiment experiment = cell.Experiment;
        long bytes = 0;
        double? step = Timed(() =>
        {
            DataSet set = data[cell];
            using ComponentScope components = factory.OpenScope();
            using DisposeScope scope = NewDisposeScope();
            TrainingTask task = ModelTrainer.TaskOf(experiment, set, components.Factory);
            bytes =
                task.Model.Network.parameters().Sum(parameter => parameter.numel()) * (experiment.Dtype == ScalarType.Float32 ? sizeof(float) : sizeof(double));
            Steps steps = new();
            using CancellationTokenSource enough = new();
            steps.Enough = enough;
            try
            {
                Trainer.Train(task with { Settings = task.Settings with { Steps = TrainingSteps } }, steps, enough.Token);
            }
            catch (OperationCanceledException) when (enough.IsCancellationRequested)
            {
                // What it took so far tells enough.
            }

            return steps.Seconds;
        });
        return step is { } seconds ? (seconds * experiment.Training!.Settings.Steps, bytes) : null;
    }

    private double? Timed(Func<double> measure)
    {
        long begin = Stopwatch.GetTimestamp();
        try
        {
            return measure() is > 0 and < double.PositiveInfinity and var seconds ? seconds : null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whatever goes wrong with a piece of a cell goes wrong with the cell, which will say so itself: a missing device, a network that three steps make
            // diverge.
            return null;
        }
        finally
        {
            _spent += Stopwatch.GetElapsedTime(begin);
        }
    }

    // The first steps of a process are slow for reasons of their own.
    private sealed class Steps : IProgress<TrainingProgress>
    {
        private long _begin;
        private int _counted;

        public CancellationTokenSource? Enough { get; set; }

        public double Seconds { get; private set; }

        public void Report(TrainingProgress value)
        {
            if (value.Step <= UntimedTrainingSteps)
            {
                _begin = Stopwatch.GetTimestamp();
                return;
            }

            _counted++;
            Seconds = Stopwatch.GetElapsedTime(_begin).TotalSeconds / _counted;
            if (Stopwatch.GetElapsedTime(_begin) > Share)
                Enough!.Cancel();
        }
    }
}
