namespace Diffusion.Experiments.Planning;

/// <summary>How a model is trained.</summary>
public sealed record TrainingSettings
{
    /// <summary>Optimiser steps.</summary>
    public required int Steps { get; init; }

    /// <summary>Samples a step.</summary>
    public required int BatchSize { get; init; }

    /// <summary>How parameters follow their gradient.</summary>
    public required OptimizerKind Optimizer { get; init; }

    /// <summary>Learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Weight decay.</summary>
    public required double WeightDecay { get; init; }

    /// <summary>Decay of the moving average of the parameters, a step; 0 for none.</summary>
    public required double Ema { get; init; }

    /// <summary>Largest norm of the gradient; 0 for no clipping.</summary>
    public required double GradientClip { get; init; }

    /// <summary>The process whose levels are learned.</summary>
    public required ComponentChoice Schedule { get; init; }

    /// <summary>Which times are visited.</summary>
    public required ComponentChoice TimeSampler { get; init; }

    /// <summary>Seed of initial parameters, batches, times and noise.</summary>
    public required long Seed { get; init; }

    /// <summary>Whether a batch's times are spread evenly over quantiles.</summary>
    public required bool Stratified { get; init; }
}
