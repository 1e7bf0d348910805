using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Schedules;

/// <summary>Options of <see cref="RectifiedFlowSchedule"/>.</summary>
public sealed record RectifiedFlowOptions : ComponentOptions, IValidatableObject
{
    [Description("T, the time at which the process counts as noise. At 1 nothing of the data is left (α = 0) unless there is an alphaMin; "
        + "then only grids that need no log(α/σ) and models that predict data or velocity can start.")]
    [Range(0.5, 1)]
    public double Horizon { get; init; } = 1;

    [Description("What is left of the data at t = 1.")]
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double AlphaMin { get; init; }

    [Description("Noise that is on the data at t = 0.")]
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double SigmaMin { get; init; }

    [Description("Factor on the noise scale σ/α at every time, by a change of time: above 1 for data of higher resolution (3 in Stable Diffusion 3).")]
    [Range(1e-3, 1e3)]
    public double Shift { get; init; } = 1;

    [Description("γ: the speed along the path falls as γ^t, so that a smaller γ spends more time near the noise; 1 is constant speed.")]
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double Decay { get; init; } = 1;

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

/// <summary>The straight path from data to noise of rectified flow and conditional flow matching.</summary>
/// <remarks>
/// Liu et al. 2022, "Flow straight and fast", eq. 1; Lipman et al. 2023, "Flow matching for generative modeling", example II. Our time runs
/// from data to noise:  α = 1 − t,  σ = t,  f = −1/(1 − t),  g² = 2t/(1 − t),  λ = log((1 − t)/t). In general, with the part τ(t) of the
/// path that is passed at t,
/// <code>
/// α = 1 − (1 − α_min) τ    σ = σ_min + (1 − σ_min) τ    f = α′/α    g² = 2σ τ′ ((1 − σ_min) + (1 − α_min) σ/α)
/// τ ← (1 − γ^t)/(1 − γ)    then    τ ← s τ/(1 + (s − 1) τ)
/// </code>
/// σ_min is Lipman's; the shift s is that of Esser et al. 2024, "Scaling rectified flow transformers", eq. 23, and moves λ by −log s; α_min
/// and the decay γ are azula's.
/// </remarks>
[Component(ComponentKind.Schedule, "rectified-flow", "The straight path alpha = 1 - t, sigma = t",
    Reference = "Liu et al. 2022, eq. 1; Lipman et al. 2023", Aliases = ["flow-matching", "conditional-optimal-transport"])]
public sealed class RectifiedFlowSchedule(RectifiedFlowOptions options) : NoiseSchedule
{
    private readonly double _logDecay = Math.Log(options.Decay);
    private readonly double _decayed = PreciseMath.Expm1(Math.Log(options.Decay));

    /// <inheritdoc/>
    public override double Horizon => options.Horizon;

    /// <inheritdoc/>
    public override double MinimumTime => options.MinimumTime;

    /// <inheritdoc/>
    public override NoiseLevel At(double t)
    {
        (double passed, double left, _) = Path(t);
        return new(t, left + (options.AlphaMin * passed), passed + (options.SigmaMin * left));
    }

    /// <inheritdoc/>
    public override double Drift(double t) => AlphaRate(t) / At(t).Alpha;

    /// <inheritdoc/>
    public override double DiffusionSquared(double t)
    {
        NoiseLevel level = At(t);
        return 2 * level.Sigma * Path(t).Rate * ((1 - options.SigmaMin) + ((1 - options.AlphaMin) * level.NoiseToSignal));
    }

    /// <inheritdoc/>
    public override double TimeAt(double halfLogSnr)
    {
        double ratio = Math.Exp(halfLogSnr);
        double passedShare = options.SigmaMin == 0 ? 1 : 1 - (options.SigmaMin * ratio);
        double passed = passedShare / (passedShare + (options.Shift * (ratio - options.AlphaMin)));
        return _logDecay == 0 ? passed : PreciseMath.Log1p(passed * _decayed) / _logDecay;
    }

    /// <summary>dα/dt = −(1 − α_min) τ′, also at t = 1, where f is infinite.</summary>
    public override double AlphaRate(double t) => -(1 - options.AlphaMin) * Path(t).Rate;

    /// <summary>dσ/dt = (1 − σ_min) τ′, also at both ends, where the general form is undefined.</summary>
    public override double SigmaRate(double t) => (1 - options.SigmaMin) * Path(t).Rate;

    // τ, 1 − τ and τ′.
    private (double Passed, double Left, double Rate) Path(double t)
    {
        (double passed, double left, double rate) = (t, 1 - t, 1.0);
        if (_logDecay != 0)
        {
            double power = Math.Exp(_logDecay * t);
            passed = PreciseMath.Expm1(_logDecay * t) / _decayed;
            left = power * PreciseMath.Expm1(_logDecay * (1 - t)) / _decayed;
            rate = power * _logDecay / _decayed;
        }

        double norm = left + (options.Shift * passed);
        return options.Shift == 1 ? (passed, left, rate) : (options.Shift * passed / norm, left / norm, rate * options.Shift / (norm * norm));
    }
}
