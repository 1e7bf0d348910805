using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Schedules;

/// <summary>The shape of an interpolant between data and noise.</summary>
public enum InterpolantPath
{
    /// <summary>α = (1 − t)^a, σ = t^b.</summary>
    Power,

    /// <summary>α = (1 − t)^a, σ = 1 − α.</summary>
    Convex,

    /// <summary>α = (1 − t)^a, σ² = 1 − α².</summary>
    VariancePreserving,

    /// <summary>α = cos(πt/2)^a, σ = sin(πt/2)^b.</summary>
    Trigonometric,
}

/// <summary>Options of <see cref="StochasticInterpolantSchedule"/>.</summary>
public sealed record StochasticInterpolantOptions : ComponentOptions, IValidatableObject
{
    [Description(
        "Shape of the path: power ((1 − t)^a and t^b), convex (σ = 1 − α), variance-preserving (σ² = 1 − α²) or trigonometric (cos^a and sin^b of πt/2).")]
    public InterpolantPath Path { get; init; }

    [Description("a, the exponent of the signal.")]
    [Range(0.1, 10.0)]
    public double SignalExponent { get; init; } = 1;

    [Description("b, the exponent of the noise, for the power and trigonometric paths.")]
    [Range(0.5, 10.0)]
    public double NoiseExponent { get; init; } = 1;

    [Description("T, the time at which the process counts as noise. At 1 nothing of the data is left (α = 0), where only grids that need no log(α/σ) and "
        + "models that predict data or velocity can start.")]
    [Range(0.5, 1.0)]
    public double Horizon { get; init; } = 1;

    [Description("The time nearest to the data that a grid visits before its last step.")]
    [Range(0.0, 0.5, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double MinimumTime { get; init; } = 1e-3;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (NoiseExponent != 1 && Path is InterpolantPath.Convex or InterpolantPath.VariancePreserving)
            yield return new ValidationResult(
                "noiseExponent is for the power and trigonometric paths; in the others the signal fixes the noise.", [nameof(NoiseExponent)]);
    }
}

/// <summary>A one-sided stochastic interpolant between data and Gaussian noise, of the shapes in common use.</summary>
/// <remarks>
/// Albergo, Boffi &amp; Vanden-Eijnden 2023, "Stochastic interpolants: a unifying framework for flows and diffusions", section 4 and table 8;
/// the convex and the variance-preserving path are the polynomial and the linear-VP scheduler of Lipman et al. 2024, "Flow matching guide
/// and code". With exponent 1 the power and the convex path are both the straight one. Time runs from data to noise; λ(t) is inverted in
/// closed form where there is one (equal exponents, convex, variance-preserving), else by Newton's method in logit t, where λ is convex or
/// concave:
/// <code>
/// power              f = −a/(1 − t)           g² = 2σ² (b/t + a/(1 − t))
/// convex             f = −a/(1 − t)           g² = 2σ a/(1 − t)
/// variance-preserving f = −a/(1 − t)          g² = 2a/(1 − t)
/// trigonometric      f = −a (π/2) tan(πt/2)   g² = πσ² (b cot(πt/2) + a tan(πt/2))
/// </code>
/// </remarks>
[Component(ComponentKind.Schedule, "stochastic-interpolant", "Interpolants of data and noise: powers of time, convex, variance-preserving or trigonometric",
    Reference = "Albergo et al. 2023, section 4", Aliases = ["interpolant"])]
public sealed class StochasticInterpolantSchedule(StochasticInterpolantOptions options) : NoiseSchedule
{
    private const double HalfPi = 0.5 * Math.PI;

    private readonly double _a = options.SignalExponent;
    private readonly double _b = options.NoiseExponent;

    /// <inheritdoc/>
    public override double Horizon => options.Horizon;

    /// <inheritdoc/>
    public override double MinimumTime => options.MinimumTime;

    /// <inheritdoc/>
    public override NoiseLevel At(double t)
    {
        double logAlpha = _a * PreciseMath.Log1p(-t);
        return options.Path switch
        {
            InterpolantPath.Power => new(t, Math.Pow(1 - t, _a), Math.Pow(t, _b)),
            InterpolantPath.Convex => new(t, Math.Pow(1 - t, _a), -PreciseMath.Expm1(logAlpha)),
            InterpolantPath.VariancePreserving => new(t, Math.Pow(1 - t, _a), Math.Sqrt(-PreciseMath.Expm1(2 * logAlpha))),
            _ => new(t, Math.Pow(Math.Sin(HalfPi * (1 - t)), _a), Math.Pow(Math.Sin(HalfPi * t), _b)),
        };
    }

