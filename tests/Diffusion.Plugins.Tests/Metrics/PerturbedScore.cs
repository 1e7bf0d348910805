using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.Metrics;

/// <summary>A model whose score is a multiple of another's, plus a constant: its errors are known.</summary>
internal sealed class PerturbedScore(IDenoiser exact, double factor, params double[] shift) : IDenoiser
{
    public Prediction Predict(Tensor x, NoiseLevels levels) =>
        new(PredictionKind.Score, (exact.Predict(x, levels).Score * factor) + tensor(shift, dtype: x.dtype), x, levels);
}
