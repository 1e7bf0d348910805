using static TorchSharp.torch;

namespace Diffusion.Losses;

/// <summary>The score-prediction loss ‖s(x_t) + ε/σ‖², averaged over the data's dimensions.</summary>
/// <remarks>
/// Twice the summand of <see cref="DenoisingScoreMatchingLoss"/>, and with weight 1 instead of σ²: the smallest scales dominate by 1/σ².
/// </remarks>
[Component(ComponentKind.Loss, "score-prediction", "The mean squared distance of the score from that of the noising kernel",
    Reference = "Vincent 2011, equation 11, doi:10.1162/NECO_a_00142")]
public sealed class ScorePredictionLoss : ILoss
{
    /// <inheritdoc/>
    public ResidualForm Residual => ResidualForm.Score;

    /// <inheritdoc/>
    public Tensor Evaluate(IScoreModel model, LossBatch batch) => DenoisingResidual.Squared(model, batch, Residual);
}
