using System.Diagnostics;
using Diffusion.Core.Training;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Microsoft.Extensions.Logging;

using static TorchSharp.torch;

namespace Diffusion.Experiments.Running;

/// <summary>Trains each distinct set-up of a plan once, or takes it from the store.</summary>
internal sealed class TrainedModels(ComponentFactory factory, TrainedModelStore store, IRunObserver observer, TimeProvider clock, ILogger logger)
{
    private readonly Dictionary<string, string> _failures = [];

    /// <summary>Makes sure that every model the cells need is in the store. One that cannot be trained fails the cells that need it, not the run.</summary>
    public IReadOnlyDictionary<string, TrainedModelRecord> Prepare(
        IReadOnlyList<ExperimentCell> cells, IReadOnlyDictionary<string, DataSet> data, CancellationToken cancellationToken)
    {
        ExperimentCell[] setups = [.. cells.Where(cell => cell.TrainingKey is not null).DistinctBy(cell => cell.TrainingKey)];
        var records = new Dictionary<string, TrainedModelRecord>();
        for (int i = 0; i < setups.Length; i++)
        {
            string key = setups[i].TrainingKey!;
            string name = setups[i].Experiment.Model.Descriptor.Name;
            TrainedModelRecord? found = store.Find(key);
            if (found is null)
                observer.TrainingStarted(name, i + 1, setups.Length, setups[i].Experiment.Training!.Settings.Steps);
            try
            {
                records[key] = found ?? Train(setups[i], data[setups[i].DataKey], cancellationToken);
                observer.ModelReady(name, records[key], reused: found is not null);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogError(e, "Training of {Model} failed", name);
                _failures[key] = $"its model could not be trained: {e.Message}";
            }
        }

        return records;
    }

    /// <summary>A model ready to sample from: built anew, with the stored weights if it is a trained one.</summary>
    /// <exception cref="InvalidOperationException">Its training failed.</exception>
    public IScoreModel Build(ExperimentCell cell, DataSet data)
    {
        if (cell.TrainingKey is { } key && _failures.TryGetValue(key, out string? failure))
            throw new InvalidOperationException(failure);

        var model = factory.Create<IScoreModel>(cell.Experiment.Model, data.Description, data);
        if (model is ITrainableScoreModel trainable)
            store.LoadInto(cell.TrainingKey!, trainable.Network, new Device(cell.Experiment.Device), cell.Experiment.Dtype);
        return model;
    }

    private TrainedModelRecord Train(ExperimentCell cell, DataSet data, CancellationToken cancellationToken)
    {
        Experiment experiment = cell.Experiment;
        TrainingPlan training = experiment.Training!;
        DateTimeOffset started = clock.GetUtcNow();
        long begin = Stopwatch.GetTimestamp();

        // Initial weights come from the library's own generator: seeded here so that they depend on the set-up alone.
        manual_seed(training.Settings.Seed);
        var model = factory.Create<ITrainableScoreModel>(experiment.Model, data.Description, data);
        var task = new TrainingTask
        {
            Model = model,
            Loss = factory.Create<ILoss>(experiment.Loss!, data.Description, data),
            Weighting = training.Weighting is { } weighting ? factory.Create<ILossWeighting>(weighting) : null,
            Schedule = factory.Create<NoiseSchedule>(training.Schedule),
            TimeSampler = factory.Create<ITimeSampler>(training.TimeSampler),
            Data = data.Train,
            Settings = training.Settings,
            Dtype = experiment.Dtype,
            Device = new Device(experiment.Device),
        };
        TrainingOutcome outcome = Trainer.Train(task, new Forward(observer), cancellationToken);
        return store.Save(
            model.Network,
            digest => new TrainedModelRecord
            {
                Key = cell.TrainingKey!,
                Setup = cell.TrainingSetup!,
                WeightsDigest = digest,
                Parameters = model.Network.parameters().Sum(parameter => parameter.numel()),
                Curve = outcome.Curve,
                LevelLosses = outcome.LevelLosses,
                LossVariance = outcome.LossVariance,
                Started = started,
                Seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds,
            },
            cell.TrainingKey!);
    }

    // Progress<T> would post to another thread and let reports arrive out of order.
    private sealed class Forward(IRunObserver observer) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => observer.TrainingProgressed(value);
    }
}
