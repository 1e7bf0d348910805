using System.Collections.Concurrent;
using System.Diagnostics;
using Diffusion.Core.Training;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;

using static TorchSharp.torch;

namespace Diffusion.Experiments.Working;

/// <summary>Trains models into the store, and builds them to sample from.</summary>
internal sealed class ModelTrainer(TrainedModelStore store, TimeProvider clock)
{
    // Initial weights come from the library's generator, which all threads of the process share.
    private static readonly Lock InitialWeights = new();

    private readonly ConcurrentDictionary<StageKey, bool> _whole = [];

    /// <summary>Trains a cell's model, unless the store has it.</summary>
    public TrainedModelRecord Train(
        ExperimentCell cell, DataSet data, ComponentFactory factory, Action<TrainingProgress> progressed, CancellationToken cancellationToken)
    {
        if (store.Find(cell.TrainingKey!) is { } found)
            return found;

        DateTimeOffset started = clock.GetUtcNow();
        long begin = Stopwatch.GetTimestamp();
        TrainingTask task = TaskOf(cell.Experiment, data, factory);
        nn.Module network = task.Model.Network;
        TrainingOutcome outcome;
        using (ComponentActivity.Begin(cell.Experiment.Model.Descriptor, "training", isBrief: false))
            outcome = Trainer.Train(task, new Forward(progressed), cancellationToken);
        return store.Save(
            network,
            digest => new TrainedModelRecord
            {
                Key = cell.TrainingKey!,
                Setup = cell.TrainingSetup!,
                WeightsDigest = digest,
                Parameters = network.parameters().Sum(parameter => parameter.numel()),
                Curve = outcome.Curve,
                LevelLosses = outcome.LevelLosses,
                LossVariance = outcome.LossVariance,
                Started = started,
                Seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds,
            },
            cell.TrainingKey!);
    }

    /// <summary>The training of an experiment's model, its initial weights drawn.</summary>
    public static TrainingTask TaskOf(Experiment experiment, DataSet data, ComponentFactory factory)
    {
        TrainingPlan training = experiment.Training!;
        ITrainableScoreModel model;
        lock (InitialWeights)
        {
            // Seeded here so that they depend on the set-up alone.
            manual_seed(training.Settings.Seed);
            model = factory.Create<ITrainableScoreModel>(experiment.Model, data.Description, data);
        }

        return new()
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
    }

    /// <summary>Whether the store has a cell's trained model, whole.</summary>
    public bool Has(ExperimentCell cell)
    {
        StageKey key = cell.TrainingKey!;
        if (_whole.ContainsKey(key))
            return true;
        if (store.Find(key) is null)
            return false;
        _whole[key] = true;
        return true;
    }

    /// <summary>A model ready to sample from: built anew, with the stored weights if it is a trained one.</summary>
    /// <exception cref="InvalidDataException">The store does not have it whole.</exception>
    public IScoreModel Build(ExperimentCell cell, DataSet data, ComponentFactory factory)
    {
        IScoreModel model;

        // A network's first weights are of no use here, but to draw them moves the generator that another thread may have seeded.
        lock (InitialWeights)
            model = factory.Create<IScoreModel>(cell.Experiment.Model, data.Description, data);
        if (model is not ITrainableScoreModel trainable)
            return model;

        StageKey key = cell.TrainingKey!;
        if (!Has(cell))
            throw new InvalidDataException($"the trained model {store.FolderOf(key)} is not there or damaged; run the experiment again to train it anew");
        store.LoadInto(key, trainable.Network, new Device(cell.Experiment.Device), cell.Experiment.Dtype);
        return model;
    }

    // Progress<T> would post to another thread and let reports arrive out of order.
    private sealed class Forward(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
