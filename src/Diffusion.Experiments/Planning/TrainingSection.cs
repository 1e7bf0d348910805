using System.ComponentModel.DataAnnotations;
using Diffusion.Core.Training;

namespace Diffusion.Experiments.Planning;

/// <summary>The settings of a manifest's <c>training</c>, those that are no components.</summary>
internal sealed record TrainingSection
{
    private static readonly TrainingSettings Defaults = new();

    [Range(1, double.PositiveInfinity)]
    public int Steps { get; init; } = Defaults.Steps;

    [Range(1, double.PositiveInfinity)]
    public int BatchSize { get; init; } = Defaults.BatchSize;

    public OptimizerKind Optimizer { get; init; } = Defaults.Optimizer;

    [Range(0, double.PositiveInfinity, MinimumIsExclusive = true)]
    public double LearningRate { get; init; } = Defaults.LearningRate;

    [Range(0, double.PositiveInfinity)]
    public double WeightDecay { get; init; } = Defaults.WeightDecay;

    [Range(0, 1, MaximumIsExclusive = true)]
    public double Ema { get; init; } = Defaults.Ema;

    [Range(0, double.PositiveInfinity)]
    public double GradientClip { get; init; } = Defaults.GradientClip;

    public bool Stratified { get; init; } = Defaults.Stratified;

    [Range(0, double.PositiveInfinity)]
    public long? Seed { get; init; }

    /// <summary>The same as the engine takes it.</summary>
    /// <param name="seed">The seed where this section states none.</param>
    public TrainingSettings Settings(long seed) => new()
    {
        Steps = Steps,
        BatchSize = BatchSize,
        Optimizer = Optimizer,
        LearningRate = LearningRate,
        WeightDecay = WeightDecay,
        Ema = Ema,
        GradientClip = GradientClip,
        Stratified = Stratified,
        Seed = Seed ?? seed,
    };
}
