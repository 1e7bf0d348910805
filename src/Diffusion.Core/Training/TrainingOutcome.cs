namespace Diffusion.Core.Training;

/// <summary>What a training run showed.</summary>
/// <param name="Curve">Training loss, about a hundred points.</param>
/// <param name="LevelLosses">Loss by noise level, from noisy to clean; empty bands are left out.</param>
/// <param name="LossVariance">What importance sampling of the times was worth; null where times were drawn from the objective's own distribution.</param>
public sealed record TrainingOutcome(IReadOnlyList<TrainingProgress> Curve, IReadOnlyList<LevelLoss> LevelLosses, LossVariance? LossVariance = null);
