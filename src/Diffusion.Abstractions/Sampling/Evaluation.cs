namespace Diffusion;

/// <summary>A past denoiser call.</summary>
/// <param name="Level">Where it was made.</param>
/// <param name="Prediction">What came back, with the state it was made at.</param>
public sealed record Evaluation(NoiseLevel Level, Prediction Prediction);
