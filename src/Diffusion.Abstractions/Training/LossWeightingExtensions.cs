namespace Diffusion;

/// <summary>Weights on residuals other than the one they are stated for.</summary>
public static class LossWeightingExtensions
{
    /// <summary>
    /// The weight on the squared <paramref name="residual"/> that equals the stated one on the squared <see cref="ILossWeighting.Form"/>:
    /// min(SNR, γ) on the data, say, is min(SNR, γ)/SNR on the noise.
    /// </summary>
    public static double WeightOn(this ILossWeighting weighting, ResidualForm residual, NoiseLevel level, NoiseSchedule schedule)
    {
        double weight = weighting.Weight(level, schedule);
        if (weighting.Form is not { } form || form == residual)
            return weight;

        double ratio = form.Size(level, schedule) / residual.Size(level, schedule);
        return weight * ratio * ratio;
    }
}
