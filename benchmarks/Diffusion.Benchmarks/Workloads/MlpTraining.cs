using Diffusion.Benchmarks.Peers;
using Diffusion.Core.Training;
using Diffusion.Data;
using Diffusion.Losses;
using Diffusion.Schedules;
using Diffusion.ScoreModels;
using TorchSharp;
using TorchSharp.Modules;

using static TorchSharp.torch;

namespace Diffusion.Benchmarks.Workloads;

/// <summary>
/// Training of a 3 × 128 network with Adam, gradient clipping and a moving average of the weights, through the engine's own trainer.
/// </summary>
internal sealed class MlpTraining : Workload
{
    private readonly int _batch;
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Tensor _data;
    private readonly Linear[] _layers;

    public MlpTraining(int batch)
    {
        _batch = batch;
        _data = new GaussianMixtureDataSource(new GaussianMixtureDataOptions { Preset = MixturePreset.Grid25, ReferenceCount = 1 }).Load().Train;
        _layers = [nn.Linear(2, 128), nn.Linear(128, 128), nn.Linear(128, 128), nn.Linear(128, 2)];
    }

    public override string FloorMeans => "forward and backward of the network's four linear layers and three SiLUs, nothing else";

    public override void Run(int steps)
    {
        using DisposeScope scope = NewDisposeScope();
        using var model = new MlpScoreModel(new MlpOptions(), new DataDescription { Name = "plane", Shape = [2] });
        Trainer.Train(new TrainingTask
        {
            Model = model,
            Loss = new DenoisingScoreMatchingLoss(),
            Schedule = new VarianceExplodingSchedule(new VarianceExplodingOptions { SigmaMin = 0.01, SigmaMax = 80 }),
            TimeSampler = new UniformTimeSampler(),
            Data = _data,
            Settings = new TrainingSettings { Steps = steps, BatchSize = _batch },
        });
    }

    public override void RunPlain(int steps) => PlainTraining.Run(_data, _batch, steps);

    public override void RunFloor(int steps)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = randn(_batch, 2);
        for (int i = 0; i < steps; i++)
        {
            using DisposeScope step = NewDisposeScope();
            Tensor h = x;
            foreach (Linear layer in _layers[..^1])
                h = layer.forward(h).silu();
            _layers[^1].forward(h).sum().backward();
            foreach (Linear layer in _layers)
                layer.zero_grad();
        }
    }

    public override void Dispose() => _scope.Dispose();
}
