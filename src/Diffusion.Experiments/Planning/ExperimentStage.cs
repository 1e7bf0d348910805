namespace Diffusion.Experiments.Planning;

/// <summary>The stages of an experiment. What a stage makes depends on the settings of its own and of the stages before it.</summary>
public enum ExperimentStage
{
    /// <summary>No stage: it names the experiment, and no result depends on it.</summary>
    None,

    /// <summary>Loading the data.</summary>
    Data,

    /// <summary>Training the model.</summary>
    Training,

    /// <summary>Drawing samples.</summary>
    Sampling,

    /// <summary>Measuring samples.</summary>
    Measuring,
}
