using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Schedules;

/// <summary>Options of <see cref="CosineSchedule"/>.</summary>
public sealed record CosineOptions : ComponentOptions
{
    [Description("Offset s of the phase, which keeps the noise rate away from 0 at t = 0.")]
    [Range(0.0, 1.0)]
    public double Offset { get; init; } = 0.008;

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
/// The horizon is DPM-Solver's 0.9946 (Lu et al. 2022), beyond which g² grows without bound.
/// </remarks>
[Component(ComponentKind.Schedule, "cosine", "alpha is a cosine of time, alpha² + sigma² = 1",
    Reference = "Nichol & Dhariwal 2021, eq. 17")]
public sealed class CosineSchedule(CosineOptions options) : NoiseSchedule
{
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
        double variance = Math.Sin(_phaseAtZero + Phase(t)) * Math.Sin(_rate * t) / (_cosineAtZero * _cosineAtZero);
        return new(t, Math.Sin(Remaining(t)) / _cosineAtZero, Math.Sqrt(variance));
    }

    /// <inheritdoc/>
    public override double Drift(double t) => -_rate * Math.Sin(Phase(t)) / Math.Sin(Remaining(t));

    /// <inheritdoc/>
    public override double DiffusionSquared(double t) => -2 * Drift(t);

    /// <inheritdoc/>
    public override double TimeAt(double halfLogSnr)
    {
        double cosine = _cosineAtZero / Math.Sqrt(1 + Math.Exp(-2 * halfLogSnr));
        double varianceScaled = _cosineAtZero * _cosineAtZero / (1 + Math.Exp(2 * halfLogSnr));
        double sineAtZero = Math.Sin(_phaseAtZero);
        double sine = Math.Sqrt((sineAtZero * sineAtZero) + varianceScaled);

        // θ − θ₀ by sine and cosine of the difference: an arc cosine of α would lose half the digits near t = 0.
        double sineOfAdvance = varianceScaled / ((sine * _cosineAtZero) + (cosine * sineAtZero));
        double cosineOfAdvance = (cosine * _cosineAtZero) + (sine * sineAtZero);
        return Math.Atan2(sineOfAdvance, cosineOfAdvance) / _rate;
    }

    /// <summary>dα/dt = −θ′ sin θ/cos θ₀, also at t = 1, where f is infinite.</summary>
    public override double AlphaRate(double t) => -_rate * Math.Sin(Phase(t)) / _cosineAtZero;

    /// <summary>dσ/dt = −α α′/σ; the general form subtracts σ² from 1.</summary>
    public override double SigmaRate(double t)
    {
        NoiseLevel level = At(t);
        return -level.Alpha * AlphaRate(t) / level.Sigma;
    }

    private double Phase(double t) => _phaseAtZero + (_rate * t);

    // π/2 − θ, of which the sine keeps its digits near t = 1 and is exactly 0 there, as the cosine of θ is not.
    private double Remaining(double t) => _rate * (1 - t);
}
