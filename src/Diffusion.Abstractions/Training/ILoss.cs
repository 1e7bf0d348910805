using static TorchSharp.torch;

namespace Diffusion;

/// <summary>A training objective.</summary>
public interface ILoss
{
    /// <summary>Of what the loss is the square, up to a constant of the data: what weights refer to.</summary>
    ResidualForm Residual { get; }

    /// <summary>The weighting that belongs to the objective as published, used where none is chosen; null for weight 1 on <see cref="Residual"/>.</summary>
    ILossWeighting? DefaultWeighting => null;

    /// <summary>
    /// Why the objective cannot be computed for these data (their density is not known, say), as a clause to follow its name; null when it
    /// can. Asked before anything runs.
    /// </summary>
    string? Objection(DataDescription data) => null;

    /// <summary>
    /// The loss of every sample, averaged over the data's dimensions and not yet weighted: shape (B). The trainer weights the values,
    /// takes the mean for the gradient and sorts them by noise level for the record. Under autograd.
    /// </summary>
    Tensor Evaluate(IScoreModel model, LossBatch batch);
}
