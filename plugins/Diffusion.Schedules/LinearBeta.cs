namespace Diffusion.Schedules;

/// <summary>β(t) = β_min + (β_max − β_min) t on t ∈ [0, 1], the rate that variance-preserving and sub-VP processes share.</summary>
internal readonly record struct LinearBeta(double Minimum, double Maximum)
{
    /// <summary>β(t).</summary>
    public double At(double t) => Minimum + ((Maximum - Minimum) * t);

    /// <summary>∫₀ᵗ β.</summary>
    public double Integral(double t) => t * (Minimum + (0.5 * (Maximum - Minimum) * t));

    /// <summary>The t at which ∫₀ᵗ β equals <paramref name="integral"/>: the root of the quadratic in the form that does not cancel.</summary>
    public double TimeAtIntegral(double integral) =>
        2 * integral / (Minimum + Math.Sqrt((Minimum * Minimum) + (2 * (Maximum - Minimum) * integral)));
}
