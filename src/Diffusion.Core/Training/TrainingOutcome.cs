namespace Diffusion.Core.Training;

/// <summary>What a training run showed.</summary>
/// <param name="Curve">Training loss, about a hundred points.</param>
/// <param name="LevelLosses">Loss by noise level, from noisy to clean; empty bands are left out.</param>
public sealed record TrainingOutcome(IReadOnlyList<TrainingProgress> Curve, IReadOnlyList<LevelLoss> LevelLosses);
