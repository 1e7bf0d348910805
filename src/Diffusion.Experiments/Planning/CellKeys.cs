using Diffusion.Experiments.Components;

namespace Diffusion.Experiments.Planning;

/// <summary>The keys of an experiment's stages: what the repeats of a cell share, and the keys of each repeat. Keys are made here and nowhere else.</summary>
internal sealed class CellKeys
{
    private readonly RepeatedSetup _cell;
    private readonly RepeatedSetup _samples;

    /// <param name="experiment">The experiment, its steps found.</param>
    public CellKeys(Experiment experiment)
    {
        _cell = ExperimentJson.CellSetup(experiment);
        _samples = ExperimentJson.SamplingSetup(experiment);
        Data = ExperimentJson.Key(ExperimentJson.DataSetup(experiment));
        Training = ExperimentJson.TrainingSetup(experiment) is { } setup ? ExperimentJson.Key(setup) : null;
    }

    /// <summary>Key of the data.</summary>
    public StageKey Data { get; }

    /// <summary>Key of the trained weights; null when the model does not learn.</summary>
    public StageKey? Training { get; }

    /// <summary>Key of a repeat's result.</summary>
    public StageKey Cell(RepeatNumber repeat) => _cell.Key(repeat);

    /// <summary>Key of a repeat's samples.</summary>
    public StageKey Samples(RepeatNumber repeat) => _samples.Key(repeat);
}
