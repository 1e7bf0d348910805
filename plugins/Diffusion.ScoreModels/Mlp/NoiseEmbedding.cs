using Diffusion.Numerics;

using static TorchSharp.torch;

namespace Diffusion.ScoreModels.Mlp;

/// <summary>Features of a noise level for a network: a sine and a cosine of F angles.</summary>
/// <param name="frequencies">F.</param>
/// <param name="limit">Half log-SNRs λ = log(α/σ) beyond ±limit look alike.</param>
internal abstract class NoiseEmbedding(int frequencies, double limit)
{
    /// <summary>2 F.</summary>
    public int Features => 2 * frequencies;

    /// <summary>The features of every level in <paramref name="like"/>'s type and device, shape (1 or B, 2 F).</summary>
    public Tensor Embed(NoiseLevels levels, Tensor like)
    {
        double[] features = new double[levels.Count * Features];
        for (int i = 0; i < levels.Count; i++)
        {
            Span<double> row = features.AsSpan(i * Features, Features);
            Fill(Math.Clamp(levels[i].HalfLogSnr, -limit, limit), row[..frequencies], row[frequencies..]);
        }

        return HostNumbers.ToTensor(features, [levels.Count, Features], like);
    }

    /// <summary>Sines and cosines of a level.</summary>
    protected abstract void Fill(double halfLogSnr, Span<double> sines, Span<double> cosines);
}
