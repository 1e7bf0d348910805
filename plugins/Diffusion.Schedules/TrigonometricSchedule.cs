using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Schedules;

/// <summary>Options of <see cref="TrigonometricSchedule"/>.</summary>
public sealed record TrigonometricOptions : ComponentOptions
{
    [Description("T, the time at which the process counts as noise. At 1 nothing of the data is left (α = 0), where only grids uniform in time and models that predict data or velocity can start.")]
    [Range(0.5, 1)]
    public double Horizon { get; init; } = 1;

    [Description("The time nearest to the data that a grid visits before its last step.")]
    [Range(0, 0.5, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double MinimumTime { get; init; } = 1e-3;
}

/// <summary>The trigonometric interpolant: a quarter turn from data to noise.</summary>
/// <remarks>
/// Albergo &amp; Vanden-Eijnden 2023, "Building normalizing flows with stochastic interpolants":  α = cos(πt/2),  σ = sin(πt/2),
/// f = −(π/2) tan(πt/2),  g² = π tan(πt/2),  λ = log cot(πt/2).
/// </remarks>
[Component(ComponentKind.Schedule, "trigonometric", "A quarter turn: alpha = cos(pi t/2), sigma = sin(pi t/2)",
    Reference = "Albergo & Vanden-Eijnden 2023")]
public sealed class TrigonometricSchedule(TrigonometricOptions options) : NoiseSchedule
{
    private const double HalfPi = 0.5 * Math.PI;

    /// <inheritdoc/>
    public override double Horizon => options.Horizon;

    /// <inheritdoc/>
    public override double MinimumTime => options.MinimumTime;

    // The sine of the remaining angle, so that α is exactly 0 at t = 1.
    /// <inheritdoc/>
    public override NoiseLevel At(double t) => new(t, Math.Sin(HalfPi * (1 - t)), Math.Sin(HalfPi * t));

    /// <inheritdoc/>
    public override double Drift(double t) => -0.5 * DiffusionSquared(t);

    /// <inheritdoc/>
    public override double DiffusionSquared(double t)
    {
        NoiseLevel level = At(t);
        return Math.PI * level.Sigma / level.Alpha;
    }

    /// <inheritdoc/>
    public override double TimeAt(double halfLogSnr) => Math.Atan(Math.Exp(-halfLogSnr)) / HalfPi;

    /// <summary>dα/dt = −(π/2) σ, also at t = 1, where f is infinite.</summary>
    public override double AlphaRate(double t) => -HalfPi * At(t).Sigma;

    /// <summary>dσ/dt = (π/2) α, also at both ends, where the general form is undefined.</summary>
    public override double SigmaRate(double t) => HalfPi * At(t).Alpha;
}
