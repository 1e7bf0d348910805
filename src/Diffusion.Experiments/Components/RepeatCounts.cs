namespace Diffusion.Experiments.Components;

/// <summary>How often each combination of a sweep runs.</summary>
/// <param name="Sampling">How often each network is sampled, with noise of its own; at most so often where <paramref name="UntilDecided"/>.</param>
/// <param name="Training">How many networks are trained, each with a seed of its own.</param>
/// <param name="UntilDecided">Whether only those combinations run on whose claims are not yet decided.</param>
public readonly record struct RepeatCounts(int Sampling, int Training = 1, bool UntilDecided = false)
{
    /// <summary>The key under which manifests state <see cref="Sampling"/>.</summary>
    internal const string SamplingKey = "sampling";

    /// <summary>The key under which manifests state <see cref="Training"/>.</summary>
    internal const string TrainingKey = "training";

    /// <summary>The key under which manifests state when a combination has run often enough.</summary>
    internal const string UntilKey = "until";

    /// <summary>The key under which manifests state <see cref="Sampling"/> where it is the most.</summary>
    internal const string AtMostKey = "atMost";

    /// <summary>The one condition that <see cref="UntilKey"/> can name.</summary>
    internal const string Decided = "decided";

    /// <summary>Both multiplied: cells of each combination, at most.</summary>
    public long Total => (long)Sampling * Training;
}
