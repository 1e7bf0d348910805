using static TorchSharp.torch;

namespace Diffusion.Core.Contracts;

/// <summary>A score model as losses see it: every answer is checked.</summary>
internal sealed class CheckedScoreModel(IScoreModel model) : IScoreModel
{
    public Prediction Predict(Tensor x, NoiseLevels levels) => Returned.Predict(model, x, levels);
}
