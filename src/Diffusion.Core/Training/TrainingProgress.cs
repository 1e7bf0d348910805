namespace Diffusion.Core.Training;

/// <summary>A point of the training curve.</summary>
/// <param name="Step">Optimiser steps done.</param>
/// <param name="Steps">Steps to do in all.</param>
/// <param name="Loss">Mean loss since the last point.</param>
public sealed record TrainingProgress(int Step, int Steps, double Loss);
