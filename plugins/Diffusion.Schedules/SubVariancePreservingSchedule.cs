using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Schedules;

/// <summary>Options of <see cref="SubVariancePreservingSchedule"/>.</summary>
public sealed record SubVariancePreservingOptions : ComponentOptions
{
    [Description("Noise rate β at t = 0.")]
    [Range(0.0, 1000.0)]
    public double BetaMin { get; init; } = 0.1;

    [Description("Noise rate β at t = 1.")]
    [Range(0.0, 1000.0, MinimumIsExclusive = true)]
    public double BetaMax { get; init; } = 20;

    [Description("The time nearest to the data that a grid visits before its last step.")]
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double MinimumTime { get; init; } = 1e-3;
}

/// <summary>The sub-VP process: the drift of the variance-preserving one, and never more variance than it.</summary>
/// <remarks>
/// Song et al. 2021, "Score-based generative modeling through stochastic differential equations", eq. 12 and appendix C. With
/// B(t) = ∫₀ᵗ β:  α = e^(−B/2),  σ = 1 − e^(−B),  f = −β/2,  g² = β (1 − e^(−2B)),  e^(−λ) = 2 sinh(B/2).
/// </remarks>
[Component(ComponentKind.Schedule, "sub-vp", "Variance-preserving drift with a smaller variance: sigma = 1 - alpha²",
    Reference = "Song et al. 2021, eq. 12")]
public sealed class SubVariancePreservingSchedule(SubVariancePreservingOptions options) : NoiseSchedule
{
    private readonly LinearBeta _beta = new(options.BetaMin, options.BetaMax);

    /// <inheritdoc/>
    public override double Horizon => 1;

    /// <inheritdoc/>
    public override double MinimumTime => options.MinimumTime;

    /// <inheritdoc/>
    public override NoiseLevel At(double t)
    {
        double integral = _beta.Integral(t);
        return new(t, Math.Exp(-0.5 * integral), -PreciseMath.Expm1(-integral));
    }

    /// <inheritdoc/>
    public override double Drift(double t) => -0.5 * _beta.At(t);

    /// <inheritdoc/>
    public override double DiffusionSquared(double t) => -_beta.At(t) * PreciseMath.Expm1(-2 * _beta.Integral(t));

    /// <inheritdoc/>
    public override double TimeAt(double halfLogSnr) => _beta.TimeAtIntegral(2 * Math.Asinh(0.5 * Math.Exp(-halfLogSnr)));

    /// <summary>dσ/dt = β e^(−B); the general form divides by σ, which is 0 at t = 0.</summary>
    public override double SigmaRate(double t) => _beta.At(t) * Math.Exp(-_beta.Integral(t));
}
