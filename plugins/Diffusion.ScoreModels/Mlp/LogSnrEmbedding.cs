namespace Diffusion.ScoreModels.Mlp;

/// <summary>
/// Harmonics of the half log-SNR: the angles are jθ, j = 1 … F, with θ = π λ/(2 limit), so that θ runs through half a circle and no two levels share their
/// features.
/// </summary>
internal sealed class LogSnrEmbedding(int frequencies, double limit) : NoiseEmbedding(frequencies, limit)
{
    private readonly double _limit = limit;

    /// <inheritdoc/>
    protected override void Fill(double halfLogSnr, Span<double> sines, Span<double> cosines)
    {
        // Powers of e^{iθ}: one sine and cosine for all frequencies.
        (double sine, double cosine) = Math.SinCos(Math.PI / 2 * halfLogSnr / _limit);
        (double s, double c) = (sine, cosine);
        for (int j = 0; j < sines.Length; j++)
        {
            sines[j] = s;
            cosines[j] = c;
            (s, c) = ((s * cosine) + (c * sine), (c * cosine) - (s * sine));
        }
    }
}
