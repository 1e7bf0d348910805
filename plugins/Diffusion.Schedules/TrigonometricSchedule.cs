using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Schedules;

/// <summary>Options of <see cref="TrigonometricSchedule"/>.</summary>
public sealed record TrigonometricOptions : ComponentOptions, IValidatableObject
{
    [Description("T, the time at which the process counts as noise. At 1 nothing of the data is left (α = 0), where only grids uniform in time and models that "
        + "predict data or velocity can start.")]
    [Range(0.5, 1)]
    public double Horizon { get; init; } = 1;

    [Description("What is left of the data at t = 1.")]
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double AlphaMin { get; init; }

    [Description("Noise that is on the data from the start: its square is added to the variance.")]
    [Range(0.0, 1.0)]
    public double SigmaMin { get; init; }

    [Description("The time nearest to the data that a grid visits before its last step; 0 only with a sigmaMin.")]
    [Range(0.0, 0.5, MaximumIsExclusive = true)]
    public double MinimumTime { get; init; } = 1e-3;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MinimumTime == 0 && SigmaMin == 0)
            yield return new ValidationResult(
                "minimumTime must be greater than 0 where sigmaMin is 0: the smallest level of a grid has noise.", [nameof(MinimumTime), nameof(SigmaMin)]);
    }
}

/// <summary>The trigonometric interpolant: a quarter turn from data to noise.</summary>
/// <remarks>
/// Albergo &amp; Vanden-Eijnden 2023, "Building normalizing flows with stochastic interpolants":  α = cos(πt/2),  σ = sin(πt/2),
/// f = −(π/2) tan(πt/2),  g² = π tan(πt/2),  λ = log cot(πt/2). With α_min the turn ends at θ = arccos α_min instead of π/2, and with
/// m = σ_min noise is on the data from the start: α = cos θt,  σ² = sin² θt + m²,  g² = 2θ (1 + m²) tan θt, the "cosine" of azula.
/// </remarks>
[Component(ComponentKind.Schedule, "trigonometric", "A quarter turn: alpha = cos(pi t/2), sigma = sin(pi t/2)",
    Reference = "Albergo & Vanden-Eijnden 2023")]
public sealed class TrigonometricSchedule(TrigonometricOptions options) : NoiseSchedule
{
    private readonly double _rate = Math.Acos(options.AlphaMin);
    private readonly double _angleLeft = Math.Asin(options.AlphaMin);
    private readonly double _initialVariance = options.SigmaMin * options.SigmaMin;

    /// <inheritdoc/>
    public override double Horizon => options.Horizon;

    /// <inheritdoc/>
    public override double MinimumTime => options.MinimumTime;

    /// <inheritdoc/>
    public override NoiseLevel At(double t)
    {
        double sine = Math.Sin(_rate * t);
        return new(t, Cosine(t), _initialVariance == 0 ? sine : Math.Sqrt((sine * sine) + _initialVariance));
    }

    /// <inheritdoc/>
    public override double Drift(double t) => -_rate * Math.Sin(_rate * t) / Cosine(t);

    /// <inheritdoc/>
    public override double DiffusionSquared(double t) => -2 * (1 + _initialVariance) * Drift(t);

    /// <inheritdoc/>
    public override double TimeAt(double halfLogSnr) =>
        Math.Atan(Math.Sqrt(Math.Max(0, Math.Exp(-2 * halfLogSnr) - _initialVariance) / (1 + _initialVariance))) / _rate;

    /// <summary>dα/dt = −θ sin θt, also at t = 1, where f is infinite.</summary>
    public override double AlphaRate(double t) => -_rate * Math.Sin(_rate * t);

    /// <summary>dσ/dt = θ sin θt cos θt/σ, also at both ends, where the general form is undefined.</summary>
    public override double SigmaRate(double t) => _rate * Cosine(t) * (_initialVariance == 0 ? 1 : Math.Sin(_rate * t) / At(t).Sigma);

    // The sine of what is left of the quarter turn keeps its digits near t = 1, and is exactly 0 there without an alphaMin.
    private double Cosine(double t) => Math.Sin(_angleLeft + (_rate * (1 - t)));
}
