using Diffusion.Benchmarks.Peers;
using Diffusion.ScoreModels;
using TorchSharp;
using TorchSharp.Modules;

using static TorchSharp.torch;

namespace Diffusion.Benchmarks.Workloads;

/// <summary>Sampling from a 3 × 128 network.</summary>
internal sealed class MlpSampling : Workload
{
    private readonly int _batch;
    private readonly MlpScoreModel _model = new(new MlpOptions(), new DataDescription { Name = "plane", Shape = [2] });
    private readonly PlainNetwork _plain = new();
    private readonly Linear[] _layers;

    public MlpSampling(int batch)
    {
        _batch = batch;
        _model.Network.eval();
        _layers = [nn.Linear(2, 128), nn.Linear(128, 128), nn.Linear(128, 128), nn.Linear(128, 2)];
    }

    public override string FloorMeans => "the network's four linear layers and three SiLUs, nothing else";

    public override void Run(int steps) => Sampling.Run(_model, _batch, steps);

    public override void RunPlain(int steps) => PlainSampling.Run(_plain.Denoise, _batch, steps);

    public override void RunFloor(int steps)
    {
        using IDisposable withoutGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor x = randn(_batch, 2);
        for (int i = 0; i < steps; i++)
        {
            using DisposeScope step = NewDisposeScope();
            Tensor h = x;
            foreach (Linear layer in _layers[..^1])
                h = layer.forward(h).silu_();
            _layers[^1].forward(h);
        }
    }

    public override void Dispose()
    {
        _model.Dispose();
        _plain.Dispose();
        foreach (Linear layer in _layers)
            layer.Dispose();
    }
}
