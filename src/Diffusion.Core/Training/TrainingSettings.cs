using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Core.Training;

/// <summary>How long and how fast to learn. The settings of a manifest's <c>training</c> are these properties.</summary>
public sealed record TrainingSettings
{
    /// <summary>Optimiser steps.</summary>
    [Range(1, double.PositiveInfinity)]
    [Description("Optimiser steps.")]
    public int Steps { get; init; } = 2000;

    /// <summary>Rows per step, drawn with replacement.</summary>
    [Range(1, double.PositiveInfinity)]
    [Description("Rows per step, drawn with replacement.")]
    public int BatchSize { get; init; } = 256;

    /// <summary>The optimiser.</summary>
    [Description("The optimiser.")]
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Adam;

    /// <summary>Learning rate.</summary>
    [Range(0, double.PositiveInfinity, MinimumIsExclusive = true)]
    [Description("Learning rate.")]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Weight decay; 0 is none.</summary>
    [Range(0, double.PositiveInfinity)]
    [Description("Weight decay; 0 is none.")]
    public double WeightDecay { get; init; }

    /// <summary>Decay of the exponential moving average of the weights that sampling uses; 0 is none.</summary>
    [Range(0, 1, MaximumIsExclusive = true)]
    [Description("Decay of the exponential moving average of the weights that sampling uses; 0 is none.")]
    public double Ema { get; init; } = 0.999;

    /// <summary>Largest norm of the gradient; 0 is no limit.</summary>
    [Range(0, double.PositiveInfinity)]
    [Description("Largest norm of the gradient; 0 is no limit.")]
    public double GradientClip { get; init; } = 1;

    /// <summary>
    /// Whether the times of a batch are spread evenly over their distribution's quantiles (Kingma et al. 2021), which lowers the loss's variance.
    /// </summary>
    [Description("Whether the times of a batch are spread evenly over their distribution's quantiles, which lowers the loss's variance.")]
    public bool Stratified { get; init; } = true;

    /// <summary>Seed of initial weights, batches, times and noise.</summary>
    [Inherited]
    [Range(0, double.PositiveInfinity)]
    [Description("Seed of initial weights, batches, times and noise; by default the seed of the manifest.")]
    public long Seed { get; init; }
}
