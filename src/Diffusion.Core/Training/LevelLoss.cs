namespace Diffusion.Core.Training;

/// <summary>The loss within one band of noise, over the second half of training.</summary>
/// <param name="HalfLogSnr">Middle of the band, λ = log(α/σ).</param>
/// <param name="Loss">Mean loss of the samples that fell into it.</param>
/// <param name="Count">How many samples did.</param>
public sealed record LevelLoss(double HalfLogSnr, double Loss, long Count);
