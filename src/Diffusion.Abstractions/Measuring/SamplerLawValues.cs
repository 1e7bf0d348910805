namespace Diffusion;

/// <summary>
/// What is known of the law of a sampler's output against a target that is a known mixture. Null stands for what is not computed or infinite.
/// </summary>
public sealed record SamplerLawValues
{
    /// <summary>KL(sampler ‖ target), nats.</summary>
    public LawValue? Kl { get; init; }

    /// <summary>KL(target ‖ sampler), nats; null where it is infinite.</summary>
    public LawValue? ReverseKl { get; init; }

    /// <summary>Total variation ½ ∫ |q − p|.</summary>
    public LawValue? TotalVariation { get; init; }

    /// <summary>W₁.</summary>
    public LawValue? W1 { get; init; }

    /// <summary>W₂.</summary>
    public LawValue? W2 { get; init; }

    /// <summary>Mass of the starts where the sampler's map has a Jacobian that is not positive; null of stochastic samplers, which are no maps.</summary>
    public LawValue? FoldMass { get; init; }

    /// <summary>Means, one a dimension.</summary>
    public IReadOnlyList<LawValue> Mean { get; init; } = [];

    /// <summary>Variances, one a dimension.</summary>
    public IReadOnlyList<LawValue> Variance { get; init; } = [];

    /// <summary>Skewness, in one dimension.</summary>
    public LawValue? Skewness { get; init; }

    /// <summary>Kurtosis (3 of a Gaussian), in one dimension.</summary>
    public LawValue? Kurtosis { get; init; }

    /// <summary>What belongs to each component of the target.</summary>
    public IReadOnlyList<LawMode> Modes { get; init; } = [];

    /// <summary>KL(p_T ‖ N(0, σ_T² I)), nats: what the usual prior is off the law of the noisy data.</summary>
    public LawValue? PriorKl { get; init; }

    /// <summary>W₂ between the same two, in one dimension.</summary>
    public LawValue? PriorW2 { get; init; }

    /// <summary>At how many starts or states the sampler was run.</summary>
    public required long Points { get; init; }
}
