using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Schedules;

/// <summary>Options of <see cref="VariancePreservingSchedule"/>.</summary>
public sealed record VariancePreservingOptions : ComponentOptions
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

/// <summary>The variance-preserving process, the continuous limit of DDPM, with a noise rate that grows linearly.</summary>
/// <remarks>
/// Song et al. 2021, "Score-based generative modeling through stochastic differential equations", eq. 11 and appendix C. With
/// B(t) = ∫₀ᵗ β:  α = e^(−B/2),  σ² = 1 − e^(−B),  f = −β/2,  g² = β,  e^(−2λ) = e^B − 1.
/// </remarks>
[Component(ComponentKind.Schedule, "variance-preserving", "DDPM's limit: alpha² + sigma² = 1, noise rate linear in time",
    Reference = "Song et al. 2021, eq. 11")]
public sealed class VariancePreservingSchedule(VariancePreservingOptions options) : NoiseSchedule
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
        return new(t, Math.Exp(-0.5 * integral), Math.Sqrt(-PreciseMath.Expm1(-integral)));
    }

    /// <inheritdoc/>
    public override double Drift(double t) => -0.5 * _beta.At(t);

    /// <inheritdoc/>
    public override double DiffusionSquared(double t) => _beta.At(t);

    /// <inheritdoc/>
    public override double TimeAt(double halfLogSnr) => _beta.TimeAtIntegral(PreciseMath.Softplus(-2 * halfLogSnr));

    /// <summary>dσ/dt = β α²/2σ; the general form subtracts σ² from 1.</summary>
    public override double SigmaRate(double t)
    {
        NoiseLevel level = At(t);
        return 0.5 * _beta.At(t) * level.Alpha * level.Alpha / level.Sigma;
    }
}
