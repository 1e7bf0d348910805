using System.Text.Json.Nodes;
using Diffusion.Experiments.Components;

using static TorchSharp.torch;

namespace Diffusion.Experiments.Planning;

/// <summary>One fully resolved experiment: every name is a component, every option in its range, every default filled in.</summary>
public sealed record Experiment
{
    /// <summary>What it belongs to.</summary>
    public required string Name { get; init; }

    /// <summary>Its settings that are no components.</summary>
    public required ExperimentSettings Settings { get; init; }

    /// <summary>Where the data come from.</summary>
    [ComponentSlot(ComponentKind.Data, ExperimentStage.Data, "Where the data come from.", IsRequired = true)]
    public required ComponentChoice Data { get; init; }

    /// <summary>The process to walk back along.</summary>
    [ComponentSlot(ComponentKind.Schedule, ExperimentStage.Sampling, "The noising process, which sampling reverses.", IsRequired = true)]
    public required ComponentChoice Schedule { get; init; }

    /// <summary>The score model.</summary>
    [ComponentSlot(ComponentKind.ScoreModel, ExperimentStage.Training, "The score model.", IsRequired = true)]
    public required ComponentChoice Model { get; init; }

    /// <summary>What the model learns by; null when it does not learn.</summary>
    [ComponentSlot(ComponentKind.Loss, ExperimentStage.Training, "The training loss; models that are not trained need none.")]
    public required ComponentChoice? Loss { get; init; }

    /// <summary>How the model is trained; null when it does not learn.</summary>
    public required TrainingPlan? Training { get; init; }

    /// <summary>What of the sampler's way is kept; null when nothing is.</summary>
    public KeepSettings? Keep { get; init; }

    /// <summary>Where the solver stops.</summary>
    [ComponentSlot(ComponentKind.Grid, ExperimentStage.Sampling, "The noise levels that the solver steps through.", IsRequired = true)]
    public required ComponentChoice Grid { get; init; }

    /// <summary>The sampling method.</summary>
    [ComponentSlot(ComponentKind.Solver, ExperimentStage.Sampling, "The sampling method.", IsRequired = true)]
    public required ComponentChoice Solver { get; init; }

    /// <summary>What is measured in place of samples; null where a solver draws samples. Then there is neither grid nor solver.</summary>
    [ComponentSlot(ComponentKind.Study, ExperimentStage.Sampling, "A statement of the theory to measure, in place of solver, grid and metrics.")]
    public ComponentChoice? Study { get; init; }

    /// <summary>The study, or else the solver: what the cell's work is called by.</summary>
    public ComponentChoice Method => Study ?? Solver;

    /// <summary>How samples are measured; may be empty.</summary>
    [ComponentSlot(ComponentKind.Metric, ExperimentStage.Measuring, "The metrics of the samples.")]
    public required IReadOnlyList<ComponentChoice> Metrics { get; init; }

    /// <summary>What it is about; "" when nothing is said.</summary>
    public string Description => Settings.Description;

    /// <summary>Seed of all noise of sampling.</summary>
    public long Seed => Settings.Seed;

    /// <summary>Solver steps; 0 while they are still to follow from <see cref="Nfe"/>, or when nothing meets it.</summary>
    public int Steps => Settings.Steps ?? 0;

    /// <summary>Budget of denoiser calls a sample, where the manifest states it in place of steps and these have not been found.</summary>
    public Budget? Nfe => Settings.Nfe;

    /// <summary>How many samples are drawn; 0 of a study.</summary>
    public int Samples => Settings.Samples ?? 0;

    /// <summary>How many are drawn at once.</summary>
    public int Batch => Settings.Batch;

    /// <summary>Which cells share their noise.</summary>
    public NoiseCoupling Noise => Settings.Noise;

    /// <summary>Which reference rows repeats are compared with.</summary>
    public ReferenceDraw Reference => Settings.Reference ?? ReferenceDraw.Shared;

    /// <summary>What sampling starts from.</summary>
    public StartLaw Start => Settings.Start;

    /// <summary>Type of the state and the parameters.</summary>
    public ScalarType Dtype => Settings.Dtype == FloatType.Bits32 ? ScalarType.Float32 : ScalarType.Float64;

    /// <summary>"cpu", "mps", "cuda" or "cuda:N".</summary>
    public string Device => Settings.Device;

    /// <summary>The experiment with one of several networks, from 0: its training with a seed of its own.</summary>
    internal Experiment WithNetwork(int network) => network == 0 || Training is null
        ? this
        : this with { Training = Training with { Settings = Training.Settings with { Seed = TrainingSeed.ForNetwork(Training.Settings.Seed, network) } } };

    /// <summary>The experiment as a manifest of its own, defaults filled in, paths as first stated.</summary>
    public JsonObject ToJson() => JsonNode.Parse(ExperimentJson.Readable(this))!.AsObject();
}
