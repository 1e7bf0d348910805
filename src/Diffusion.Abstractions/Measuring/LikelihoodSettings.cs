using static TorchSharp.torch;

namespace Diffusion;

/// <summary>How log-likelihoods are computed along a probability flow.</summary>
public sealed record LikelihoodSettings
{
    /// <summary>Relative and absolute tolerance of every step, of state and log-density alike.</summary>
    public double Tolerance { get; init; } = 1e-5;

    /// <summary>How the divergence is computed.</summary>
    public Divergence Divergence { get; init; }

    /// <summary>Hutchinson's probes a sample; they stay the same along the flow.</summary>
    public int Probes { get; init; } = 1;

    /// <summary>What the probes are drawn from.</summary>
    public ProbeDistribution ProbeDistribution { get; init; }

    /// <summary>Where the probes come from; needed for Hutchinson's divergence.</summary>
    public INoiseSource? Randomness { get; init; }

    /// <summary>
    /// log p_T of the noisiest level, from states (B, …) in float64 and that level, shape (B), in nats. Null is N(0, σ_T² I), where the sampler
    /// starts; the data's own p_T differs from it by as much as the data are still seen at that level.
    /// </summary>
    public Func<Tensor, NoiseLevel, Tensor>? TerminalLogDensity { get; init; }
}
