using Diffusion.Benchmarks.Peers;
using Diffusion.Data;
using Diffusion.ScoreModels;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Benchmarks.Workloads;

/// <summary>Sampling from 25 Gaussians in the plane with their exact score.</summary>
internal sealed class MixtureSampling : Workload
{
    private readonly int _batch;
    private readonly GaussianMixtureScoreModel _model;
    private readonly PlainMixture _plain;

    public MixtureSampling(int batch)
    {
        _batch = batch;
        using DisposeScope scope = NewDisposeScope();
        DataSet data = new GaussianMixtureDataSource(new GaussianMixtureDataOptions { Preset = MixturePreset.Grid25, Count = 1, ReferenceCount = 1 }).Load();
        _model = new GaussianMixtureScoreModel(new GaussianMixtureScoreModelOptions(), data.Description);
        _plain = new PlainMixture(data.Description.Mixture!);
    }

    public override string FloorMeans => "the mixture's score alone, without the solver";

    public override void Run(int steps) => Sampling.Run(_model, _batch, steps);

    public override void RunPlain(int steps) => PlainSampling.Run(_plain.Denoise, _batch, steps);

    public override void RunFloor(int steps)
    {
        using IDisposable withoutGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor x = randn(_batch, 2);
        var level = new NoiseLevel(1, 1, 1);
        for (int i = 0; i < steps; i++)
        {
            using DisposeScope step = NewDisposeScope();
            _model.Predict(x, level);
        }
    }

    public override void Dispose() => _plain.Dispose();
}
