using System.ComponentModel.DataAnnotations;

namespace Diffusion.Experiments.Planning;

/// <summary>The settings of a manifest's <c>training</c>, those that are no components.</summary>
internal sealed record TrainingSection
{
    [Range(1, double.PositiveInfinity)]
    public required int Steps { get; init; }

    [Range(1, double.PositiveInfinity)]
    public int BatchSize { get; init; } = 256;

    public OptimizerKind Optimizer { get; init; }

    [Range(0, double.PositiveInfinity, MinimumIsExclusive = true)]
    public double LearningRate { get; init; } = 1e-3;

    [Range(0, double.PositiveInfinity)]
    public double WeightDecay { get; init; }

    [Range(0, 1, MaximumIsExclusive = true)]
    public double Ema { get; init; }

    [Range(0, double.PositiveInfinity)]
    public double GradientClip { get; init; }

    [Range(0, double.PositiveInfinity)]
    public long? Seed { get; init; }

    public bool Stratified { get; init; } = true;
}
