using static TorchSharp.torch;

namespace Diffusion;

/// <summary>A training objective.</summary>
public interface ILoss
{
    /// <summary>
    /// The loss of every sample, already weighted, averaged over the data's dimensions: shape (B). The trainer takes the mean for the
    /// gradient and sorts the values by noise level for the record. Under autograd.
    /// </summary>
    Tensor Evaluate(IScoreModel model, LossBatch batch);
}
