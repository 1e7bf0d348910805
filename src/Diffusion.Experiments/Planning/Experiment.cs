using System.Text.Json.Nodes;

using static TorchSharp.torch;

namespace Diffusion.Experiments.Planning;

/// <summary>One fully resolved experiment: every name is a component, every option in its range, every default filled in.</summary>
public sealed record Experiment
{
    /// <summary>What it belongs to.</summary>
    public required string Name { get; init; }

    /// <summary>What it is about; "" when nothing is said.</summary>
    public required string Description { get; init; }

    /// <summary>Seed of all noise of sampling.</summary>
    public required long Seed { get; init; }

    /// <summary>Where the data come from.</summary>
    public required ComponentChoice Data { get; init; }

    /// <summary>The process to walk back along.</summary>
    public required ComponentChoice Schedule { get; init; }

    /// <summary>The score model.</summary>
    public required ComponentChoice Model { get; init; }

    /// <summary>What the model learns by; null when it does not learn.</summary>
    public required ComponentChoice? Loss { get; init; }

    /// <summary>How the model is trained; null when it does not learn.</summary>
    public required TrainingPlan? Training { get; init; }

    /// <summary>Where the solver stops.</summary>
    public required ComponentChoice Grid { get; init; }

    /// <summary>The sampling method.</summary>
    public required ComponentChoice Solver { get; init; }

    /// <summary>How samples are measured; may be empty.</summary>
    public required IReadOnlyList<ComponentChoice> Metrics { get; init; }

    /// <summary>Solver steps; 0 while they are still to follow from <see cref="Nfe"/>, or when nothing meets it.</summary>
    public required int Steps { get; init; }

    /// <summary>Budget of denoiser calls a sample, where the manifest states it in place of steps.</summary>
    public int? Nfe { get; init; }

    /// <summary>How many samples are drawn.</summary>
    public required int Samples { get; init; }

    /// <summary>How many are drawn at once.</summary>
    public required int Batch { get; init; }

    /// <summary>Which cells share their noise.</summary>
    public NoiseCoupling Noise { get; init; }

    /// <summary>Type of the state and the parameters.</summary>
    public required ScalarType Dtype { get; init; }

    /// <summary>"cpu", "cuda" or "cuda:N".</summary>
    public required string Device { get; init; }

    /// <summary>The experiment as a manifest of its own, defaults filled in, paths as first stated.</summary>
    public JsonObject ToJson() => JsonNode.Parse(ExperimentJson.Readable(this))!.AsObject();
}
