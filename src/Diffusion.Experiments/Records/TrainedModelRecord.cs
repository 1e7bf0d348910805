using System.Text.Json.Nodes;
using Diffusion.Core.Training;
using Diffusion.Experiments.Planning;

namespace Diffusion.Experiments.Records;

/// <summary><c>model.json</c>: the sidecar of a checkpoint. Weights beside it are numbers only; how to build the network stands here.</summary>
public sealed record TrainedModelRecord
{
    /// <summary>SHA-256 of everything that determines the weights.</summary>
    public required StageKey Key { get; init; }

    /// <summary>The set-up in canonical form: data, schedule, model, loss, training.</summary>
    public required JsonNode Setup { get; init; }

    /// <summary>SHA-256 of the weights' file, lower-case hex.</summary>
    public required string WeightsDigest { get; init; }

    /// <summary>Number of learnt numbers.</summary>
    public required long Parameters { get; init; }

    /// <summary>Training loss over the steps.</summary>
    public required IReadOnlyList<TrainingProgress> Curve { get; init; }

    /// <summary>Loss by noise level.</summary>
    public required IReadOnlyList<LevelLoss> LevelLosses { get; init; }

    /// <summary>What importance sampling of the times was worth; null where there was none.</summary>
    public LossVariance? LossVariance { get; init; }

    /// <summary>When training began (UTC).</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Wall time of training, seconds.</summary>
    public required double Seconds { get; init; }
}
