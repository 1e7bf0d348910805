using Diffusion.Core.Training;

namespace Diffusion.Experiments.Planning;

/// <summary>How a model is trained.</summary>
/// <param name="Settings">How long and how fast; the seed is filled in.</param>
/// <param name="Schedule">The process whose levels are learned.</param>
/// <param name="Weighting">How much each noise level counts; null for the loss' own weighting.</param>
/// <param name="TimeSampler">Which times are visited how often.</param>
public sealed record TrainingPlan(TrainingSettings Settings, ComponentChoice Schedule, ComponentChoice? Weighting, ComponentChoice TimeSampler);
