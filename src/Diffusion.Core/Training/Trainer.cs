using System.Runtime.InteropServices;
using Diffusion.Core.Contracts;
using Diffusion.Core.Randomness;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Core.Training;

/// <summary>Fits a score model to data. The same task gives the same weights, to the bit, on the same machine and thread count.</summary>
public static class Trainer
{
    private const int CurvePoints = 100;

    /// <summary>Trains the task's model in place and leaves the averaged weights in it, in evaluation mode.</summary>
    /// <param name="task">What to train.</param>
    /// <param name="progress">Told about a hundred times.</param>
    /// <param name="cancellationToken">Looked at before every step.</param>
    /// <exception cref="TrainingDivergedException">The loss is not finite.</exception>
    /// <exception cref="ContractException">The loss or the model gave back what its contract does not allow.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the model's weights are then of no use.</exception>
    public static TrainingOutcome Train(TrainingTask task, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        TrainingSettings settings = task.Settings;
        nn.Module network = task.Model.Network;
        network.to(task.Device, task.Dtype);
        network.train();
        using DisposeScope run = NewDisposeScope();
        using Tensor data = task.Data.to(task.Dtype, task.Device);
        using optim.Optimizer optimizer = CreateOptimizer(network, settings);
        using WeightAverage? average = settings.Ema > 0 ? new WeightAverage(network, settings.Ema) : null;

        var model = new CheckedScoreModel(task.Model);
        var batches = new BatchSource(task, data);
        var histogram = new LevelLossHistogram(task.Schedule);
        var variance = new LossVarianceEstimate();
        List<TrainingProgress> curve = [];
        int interval = Math.Max(1, settings.Steps / CurvePoints);
        double lossSum = 0;
        int lossCount = 0;

        for (int step = 0; step < settings.Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using DisposeScope scope = NewDisposeScope();
            LossBatch batch = batches.Next(step);
            optimizer.zero_grad();
            Tensor losses = Weighted(task, model, batch, step);
            Tensor loss = batches.ByImportance(losses).mean();
            loss.backward();
            if (settings.GradientClip > 0)
                nn.utils.clip_grad_norm_(network.parameters(), settings.GradientClip);
            optimizer.step();
            average?.Update(step);

            double value = loss.ToDouble();
            if (!double.IsFinite(value))
                throw new TrainingDivergedException(step + 1, settings.Steps);
            lossSum += value;
            lossCount++;

            bool isRecorded = step >= settings.Steps / 2;
            if (isRecorded || batches.LearnsFromLosses)
            {
                double[] values = Values(losses);
                batches.Observe(values);
                if (isRecorded)
                    batches.Record(values, histogram, variance);
            }

            if ((step + 1) % interval == 0 || step + 1 == settings.Steps)
            {
                var point = new TrainingProgress(step + 1, settings.Steps, lossSum / lossCount);
                curve.Add(point);
                progress?.Report(point);
                (lossSum, lossCount) = (0, 0);
            }
        }

        average?.CopyToNetwork();
        network.eval();
        return new TrainingOutcome(curve, histogram.ToList(), variance.ToRecord());
    }

    /// <summary>Losses as the objective counts them, shape (B).</summary>
    private static Tensor Weighted(TrainingTask task, CheckedScoreModel model, LossBatch batch, int step)
    {
        Tensor losses = Returned.Losses(task.Loss, batch, task.Loss.Evaluate(model, batch), step);
        ILossWeighting? weighting = task.Weighting ?? task.Loss.DefaultWeighting;
        return weighting is null ? losses : batch.Levels.Scale(level => weighting.WeightOn(task.Loss.Residual, level, task.Schedule), losses);
    }

    private static double[] Values(Tensor losses)
    {
        using Tensor values = losses.detach().to(ScalarType.Float64).cpu();
        return MemoryMarshal.Cast<byte, double>(values.bytes).ToArray();
    }

    private static optim.Optimizer CreateOptimizer(nn.Module network, TrainingSettings settings) => settings.Optimizer switch
    {
        OptimizerKind.AdamW => optim.AdamW(network.parameters(), settings.LearningRate, weight_decay: settings.WeightDecay),
        OptimizerKind.Sgd => optim.SGD(network.parameters(), settings.LearningRate, momentum: 0.9, weight_decay: settings.WeightDecay),
        _ => optim.Adam(network.parameters(), settings.LearningRate, weight_decay: settings.WeightDecay),
    };

    /// <summary>Rows, times and noise of every step, by counters.</summary>
    private sealed class BatchSource(TrainingTask task, Tensor data)
    {
        private readonly NoiseKey _key = new(task.Settings.Seed, 0, NoiseDomain.Training);
        private readonly long[] _indices = new long[task.Settings.BatchSize];
        private readonly NoiseLevel[] _levels = new NoiseLevel[task.Settings.BatchSize];
        private readonly double[] _times = new double[task.Settings.BatchSize];
        private readonly double[] _importance = new double[task.Settings.BatchSize];
        private readonly ITimeSamplingSession _session = task.TimeSampler.Start(task.Schedule);
        private readonly double[] _noise = new double[task.Settings.BatchSize * data.numel() / data.shape[0]];

        public bool LearnsFromLosses => _session.LearnsFromLosses;

        public LossBatch Next(int step)
        {
            ulong place = (ulong)step;
            _key.Stream(NoisePurpose.TrainingIndex).FillIndices(_indices, data.shape[0], place);
            _key.Stream(NoisePurpose.TrainingNoise).FillNormal(_noise, 0, place);
            FillLevels(_key.Stream(NoisePurpose.TrainingTime), place);

            Tensor rows = data.index_select(0, tensor(_indices, device: data.device));
            return new LossBatch
            {
                Data = rows,
                Levels = NoiseLevels.PerSample(_levels),
                Noise = tensor(_noise, rows.shape, dtype: rows.dtype, device: rows.device),
                Schedule = task.Schedule,
                Randomness = new PhiloxNoiseSource(_key, (long)step * _indices.Length, task.Schedule.Horizon),
            };
        }

        /// <summary>Losses of the last batch with the mean they would have at the objective's own times, shape (B).</summary>
        public Tensor ByImportance(Tensor losses) =>
            Array.TrueForAll(_importance, weight => weight == 1) ? losses : losses * tensor(_importance, dtype: losses.dtype, device: losses.device);

        public void Observe(double[] losses)
        {
            if (LearnsFromLosses)
                _session.Observe(_times, losses);
        }

        public void Record(double[] losses, LevelLossHistogram histogram, LossVarianceEstimate variance)
        {
            for (int i = 0; i < losses.Length; i++)
            {
                histogram.Add(_levels[i], losses[i]);
                variance.Add(losses[i], _importance[i]);
            }
        }

        private void FillLevels(Philox stream, ulong place)
        {
            double shift = stream.Uniform(0, place);
            for (int i = 0; i < _levels.Length; i++)
            {
                double u = task.Settings.Stratified ? (i + shift) / _levels.Length : stream.Uniform(i + 1, place);
                (_times[i], _importance[i]) = _session.Draw(u);
                _levels[i] = task.Schedule.At(_times[i]);
            }
        }
    }
}
