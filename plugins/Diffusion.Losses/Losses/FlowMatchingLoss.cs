using static TorchSharp.torch;

namespace Diffusion.Losses;

/// <summary>Conditional flow matching ‖û(x_t) − (α′ x_0 + σ′ ε)‖², averaged over the data's dimensions; the velocity loss of stochastic interpolants.</summary>
/// <remarks>
/// û = α′ D + σ′ ε̂ is the model's velocity of the probability-flow ODE, per unit of the schedule's time. For a rectified flow (α = 1 − t, σ = t) the
/// target is ε − x_0. As a noise-prediction loss it has weight (σ λ′)²: flow matching is a denoising loss with a weighting of its own.
/// </remarks>
[Component(ComponentKind.Loss, "flow-matching", "The mean squared error of the velocity of the Gaussian path",
    Reference = "Lipman et al. 2023, Flow Matching for Generative Modeling, equation 9; Albergo & Vanden-Eijnden 2023",
    Aliases = ["stochastic-interpolant", "rectified-flow"])]
public sealed class FlowMatchingLoss : ILoss
{
    /// <inheritdoc/>
    public ResidualForm Residual => ResidualForm.Velocity;

    /// <inheritdoc/>
    public Tensor Evaluate(IScoreModel model, LossBatch batch) => DenoisingResidual.Squared(model, batch, Residual);
}
