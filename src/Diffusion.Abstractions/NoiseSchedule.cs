namespace Diffusion;

/// <summary>
/// A forward process dx = f(t) x dt + g(t) dW as the Gaussian path it makes: x_t = α(t) x_0 + σ(t) ε for t in [0, <see cref="Horizon"/>].
/// </summary>
/// <remarks>
/// Scalar float64 throughout, no tensors. λ(t) = log(α/σ) must fall strictly. Implementations use expm1/log1p forms: σ is small exactly
/// where 1 − α² cancels. Times outside [0, Horizon] are the caller's error and need not be checked.
/// </remarks>
public abstract class NoiseSchedule
{
    /// <summary>T, the time at which the process counts as noise.</summary>
    public abstract double Horizon { get; }

    /// <summary>
    /// The time nearest to the data that a grid visits before its last step: where the noise is small and the score still bounded.
    /// </summary>
    public abstract double MinimumTime { get; }

    /// <summary>α and σ at time <paramref name="t"/>.</summary>
    public abstract NoiseLevel At(double t);

    /// <summary>f(t) = d log α/dt, the drift coefficient, per unit of time.</summary>
    public abstract double Drift(double t);

    /// <summary>g²(t) = dσ²/dt − 2 f σ², the squared diffusion coefficient, per unit of time.</summary>
    public abstract double DiffusionSquared(double t);

    /// <summary>The time at which log(α/σ) equals <paramref name="halfLogSnr"/>; the inverse of t ↦ λ(t).</summary>
    public abstract double TimeAt(double halfLogSnr);

    /// <summary>dα/dt. Overridden where f is singular but α′ is not (a rectified flow at t = 1).</summary>
    public virtual double AlphaRate(double t) => Drift(t) * At(t).Alpha;

    /// <summary>dσ/dt = (½ g² + f σ²)/σ. Overridden where that form is singular or loses digits.</summary>
    public virtual double SigmaRate(double t)
    {
        double sigma = At(t).Sigma;
        return (0.5 * DiffusionSquared(t) / sigma) + (Drift(t) * sigma);
    }

    /// <summary>The level whose log(α/σ) equals <paramref name="halfLogSnr"/>, for methods that evaluate between grid points.</summary>
    public NoiseLevel AtHalfLogSnr(double halfLogSnr) => At(TimeAt(halfLogSnr));
}
