using Diffusion.Core.Training;
using Diffusion.Experiments.Components;

namespace Diffusion.Experiments.Planning;

/// <summary>How a model is trained.</summary>
public sealed record TrainingPlan
{
    /// <summary>How long and how fast.</summary>
    public required TrainingSettings Settings { get; init; }

    /// <summary>The process whose levels are learned.</summary>
    [ComponentSlot(ComponentKind.Schedule, ExperimentStage.Training, "The noising process that is trained on; by default that of the experiment.")]
    public required ComponentChoice Schedule { get; init; }

    /// <summary>How much each noise level counts; null for the loss' own weighting.</summary>
    [ComponentSlot(ComponentKind.Weighting, ExperimentStage.Training, "How much each noise level counts; by default the loss's own weighting.")]
    public required ComponentChoice? Weighting { get; init; }

    /// <summary>Which times are visited how often.</summary>
    [ComponentSlot(ComponentKind.TimeSampler, ExperimentStage.Training, "How times are drawn in training; by default uniformly.")]
    public required ComponentChoice TimeSampler { get; init; }
}
