namespace Diffusion.Core.Training;

/// <summary>How long and how fast to learn.</summary>
public sealed record TrainingSettings
{
    /// <summary>Optimiser steps.</summary>
    public int Steps { get; init; } = 2000;

    /// <summary>Rows a step, drawn with replacement.</summary>
    public int BatchSize { get; init; } = 256;

    /// <summary>The optimiser.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Adam;

    /// <summary>Peak learning rate.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Weight decay; 0 is none.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Decay of the exponential moving average of the weights that sampling uses; 0 is none.</summary>
    public double Ema { get; init; } = 0.999;

    /// <summary>Largest norm of the gradient; 0 is no limit.</summary>
    public double GradientClip { get; init; } = 1;

    /// <summary>Whether the times of a batch are spread evenly over their distribution's quantiles (Kingma et al. 2021), which lowers the loss's variance.</summary>
    public bool Stratified { get; init; } = true;

    /// <summary>Seed of initial weights, batches, times and noise.</summary>
    public long Seed { get; init; }
}
