using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Schedules;

/// <summary>Options of <see cref="CosineSchedule"/>.</summary>
public sealed record CosineOptions : ComponentOptions
{
    [Description("Offset s of the phase, which keeps the noise rate away from 0 at t = 0.")]
    [Range(0.0, 1.0)]
    public double Offset { get; init; } = 0.008;

    [Description("Factor on the noise scale σ/α at every time: above 1 for data of higher resolution, where the same noise destroys less.")]
    [Range(1e-3, 1e3)]
    public double Shift { get; init; } = 1;

    [Description("T, the time at which the process counts as noise; at 1 nothing of the data is left.")]
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double Horizon { get; init; } = 0.9946;

    [Description("The time nearest to the data that a grid visits before its last step.")]
    [Range(0, 0.5, MinimumIsExclusive = true)]
    public double MinimumTime { get; init; } = 1e-3;
}

/// <summary>The cosine schedule in continuous time.</summary>
/// <remarks>
/// Nichol &amp; Dhariwal 2021, "Improved denoising diffusion probabilistic models", eq. 17, without their clipping of β. With the phase
/// θ(t) = (π/2)(t + s)/(1 + s):  α = cos θ/cos θ₀,  σ² = 1 − α² = sin(θ + θ₀) sin(θ − θ₀)/cos² θ₀,  f = −θ′ tan θ,  g² = −2f.
/// The horizon is DPM-Solver's 0.9946 (Lu et al. 2022), beyond which g² grows without bound. A shift s multiplies σ/α by s, that is, moves
/// log(α²/σ²) by −2 log s (Hoogeboom et al. 2023, "Simple diffusion", eq. 8, s = d/64 for images of d² pixels): with D = α² + s²σ²,
/// α ← α/√D,  σ ← sσ/√D,  f ← s² f/D.
/// </remarks>
[Component(ComponentKind.Schedule, "cosine", "alpha is a cosine of time, alpha² + sigma² = 1",
    Reference = "Nichol & Dhariwal 2021, eq. 17")]
public sealed class CosineSchedule(CosineOptions options) : NoiseSchedule
{
    private readonly double _shift = options.Shift;
    private readonly double _rate = 0.5 * Math.PI / (1 + options.Offset);
    private readonly double _cosineAtZero = Math.Cos(0.5 * Math.PI * options.Offset / (1 + options.Offset));
    private readonly double _phaseAtZero = 0.5 * Math.PI * options.Offset / (1 + options.Offset);

    /// <inheritdoc/>
    public override double Horizon => options.Horizon;

    /// <inheritdoc/>
    public override double MinimumTime => options.MinimumTime;

    /// <inheritdoc/>
    public override NoiseLevel At(double t)
    {
        (double alpha, double variance) = Unshifted(t);
        double norm = Math.Sqrt(Norm(alpha, variance));
        return new(t, alpha / norm, _shift * Math.Sqrt(variance) / norm);
    }

    /// <inheritdoc/>
    public override double Drift(double t)
    {
        (double alpha, double variance) = Unshifted(t);
        return -_shift * _shift * _rate * Math.Sin(Phase(t)) / (Math.Sin(Remaining(t)) * Norm(alpha, variance));
    }

    /// <inheritdoc/>
    public override double DiffusionSquared(double t) => -2 * Drift(t);

    /// <inheritdoc/>
    public override double TimeAt(double halfLogSnr)
    {
        halfLogSnr += Math.Log(_shift);
        double cosine = _cosineAtZero / Math.Sqrt(1 + Math.Exp(-2 * halfLogSnr));
        double varianceScaled = _cosineAtZero * _cosineAtZero / (1 + Math.Exp(2 * halfLogSnr));
        double sineAtZero = Math.Sin(_phaseAtZero);
        double sine = Math.Sqrt((sineAtZero * sineAtZero) + varianceScaled);

        // θ − θ₀ by sine and cosine of the difference: an arc cosine of α would lose half the digits near t = 0.
        double sineOfAdvance = varianceScaled / ((sine * _cosineAtZero) + (cosine * sineAtZero));
        double cosineOfAdvance = (cosine * _cosineAtZero) + (sine * sineAtZero);
        return Math.Atan2(sineOfAdvance, cosineOfAdvance) / _rate;
    }

    /// <summary>dα/dt = −s² θ′ sin θ/(D^(3/2) cos θ₀), also at t = 1, where f is infinite.</summary>
    public override double AlphaRate(double t)
    {
        (double alpha, double variance) = Unshifted(t);
        return -_shift * _shift * _rate * Math.Sin(Phase(t)) / (_cosineAtZero * Math.Pow(Norm(alpha, variance), 1.5));
    }

    /// <summary>dσ/dt = −α α′/σ; the general form subtracts σ² from 1.</summary>
    public override double SigmaRate(double t)
    {
        NoiseLevel level = At(t);
        return -level.Alpha * AlphaRate(t) / level.Sigma;
    }

    private (double Alpha, double Variance) Unshifted(double t) => (
        Math.Sin(Remaining(t)) / _cosineAtZero,
        Math.Sin(_phaseAtZero + Phase(t)) * Math.Sin(_rate * t) / (_cosineAtZero * _cosineAtZero));

    // D, 1 but for rounding without a shift.
    private double Norm(double alpha, double variance) => _shift == 1 ? 1 : (alpha * alpha) + (_shift * _shift * variance);

    private double Phase(double t) => _phaseAtZero + (_rate * t);

    // π/2 − θ, of which the sine keeps its digits near t = 1 and is exactly 0 there, as the cosine of θ is not.
    private double Remaining(double t) => _rate * (1 - t);
}
