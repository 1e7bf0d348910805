using System.Runtime.InteropServices;
using Diffusion.Core.Contracts;
using Diffusion.Core.Randomness;
using Diffusion.Numerics;
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
        using var learner = Learner.Create(network, settings);

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
            Tensor losses = Returned.Losses(task.Loss, batch, task.Loss.Evaluate(model, batch), step);
            Tensor weighted = batches.Weighted(losses.detach());
            double value = batches.ByImportance(weighted).mean().ToDouble();
            if (!double.IsFinite(value))
                throw new TrainingDivergedException(step + 1, settings.Steps);

            losses.backward([batches.Gradient(losses)]);
            learner.Step(step);
            lossSum += value;
            lossCount++;

            bool isRecorded = step >= settings.Steps / 2;
            if (isRecorded || batches.LearnsFromLosses)
            {
                double[] values = HostNumbers.ToArray(weighted);
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

        learner.UseAverage();
        network.eval();
        return new TrainingOutcome(curve, histogram.ToList(), variance.ToRecord());
    }

    /// <summary>Rows, times and noise of every step, by counters.</summary>
    private sealed class BatchSource(TrainingTask task, Tensor data)
    {
        private readonly NoiseKey _key = new(task.Settings.Seed, 0, NoiseDomain.Training);
        private readonly long[] _indices = new long[task.Settings.BatchSize];
        private readonly NoiseLevel[] _levels = new NoiseLevel[task.Settings.BatchSize];
        private readonly double[] _times = new double[task.Settings.BatchSize];
        private readonly double[] _importance = new double[task.Settings.BatchSize];
        private readonly double[] _shares = new double[task.Settings.BatchSize];
        private readonly ILossWeighting? _weighting = task.Weighting ?? task.Loss.DefaultWeighting;
        private readonly double[] _weights = new double[task.Settings.BatchSize];
        private readonly ITimeSamplingSession _session = task.TimeSampler.Start(task.Schedule);
        private readonly double[] _noise = new double[task.Settings.BatchSize * data.numel() / data.shape[0]];
        private readonly long _rows = data.shape[0];
        private readonly long[] _shape = [task.Settings.BatchSize, .. data.shape.AsSpan(1)];
        private bool _isImportanceOne;

        public bool LearnsFromLosses => _session.LearnsFromLosses;

        public LossBatch Next(int step)
        {
            ulong place = (ulong)step;
            _key.Stream(NoisePurpose.TrainingIndex).FillIndices(_indices, _rows, place);
            _key.Stream(NoisePurpose.TrainingNoise).FillNormal(_noise, 0, place);
            FillLevels(_key.Stream(NoisePurpose.TrainingTime), place);

            Tensor rows = Rows();
            return new LossBatch
            {
                Data = rows,
                Levels = NoiseLevels.PerSample(_levels),
                Noise = HostNumbers.ToTensor(_noise, _shape, rows),
                Schedule = task.Schedule,
                Randomness = new PhiloxNoiseSource(_key, (long)step * _indices.Length, task.Schedule.Horizon),
            };
        }

        /// <summary>Losses of the last batch as the objective counts them at each noise level, shape (B).</summary>
        public Tensor Weighted(Tensor losses) =>
            _weighting is null ? losses : losses * HostNumbers.ToTensor(_weights, [_weights.Length], losses);

        /// <summary>Values of the last batch with the mean they would have at the objective's own times, shape (B).</summary>
        public Tensor ByImportance(Tensor values) =>
            _isImportanceOne ? values : values * HostNumbers.ToTensor(_importance, [_importance.Length], values);

        /// <summary>The objective's derivative by the losses of the last batch, shape (B).</summary>
        public Tensor Gradient(Tensor losses)
        {
            Array.Fill(_shares, 1.0 / _shares.Length);
            return Weighted(ByImportance(HostNumbers.ToTensor(_shares, [_shares.Length], losses)));
        }

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

        /// <summary>The rows of the batch, shape (B, …).</summary>
        private Tensor Rows()
        {
            long size = data.numel() * data.element_size();
            if (data.device_type != DeviceType.CPU || !data.is_contiguous() || size > int.MaxValue)
                return data.index_select(0, tensor(_indices, device: data.device));

            Tensor rows = empty(_shape, dtype: data.dtype);
            int width = (int)(size / _rows);
            if (width % sizeof(long) == 0)
                CopyRows<long>(data.bytes, rows.bytes, width / sizeof(long));
            else
                CopyRows<byte>(data.bytes, rows.bytes, width);
            GC.KeepAlive(data);
            return rows;
        }

        // Number by number where rows are short: a call for each costs more than the copy.
        private void CopyRows<T>(ReadOnlySpan<byte> data, Span<byte> rows, int width)
            where T : unmanaged
        {
            ReadOnlySpan<T> from = MemoryMarshal.Cast<byte, T>(data);
            Span<T> to = MemoryMarshal.Cast<byte, T>(rows);
            for (int i = 0; i < _indices.Length; i++)
            {
                int first = (int)_indices[i] * width;
                if (width == 1)
                    to[i] = from[first];
                else
                    from.Slice(first, width).CopyTo(to.Slice(i * width, width));
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
                if (_weighting is not null)
                    _weights[i] = _weighting.WeightOn(task.Loss.Residual, _levels[i], task.Schedule);
            }

            _isImportanceOne = !_importance.AsSpan().ContainsAnyExcept(1.0);
        }
    }
}
