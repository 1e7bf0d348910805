using static TorchSharp.torch;

namespace Diffusion;

/// <summary>What a metric compares.</summary>
public sealed record MetricInput
{
    /// <summary>Generated samples, float64, shape (N, …).</summary>
    public required Tensor Samples { get; init; }

    /// <summary>Reference rows, float64, shape (M, …), in the same units.</summary>
    public required Tensor Reference { get; init; }

    /// <summary>
    /// Rows from which a metric takes a scale of its own (a bandwidth, say), so that all cells are measured alike: reference rows that all repeats share.
    /// Float64, shape (M, …). The reference itself where nothing else is said.
    /// </summary>
    public Tensor ScaleRows
    {
        get => field ?? Reference;
        init;
    }

    /// <summary>
    /// Rows that the model was made from, by training on them or by keeping them: float64, shape (K, …), in the units of the samples. Null where the model has
    /// seen none. The same tensor as <see cref="Reference"/> where these rows are the target itself.
    /// </summary>
    public Tensor? TrainingRows { get; init; }

    /// <summary>
    /// What metrics have worked out from these reference rows, and from the training rows, before. One of its own where the engine gives none.
    /// </summary>
    public ReferenceMemory Memory { get; init; } = new();

    /// <summary>
    /// Whether the reference rows are the target itself, each with weight 1/M, rather than a sample of it. Then a perfect model reaches 0 and
    /// only the draw of the samples is uncertain.
    /// </summary>
    public bool ReferenceIsPopulation { get; init; }

    /// <summary>The probability flow of the model that made the samples; null where samples come without their model.</summary>
    public IProbabilityFlow? Flow { get; init; }

    /// <summary>The law of the sampler that made the samples; null where samples come without it.</summary>
    public ISamplerLaw? Law { get; init; }

    /// <summary>
    /// Noisy data with the model's estimates and the exact ones; null where samples come without their model, or where the law of the data is not known.
    /// </summary>
    public IDenoisingError? Denoising { get; init; }

    /// <summary>Where the samples would have ended, had their equation been solved without error; null where samples come without their sampler.</summary>
    public IReferencePaths? Paths { get; init; }

    /// <summary>What the data are.</summary>
    public required DataDescription Data { get; init; }

    /// <summary>
    /// Cancelled when the user stops the sweep. A metric that takes more than a second looks at it now and then; what <see cref="Flow"/> does stops of itself.
    /// </summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Randomness that is the same for all cells of a sweep (projection directions, say), so that cells are compared alike.</summary>
    public required INoiseSource Randomness { get; init; }
}
