namespace Diffusion;

/// <summary>
/// One point on a Gaussian path x_t = α x_0 + σ ε, ε ~ N(0, I), data at t = 0.
/// </summary>
/// <param name="T">Process time, in the schedule's own unit (0 is data).</param>
/// <param name="Alpha">Signal scale α_t.</param>
/// <param name="Sigma">Noise scale σ_t.</param>
/// <remarks>A value type, so that <c>t.Alpha</c> and <c>s.Sigma</c> read as α_t and σ_s and cannot be mixed up as three loose doubles can.</remarks>
public readonly record struct NoiseLevel(double T, double Alpha, double Sigma)
{
    /// <summary>The data itself: t = 0, α = 1, σ = 0.</summary>
    public static NoiseLevel Clean => new(0, 1, 0);

    /// <summary>λ = log(α/σ), half the log signal-to-noise ratio; +∞ for clean data, −∞ for pure noise.</summary>
    public double HalfLogSnr => Math.Log(Alpha / Sigma);

    /// <summary>σ̂ = σ/α, the noise scale that the data see (the "σ" of EDM, Karras et al. 2022).</summary>
    public double NoiseToSignal => Sigma / Alpha;

    /// <summary>Whether no noise is left (σ = 0).</summary>
    public bool IsClean => Sigma == 0;
}
