using static TorchSharp.torch;

namespace Diffusion.ScoreModels.Mlp;

/// <summary>
/// Features of the half log-SNR: sin jθ and cos jθ for j = 1 … F with θ = π λ/(2 limit), λ = log(α/σ) clamped to ±limit, so that θ runs
/// through half a circle and no two levels share their features.
/// </summary>
internal sealed class NoiseEmbedding(int frequencies, double limit)
{
    /// <summary>2 F.</summary>
    public int Features => 2 * frequencies;

    /// <summary>The features of every level in <paramref name="like"/>'s type and device, shape (1 or B, 2 F).</summary>
    public Tensor Embed(NoiseLevels levels, Tensor like)
    {
        double[] features = new double[levels.Count * Features];
        for (int i = 0; i < levels.Count; i++)
            Embed(levels[i].HalfLogSnr, features.AsSpan(i * Features, Features));
        return tensor(features, [levels.Count, Features], dtype: like.dtype, device: like.device);
    }

    // Powers of e^{iθ}: one sine and cosine for all frequencies.
    private void Embed(double halfLogSnr, Span<double> features)
    {
        (double sine, double cosine) = Math.SinCos(Math.PI / 2 * Math.Clamp(halfLogSnr, -limit, limit) / limit);
        (double s, double c) = (sine, cosine);
        for (int j = 0; j < frequencies; j++)
        {
            features[j] = s;
            features[frequencies + j] = c;
            (s, c) = ((s * cosine) + (c * sine), (c * cosine) - (s * sine));
        }
    }
}