    /// <inheritdoc/>
    public override double Drift(double t) =>
        options.Path == InterpolantPath.Trigonometric ? -_a * HalfPi * Math.Sin(HalfPi * t) / Math.Sin(HalfPi * (1 - t)) : -_a / (1 - t);

    /// <inheritdoc/>
    public override double DiffusionSquared(double t)
    {
        double rate = -Drift(t);
        double sigma = At(t).Sigma;
        return options.Path switch
        {
            InterpolantPath.Power => (2 * _b * Math.Pow(t, (2 * _b) - 1)) + (2 * sigma * sigma * rate),
            InterpolantPath.Convex => 2 * sigma * rate,
            InterpolantPath.VariancePreserving => 2 * rate,
            _ => (Math.PI * _b * Math.Pow(Math.Sin(HalfPi * t), (2 * _b) - 1) * Math.Sin(HalfPi * (1 - t))) + (2 * sigma * sigma * rate),
        };
    }

    /// <inheritdoc/>
    public override double TimeAt(double halfLogSnr) => options.Path switch
    {
        InterpolantPath.Power => Logistic(LogitOf(halfLogSnr, _a, _b)),
        InterpolantPath.Convex => -PreciseMath.Expm1(-PreciseMath.Softplus(-halfLogSnr) / _a),
        InterpolantPath.VariancePreserving => -PreciseMath.Expm1(-PreciseMath.Softplus(-2 * halfLogSnr) / (2 * _a)),

        // With θ = πt/2, log cos² θ and log sin² θ are log(1 − u) and log u of u = sin² θ, whose logit is 2 log tan θ.
        _ => Math.Atan(Math.Exp(0.5 * LogitOf(halfLogSnr, 0.5 * _a, 0.5 * _b))) / HalfPi,
    };

    /// <summary>dα/dt, also at t = 1, where f is infinite.</summary>
    public override double AlphaRate(double t) => options.Path == InterpolantPath.Trigonometric
        ? -_a * HalfPi * Math.Pow(Math.Sin(HalfPi * (1 - t)), _a - 1) * Math.Sin(HalfPi * t)
        : -_a * Math.Pow(1 - t, _a - 1);

    /// <summary>dσ/dt in closed form; the general one is undefined at both ends.</summary>
    public override double SigmaRate(double t)
    {
        switch (options.Path)
        {
            case InterpolantPath.Power:
                return _b * Math.Pow(t, _b - 1);
            case InterpolantPath.Convex:
                return -AlphaRate(t);
            case InterpolantPath.VariancePreserving:
                return _a * Math.Pow(1 - t, (2 * _a) - 1) / At(t).Sigma;
            default:
                return _b * HalfPi * Math.Pow(Math.Sin(HalfPi * t), _b - 1) * Math.Sin(HalfPi * (1 - t));
        }
    }

    // The logit u of the t in (0, 1) at which a log(1 − t) − b log t = λ, that is b softplus(−u) − a softplus(u) = λ.
    private static double LogitOf(double halfLogSnr, double a, double b)
    {
        if (a == b || double.IsInfinity(halfLogSnr))
            return -halfLogSnr / a;

        // Newton's steps come from one side after the first, since the function is convex or concave: the first that does not shrink is rounding.
        double logit = halfLogSnr > 0 ? -halfLogSnr / b : -halfLogSnr / a;
        double last = double.PositiveInfinity;
        for (int i = 0; ; i++)
        {
            double t = Logistic(logit);
            double excess = (b * PreciseMath.Softplus(-logit)) - (a * PreciseMath.Softplus(logit)) - halfLogSnr;
            double step = excess / ((a * t) + (b * (1 - t)));
            if (step == 0 || (i > 1 && Math.Abs(step) >= last))
                return logit;

            logit += step;
            last = Math.Abs(step);
        }
    }

    private static double Logistic(double logit) => 1 / (1 + Math.Exp(-logit));
}
