using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Schedules;

/// <summary>Options of <see cref="VarianceExplodingSchedule"/>.</summary>
public sealed record VarianceExplodingOptions : ComponentOptions, IValidatableObject
{
    [Description("Smallest noise scale.")]
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double SigmaMin { get; init; } = 0.01;

    [Description("Largest noise scale.")]
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double SigmaMax { get; init; } = 50;

    [Description("Whether σ is the noise added since t = 0 (σ(0) = 0) rather than the geometric scale itself (σ(0) = sigmaMin).")]
    public bool Continuous { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (SigmaMin >= SigmaMax)
            yield return new ValidationResult("sigmaMin must be smaller than sigmaMax.", [nameof(SigmaMin), nameof(SigmaMax)]);
    }
}

/// <summary>The variance-exploding process (SMLD): noise of geometrically growing scale on data that keep their size.</summary>
/// <remarks>
/// Song et al. 2021, "Score-based generative modeling through stochastic differential equations", eq. 9 and appendix C. With
/// s(t) = σ_min (σ_max/σ_min)^t:  α = 1,  g² = 2 log(σ_max/σ_min) s²,  and σ = s (their reference code, which leaves σ_min on the data at
/// t = 0) or, <c>continuous</c>, σ² = s² − σ_min² (the solution of the equation from clean data). In the first form t = 0 is a level like
/// any other and the smallest; in the second a grid's smallest level is the one with σ = σ_min.
/// </remarks>
[Component(ComponentKind.Schedule, "variance-exploding", "SMLD: alpha = 1, sigma grows geometrically from sigmaMin to sigmaMax",
    Reference = "Song et al. 2021, eq. 9", Aliases = ["ve", "smld"])]
public sealed class VarianceExplodingSchedule(VarianceExplodingOptions options) : NoiseSchedule
{
    private readonly double _logRatio = Math.Log(options.SigmaMax / options.SigmaMin);
    private readonly double _logSigmaMin = Math.Log(options.SigmaMin);

    /// <inheritdoc/>
    public override double Horizon => 1;

    /// <inheritdoc/>
    public override double MinimumTime => options.Continuous ? TimeAt(-_logSigmaMin) : 0;

    /// <inheritdoc/>
    public override NoiseLevel At(double t) =>
        new(t, 1, options.Continuous ? options.SigmaMin * Math.Sqrt(PreciseMath.Expm1(2 * _logRatio * t)) : Scale(t));

    /// <inheritdoc/>
    public override double Drift(double t) => 0;

    /// <inheritdoc/>
    public override double DiffusionSquared(double t) => 2 * _logRatio * Scale(t) * Scale(t);

    /// <inheritdoc/>
    public override double TimeAt(double halfLogSnr)
    {
        double logMultiple = -halfLogSnr - _logSigmaMin;
        return (options.Continuous ? 0.5 * PreciseMath.Softplus(2 * logMultiple) : logMultiple) / _logRatio;
    }

    private double Scale(double t) => options.SigmaMin * Math.Exp(_logRatio * t);
}
