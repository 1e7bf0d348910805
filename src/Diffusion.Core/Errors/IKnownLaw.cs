using Diffusion.Core.Randomness;

using static TorchSharp.torch;

namespace Diffusion.Core.Errors;

/// <summary>A law of data, each a vector of D numbers, whose noisy versions have a known posterior mean and density. Tensors are float64 on the CPU.</summary>
internal interface IKnownLaw
{
    /// <summary>Draws x_0.</summary>
    /// <param name="key">What the draw derives from.</param>
    /// <param name="firstSample">Number of its first sample among all that derive from the key.</param>
    /// <param name="stream">Which draw.</param>
    /// <param name="like">A tensor of the shape (N, D) asked for.</param>
    Tensor Draw(NoiseKey key, long firstSample, long stream, Tensor like);

    /// <summary>E[x_0 | x_t], shape (N, D), and log p_t(x_t) in nats, shape (N), at x_t of shape (N, D); σ > 0.</summary>
    (Tensor Denoised, Tensor LogDensity) Posterior(Tensor x, NoiseLevels levels);
}
