namespace TorchSharp.Modules;

/// <summary>What a group of parameters is optimised with.</summary>
public class OptimizerOptions
{
    /// <summary>The optimiser's own where null.</summary>
    public double? LearningRate { get; set; }

    /// <summary>The learning rate before any schedule touched it.</summary>
    public double InitialLearningRate { get; set; }

    /// <summary>Takes over the other's values.</summary>
    public virtual void LoadStateDict(OptimizerOptions source)
    {
        LearningRate = source.LearningRate;
        InitialLearningRate = source.InitialLearningRate;
    }
}
