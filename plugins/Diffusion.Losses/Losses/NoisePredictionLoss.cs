using static TorchSharp.torch;

namespace Diffusion.Losses;

/// <summary>The noise-prediction loss ‖ε̂(x_t) − ε‖², averaged over the data's dimensions: "L_simple" of DDPM.</summary>
/// <remarks>
/// Its expectation exceeds that of the exact model by the model's own squared error; the exact model's loss is the conditional variance of
/// ε given x_t, which is not zero.
/// </remarks>
[Component(ComponentKind.Loss, "noise-prediction", "The mean squared error of the predicted noise",
    Reference = "Ho, Jain & Abbeel 2020, Denoising Diffusion Probabilistic Models, equation 14", Aliases = ["epsilon-prediction"])]
public sealed class NoisePredictionLoss : ILoss
{
    /// <inheritdoc/>
    public ResidualForm Residual => ResidualForm.Noise;

    /// <inheritdoc/>
    public Tensor Evaluate(IScoreModel model, LossBatch batch) => DenoisingResidual.Squared(model, batch, Residual);
}
