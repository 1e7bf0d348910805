using static TorchSharp.torch;

namespace Diffusion.Certification;

/// <summary>
/// Every vector of signs in turn instead of random probes: the mean over indices 0 … 2^D − 1 is the expectation over Rademacher probes, exactly.
/// </summary>
/// <remarks>Entry j of draw i is +1 where bit j of i is set and −1 elsewhere, the same for every sample.</remarks>
public sealed class EnumeratedProbes : INoiseSource
{
    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: a sign is no increment of a path.</exception>
    public Tensor BrownianIncrement(NoiseLevel from, NoiseLevel to, Tensor like) =>
        throw new NotSupportedException("Enumerated probes are no Brownian path.");

    /// <summary>Signs, shape of <paramref name="like"/>, (B, …).</summary>
    public Tensor Independent(long index, Tensor like)
    {
        long dimension = like.numel() / like.shape[0];
        double[] signs = [.. Enumerable.Range(0, (int)dimension).Select(j => ((index >> j) & 1) == 1 ? 1.0 : -1.0)];
        long[] shape = [1, .. like.shape[1..]];
        return tensor(signs, shape, dtype: like.dtype, device: like.device).expand(like.shape).clone();
    }
}
