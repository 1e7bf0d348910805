namespace Diffusion.Losses;

/// <summary>The ratio that weightings are functions of.</summary>
internal static class SignalToNoise
{
    /// <summary>SNR = α²/σ², 0 for pure noise.</summary>
    public static double Ratio(NoiseLevel level)
    {
        double amplitude = level.Alpha / level.Sigma;
        return amplitude * amplitude;
    }
}
