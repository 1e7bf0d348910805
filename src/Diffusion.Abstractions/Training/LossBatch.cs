using static TorchSharp.torch;

namespace Diffusion;

/// <summary>What a loss gets for one training step.</summary>
public sealed record LossBatch
{
    /// <summary>x_0, the data, shape (B, …).</summary>
    public required Tensor Data { get; init; }

    /// <summary>A noise level per sample, drawn by the time sampler.</summary>
    public required NoiseLevels Levels { get; init; }

    /// <summary>ε ~ N(0, I), shape of <see cref="Data"/>.</summary>
    public required Tensor Noise { get; init; }

    /// <summary>The process that the levels are of.</summary>
    public required NoiseSchedule Schedule { get; init; }

    /// <summary>Further draws (probe directions, say).</summary>
    public required INoiseSource Randomness { get; init; }

    /// <summary>x_t = α x_0 + σ ε, the noisy data. A fresh tensor.</summary>
    public Tensor NoisyData() => Levels.Combine(l => l.Alpha, Data, l => l.Sigma, Noise);
}
