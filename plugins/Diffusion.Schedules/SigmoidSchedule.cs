using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Schedules;

/// <summary>Options of <see cref="SigmoidSchedule"/>.</summary>
public sealed record SigmoidOptions : ComponentOptions, IValidatableObject
{
    [Description("Where on the sigmoid t = 0 is.")]
    [Range(-10.0, 10.0)]
    public double Start { get; init; } = -3;

    [Description("Where on the sigmoid t = 1 is.")]
    [Range(-10.0, 10.0)]
    public double End { get; init; } = 3;

    [Description("τ, by which both are divided: the larger, the closer to a straight line.")]
    [Range(0.1, 10.0)]
    public double Temperature { get; init; } = 1;

    [Description("T, the time at which the process counts as noise. At 1 nothing of the data is left (α = 0) and its rate is infinite, "
        + "where only methods that need no rates can start.")]
    [Range(0.5, 1.0)]
    public double Horizon { get; init; } = 0.999;

    [Description("The time nearest to the data that a grid visits before its last step.")]
    [Range(0.0, 0.5, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double MinimumTime { get; init; } = 1e-3;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Start >= End)
            yield return new ValidationResult("start must be smaller than end.", [nameof(Start), nameof(End)]);
    }
}

/// <summary>A variance-preserving process whose share of the data falls along a sigmoid.</summary>
/// <remarks>
/// Jabri, Fleet &amp; Chen 2022, "Scalable adaptive computation for iterative generation", appendix B; Chen 2023, "On the importance of noise
/// scheduling", algorithm 1. With x = (start + (end − start) t)/τ between a and b, S the logistic function and S(x) − S(y) =
/// sinh((x − y)/2)/(2 cosh(x/2) cosh(y/2)), which does not cancel:
/// <code>
/// α² = (S(b) − S(x))/(S(b) − S(a))    σ² = (S(x) − S(a))/(S(b) − S(a))    f = −½ x′ S′(x)/(S(b) − S(x))    g² = −2f
/// x − a = log(1 + 2r sinh d/(1 + r e^(−d))),   d = (b − a)/2,   r = e^(−2λ) cosh(a/2)/cosh(b/2)
/// </code>
/// </remarks>
[Component(ComponentKind.Schedule, "sigmoid", "alpha² falls along a sigmoid of time, alpha² + sigma² = 1",
    Reference = "Jabri, Fleet & Chen 2022, appendix B; Chen 2023")]
public sealed class SigmoidSchedule(SigmoidOptions options) : NoiseSchedule
{
    private readonly double _first = options.Start / options.Temperature;
    private readonly double _last = options.End / options.Temperature;
    private readonly double _length = (options.End - options.Start) / options.Temperature;

    /// <inheritdoc/>
    public override double Horizon => options.Horizon;

    /// <inheritdoc/>
    public override double MinimumTime => options.MinimumTime;

    /// <inheritdoc/>
    public override NoiseLevel At(double t)
    {
        double halfWhole = Math.Sinh(0.5 * _length);
        double cosh = Math.Cosh(0.5 * Position(t));
        double left = Math.Sinh(0.5 * _length * (1 - t)) * Math.Cosh(0.5 * _first) / (halfWhole * cosh);
        double passed = Math.Sinh(0.5 * _length * t) * Math.Cosh(0.5 * _last) / (halfWhole * cosh);
        return new(t, Math.Sqrt(left), Math.Sqrt(passed));
    }

    /// <inheritdoc/>
    public override double Drift(double t) =>
        -0.25 * _length * Math.Cosh(0.5 * _last) / (Math.Cosh(0.5 * Position(t)) * Math.Sinh(0.5 * _length * (1 - t)));

    /// <inheritdoc/>
    public override double DiffusionSquared(double t) => -2 * Drift(t);

    /// <inheritdoc/>
    public override double TimeAt(double halfLogSnr) =>
        halfLogSnr > 0 ? Share(-halfLogSnr, _first, _last) : 1 - Share(halfLogSnr, _last, _first);

    /// <summary>dα/dt = ½ (dα²/dt)/α, −∞ at t = 1, where f α is undefined.</summary>
    public override double AlphaRate(double t) => 0.5 * SquareRate(t) / At(t).Alpha;

    /// <summary>dσ/dt = −½ (dα²/dt)/σ; the general form subtracts σ² from 1.</summary>
    public override double SigmaRate(double t) => -0.5 * SquareRate(t) / At(t).Sigma;

    // dα²/dt = −x′ S′(x)/(S(b) − S(a)).
    private double SquareRate(double t)
    {
        double cosh = Math.Cosh(0.5 * Position(t));
        return -0.5 * _length * Math.Cosh(0.5 * _first) * Math.Cosh(0.5 * _last) / (Math.Sinh(0.5 * _length) * cosh * cosh);
    }

    private double Position(double t) => ((1 - t) * _first) + (t * _last);

    // The share of the way from the near end at which (the near part)/(the far part) is e^(2 logRatio); the same from either side.
    private double Share(double logRatio, double near, double far)
    {
        double ratio = Math.Exp(2 * logRatio) * Math.Cosh(0.5 * near) / Math.Cosh(0.5 * far);
        return PreciseMath.Log1p(2 * ratio * Math.Sinh(0.5 * _length) / (1 + (ratio * Math.Exp(-0.5 * _length)))) / _length;
    }
}
