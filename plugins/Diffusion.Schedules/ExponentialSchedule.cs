using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Schedules;

/// <summary>Options of <see cref="ExponentialSchedule"/>.</summary>
public sealed record ExponentialOptions : ComponentOptions, IValidatableObject
{
    [Description("T, the time at which the process counts as noise; σ(T) is about e^T/√2.")]
    [Range(0.0, 100.0, MinimumIsExclusive = true)]
    public double Horizon { get; init; } = 5;

    [Description("The time nearest to the data that a grid visits before its last step.")]
    [Range(0.0, 100.0, MinimumIsExclusive = true)]
    public double MinimumTime { get; init; } = 1e-5;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MinimumTime >= Horizon)
            yield return new ValidationResult("minimumTime must be smaller than horizon.", [nameof(MinimumTime), nameof(Horizon)]);
    }
}

/// <summary>Noise whose scale grows exponentially, from clean data.</summary>
/// <remarks>
/// dx = e^t dW, the variance-exploding example of the tutorials on Song et al. 2021, section 3.4:
/// <code>α = 1    σ² = (e^(2t) − 1)/2    f = 0    g² = e^(2t)    t = ½ log(1 + 2e^(−2λ))</code>
/// </remarks>
[Component(ComponentKind.Schedule, "exponential", "dx = exp(t) dW: noise of exponentially growing scale",
    Reference = "Song et al. 2021, section 3.4")]
public sealed class ExponentialSchedule(ExponentialOptions options) : NoiseSchedule
{
    private static readonly double LogTwo = Math.Log(2);

    /// <inheritdoc/>
    public override double Horizon => options.Horizon;

    /// <inheritdoc/>
    public override double MinimumTime => options.MinimumTime;

    /// <inheritdoc/>
    public override NoiseLevel At(double t) => new(t, 1, Math.Sqrt(0.5 * PreciseMath.Expm1(2 * t)));

    /// <inheritdoc/>
    public override double Drift(double t) => 0;

    /// <inheritdoc/>
    public override double DiffusionSquared(double t) => Math.Exp(2 * t);

    /// <inheritdoc/>
    public override double TimeAt(double halfLogSnr) => 0.5 * PreciseMath.Softplus((-2 * halfLogSnr) + LogTwo);
}
