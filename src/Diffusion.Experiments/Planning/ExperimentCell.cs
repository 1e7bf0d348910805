using System.Text.Json.Nodes;
using Diffusion.Experiments.Components;

namespace Diffusion.Experiments.Planning;

/// <summary>One unit of work of a plan.</summary>
public sealed record ExperimentCell
{
    /// <summary>What it is called.</summary>
    public CellId Id => CellId.FromKey(Key);

    /// <summary>What running it is called as a task.</summary>
    public TaskId Task => TaskId.ForCell(Id);

    /// <summary>What its samples are called.</summary>
    public SamplesId SamplesId => SamplesId.FromKey(SamplingKey);

    /// <summary>Its place in the plan, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Which repeat it is. Noise depends on it.</summary>
    public required RepeatNumber Number { get; init; }

    /// <summary>Which time its network is sampled, from 0; without a network, which repeat it is.</summary>
    public int Repeat => Number.Sampling;

    /// <summary>What to do. Repeats that sample from one network share it.</summary>
    public required Experiment Experiment { get; init; }

    /// <summary>Why it cannot run, where that is already known.</summary>
    public string? Objection { get; init; }

    /// <summary>Where it lies in the sweep: path → label, in the order of the axes; "" on axes that do not concern it.</summary>
    public required IReadOnlyDictionary<string, string> AxisValues { get; init; }

    /// <summary>
    /// The other places of the sweep that come to the same work, at which it stands too: a budget that is met exactly and one that is a limit, say. Null where
    /// there are none.
    /// </summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>>? AlsoAt { get; init; }

    /// <summary>SHA-256 (lower-case hex) of everything that its result depends on. Name and description are no part of it.</summary>
    public required StageKey Key { get; init; }

    /// <summary>SHA-256 of everything that its samples depend on: all but the metrics.</summary>
    public required StageKey SamplingKey { get; init; }

    /// <summary>SHA-256 of everything that its data depend on.</summary>
    public required StageKey DataKey { get; init; }

    /// <summary>SHA-256 of everything that its trained weights depend on; null when its model does not learn.</summary>
    public required StageKey? TrainingKey { get; init; }

    /// <summary>What its model's training is called as a task; null when its model does not learn.</summary>
    public TaskId? TrainingTask => TrainingKey is { } key ? TaskId.OfTraining(key) : null;

    /// <summary>
    /// What <see cref="Key"/> is the SHA-256 of: the whole configuration, defaults filled in, keys sorted, files as their SHA-256, repeat included.
    /// </summary>
    public JsonObject Canonical => JsonNode.Parse(ExperimentJson.CellSetup(Experiment).CanonicalJson(Number))!.AsObject();

    /// <summary>
    /// What <see cref="TrainingKey"/> is the SHA-256 of: data, model, loss and training with its schedule; null when the model does not learn.
    /// </summary>
    public JsonObject? TrainingSetup => ExperimentJson.TrainingSetup(Experiment) is { } setup ? JsonNode.Parse(setup)!.AsObject() : null;
}
