using static TorchSharp.torch;

namespace Diffusion.Losses;

/// <summary>The v-prediction loss ‖v̂(x_t) − v‖² with v = α ε − σ x_0, averaged over the data's dimensions.</summary>
/// <remarks>
/// As a noise-prediction loss it has weight (α² + σ²)²/α², which is 1 + 1/SNR where α² + σ² = 1: neither end of the path is neglected.
/// </remarks>
[Component(ComponentKind.Loss, "v-prediction", "The mean squared error of the predicted v",
    Reference = "Salimans & Ho 2022, Progressive Distillation for Fast Sampling of Diffusion Models, section 4")]
public sealed class VPredictionLoss : ILoss
{
    /// <inheritdoc/>
    public ResidualForm Residual => ResidualForm.V;

    /// <inheritdoc/>
    public Tensor Evaluate(IScoreModel model, LossBatch batch) => DenoisingResidual.Squared(model, batch, Residual);
}
