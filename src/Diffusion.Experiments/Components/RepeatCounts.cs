namespace Diffusion.Experiments.Components;

/// <summary>How often each combination of a sweep runs.</summary>
/// <param name="Sampling">How often each network is sampled, with noise of its own.</param>
/// <param name="Training">How many networks are trained, each with a seed of its own.</param>
public readonly record struct RepeatCounts(int Sampling, int Training = 1)
{
    /// <summary>The key under which manifests state <see cref="Sampling"/>.</summary>
    internal const string SamplingKey = "sampling";

    /// <summary>The key under which manifests state <see cref="Training"/>.</summary>
    internal const string TrainingKey = "training";

    /// <summary>Both multiplied: cells of each combination.</summary>
    public long Total => (long)Sampling * Training;
}
