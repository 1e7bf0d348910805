using static TorchSharp.torch;

namespace Diffusion.Core.Training;

/// <summary>A model to be trained.</summary>
public sealed record TrainingTask
{
    /// <summary>The model, with fresh weights.</summary>
    public required ITrainableScoreModel Model { get; init; }

    /// <summary>The objective.</summary>
    public required ILoss Loss { get; init; }

    /// <summary>How much each noise level counts; null for the objective's own weighting.</summary>
    public ILossWeighting? Weighting { get; init; }

    /// <summary>The process whose levels are visited.</summary>
    public required NoiseSchedule Schedule { get; init; }

    /// <summary>Which times are visited how often.</summary>
    public required ITimeSampler TimeSampler { get; init; }

    /// <summary>Rows to learn from, shape (N, …).</summary>
    public required Tensor Data { get; init; }

    /// <summary>How long and how fast.</summary>
    public required TrainingSettings Settings { get; init; }

    /// <summary>Type of weights and data.</summary>
    public ScalarType Dtype { get; init; } = ScalarType.Float32;

    /// <summary>Where to train.</summary>
    public Device Device { get; init; } = CPU;
}
