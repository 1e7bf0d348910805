using static TorchSharp.torch;

namespace Diffusion.Losses;

/// <summary>The denoising loss ‖D(x_t) − x_0‖², averaged over the data's dimensions.</summary>
/// <remarks>
/// Its minimum at every level is D = E[x_0 | x_t], and from that the score by Tweedie's formula, s = (α D − x)/σ². As a noise-prediction loss it
/// has weight σ̂² = 1/SNR.
/// </remarks>
[Component(ComponentKind.Loss, "data-prediction", "The mean squared error of the denoised estimate",
    Reference = "Karras et al. 2022, equation 2; Vincent et al. 2008", Aliases = ["x0-prediction", "denoising"])]
public sealed class DataPredictionLoss : ILoss
{
    /// <inheritdoc/>
    public ResidualForm Residual => ResidualForm.Data;

    /// <inheritdoc/>
    public Tensor Evaluate(IScoreModel model, LossBatch batch) => DenoisingResidual.Squared(model, batch, Residual);
}
