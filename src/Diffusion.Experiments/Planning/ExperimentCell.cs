using System.Text.Json.Nodes;

namespace Diffusion.Experiments.Planning;

/// <summary>One unit of work of a plan.</summary>
public sealed record ExperimentCell
{
    /// <summary>How many digits of a key name it: among 100 000 cells two share them with a probability of 2 in 100 000, and a plan checks.</summary>
    private const int IdLength = 12;

    /// <summary>The first digits of its key: the same in every run that has the cell, and fit for a file's name.</summary>
    public string Id => IdOf(Key);

    /// <summary>What a cell of a key is called.</summary>
    public static string IdOf(string key) => key[..IdLength];

    /// <summary>What its samples are called: the first digits of <see cref="SamplingKey"/>.</summary>
    public string SamplesId => SamplingKey[..IdLength];

    /// <summary>Its place in the plan, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Which repeat it is, from 0. Noise depends on it.</summary>
    public required int Repeat { get; init; }

    /// <summary>What to do. Repeats share it.</summary>
    public required Experiment Experiment { get; init; }

    /// <summary>Why it cannot run, where that is already known.</summary>
    public string? Objection { get; init; }

    /// <summary>Where it lies in the sweep: path → label, in the order of the axes; "" on axes that do not concern it.</summary>
    public required IReadOnlyDictionary<string, string> AxisValues { get; init; }

    /// <summary>SHA-256 (lower-case hex) of everything that its result depends on. Name and description are no part of it.</summary>
    public required string Key { get; init; }

    /// <summary>SHA-256 of everything that its samples depend on: all but the metrics.</summary>
    public required string SamplingKey { get; init; }

    /// <summary>SHA-256 of everything that its data depend on.</summary>
    public required string DataKey { get; init; }

    /// <summary>SHA-256 of everything that its trained weights depend on; null when its model does not learn.</summary>
    public required string? TrainingKey { get; init; }

    /// <summary>What its model's training is called as a task; null when its model does not learn.</summary>
    public string? TrainingTask => TrainingKey is { } key ? $"train-{key[..IdLength]}" : null;

    /// <summary>
    /// What <see cref="Key"/> is the SHA-256 of: the whole configuration, defaults filled in, keys sorted, files as their SHA-256, repeat included.
    /// </summary>
    public JsonObject Canonical => JsonNode.Parse(ExperimentJson.CellSetup(Experiment).Of(Repeat))!.AsObject();

    /// <summary>What <see cref="TrainingKey"/> is the SHA-256 of: data, model, loss and training with its schedule; null when the model does not learn.</summary>
    public JsonObject? TrainingSetup => ExperimentJson.TrainingSetup(Experiment) is { } setup ? JsonNode.Parse(setup)!.AsObject() : null;
}
