namespace Diffusion;

/// <summary>
/// What of a law belongs to one component of a mixture, by the mixture's posterior probabilities r(y): a law that is the mixture itself has the
/// component's own weight and variance.
/// </summary>
/// <param name="Weight">E r(Y).</param>
/// <param name="Variance">Variance of Y under the weights r(Y), the mean over dimensions.</param>
public sealed record LawMode(LawValue Weight, LawValue Variance);
