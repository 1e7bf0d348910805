using static TorchSharp.torch;

namespace Diffusion.Core.Sampling;

/// <summary>A model that is not linear and belongs to no data: what a method does with its noise shows with it before there is a model.</summary>
internal sealed class BentDenoiser : IDenoiser
{
    public Prediction Predict(Tensor x, NoiseLevels levels) =>
        new(PredictionKind.Data, levels.Scale(level => 1 / Math.Sqrt((level.Alpha * level.Alpha) + (level.Sigma * level.Sigma)), x).tanh(), x, levels);
}
