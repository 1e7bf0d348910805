using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Schedules;

/// <summary>Options of <see cref="VariancePreservingSchedule"/>.</summary>
public sealed record VariancePreservingOptions : ComponentOptions, IValidatableObject
{
    [Description("Noise rate β at t = 0.")]
    [Range(0.0, 1000.0)]
    public double BetaMin { get; init; } = 0.1;

    [Description("Noise rate β at t = 1.")]
    [Range(0.0, 1000.0, MinimumIsExclusive = true)]
    public double BetaMax { get; init; } = 20;

    [Description("Noise that is on the data from the start: its square is added to the variance.")]
    [Range(0.0, 1.0)]
    public double SigmaMin { get; init; }

    [Description("T, the time at which the process counts as noise.")]
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double Horizon { get; init; } = 1;

    [Description("The time nearest to the data that a grid visits before its last step; 0 only with a sigmaMin.")]
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double MinimumTime { get; init; } = 1e-3;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MinimumTime >= Horizon)
            yield return new ValidationResult("minimumTime must be smaller than horizon.", [nameof(MinimumTime), nameof(Horizon)]);
        if (MinimumTime == 0 && SigmaMin == 0)
            yield return new ValidationResult(
                "minimumTime must be greater than 0 where sigmaMin is 0: the smallest level of a grid has noise.", [nameof(MinimumTime), nameof(SigmaMin)]);
    }
}

/// <summary>The variance-preserving process, the continuous limit of DDPM, with a noise rate that grows linearly.</summary>
/// <remarks>
/// Song et al. 2021, "Score-based generative modeling through stochastic differential equations", eq. 11 and appendix C. With
/// B(t) = ∫₀ᵗ β:  α = e^(−B/2),  σ² = 1 − e^(−B),  f = −β/2,  g² = β,  e^(−2λ) = e^B − 1.
/// With noise m = σ_min on the data from the start, σ² = 1 − e^(−B) + m²,  g² = β (1 + m²),  e^(−2λ) = (1 + m²) e^B − 1: the form of azula,
/// whose α = α_min^(t²) is β_min = 0, β_max = −4 log α_min.
/// </remarks>
[Component(ComponentKind.Schedule, "variance-preserving", "DDPM's limit: alpha² + sigma² = 1, noise rate linear in time",
    Reference = "Song et al. 2021, eq. 11", Aliases = ["vp"])]
public sealed class VariancePreservingSchedule(VariancePreservingOptions options) : NoiseSchedule
{
    private readonly LinearBeta _beta = new(options.BetaMin, options.BetaMax);
    private readonly double _initialVariance = options.SigmaMin * options.SigmaMin;

    /// <inheritdoc/>
    public override double Horizon => options.Horizon;

    /// <inheritdoc/>
    public override double MinimumTime => options.MinimumTime;

    /// <inheritdoc/>
    public override NoiseLevel At(double t)
    {
        double integral = _beta.Integral(t);
        return new(t, Math.Exp(-0.5 * integral), Math.Sqrt(_initialVariance - PreciseMath.Expm1(-integral)));
    }

    /// <inheritdoc/>
    public override double Drift(double t) => -0.5 * _beta.At(t);

    /// <inheritdoc/>
    public override double DiffusionSquared(double t) => _beta.At(t) * (1 + _initialVariance);

    /// <inheritdoc/>
    public override double TimeAt(double halfLogSnr)
    {
        // e^B − 1 where the two variances are of a size, and B itself where their exponentials might overflow.
        double integral = halfLogSnr > 0
            ? PreciseMath.Log1p((Math.Exp(-2 * halfLogSnr) - _initialVariance) / (1 + _initialVariance))
            : PreciseMath.Softplus(-2 * halfLogSnr) - PreciseMath.Log1p(_initialVariance);
        return _beta.TimeAtIntegral(integral);
    }

    /// <summary>dσ/dt = β α²/2σ; the general form subtracts σ² from 1.</summary>
    public override double SigmaRate(double t)
    {
        NoiseLevel level = At(t);
        return 0.5 * _beta.At(t) * level.Alpha * level.Alpha / level.Sigma;
    }
}
