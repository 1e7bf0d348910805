using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Schedules;

/// <summary>Options of <see cref="PowerSchedule"/>.</summary>
public sealed record PowerOptions : ComponentOptions, IValidatableObject
{
    [Description("p: the noise rate grows as (1 − t)^(−p). From 1/2 on the noise is infinite at t = 1.")]
    [Range(0.5, 10.0)]
    public double Exponent { get; init; } = 1;

    [Description("c, the noise rate at t = 0.")]
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double Rate { get; init; } = 1;

    [Description("T < 1, the time at which the process counts as noise.")]
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double Horizon { get; init; } = 0.999;

    [Description("The time nearest to the data that a grid visits before its last step.")]
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double MinimumTime { get; init; } = 1e-5;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MinimumTime >= Horizon)
            yield return new ValidationResult("minimumTime must be smaller than horizon.", [nameof(MinimumTime), nameof(Horizon)]);
    }
}

/// <summary>A variance-exploding process on [0, 1) whose noise rate is a power of the time that is left.</summary>
/// <remarks>
/// dx = √2 c (1 − t)^(−p) dW, the path usually written "σ_t = (1 − t)^(−1)". That σ_t is the rate of the noise, not its amount: read as
/// the amount it would leave noise of size 1 on the data at t = 0, while its integral is 0 there and infinite at t = 1, as the path must be.
/// With ℓ = −log(1 − t):
/// <code>α = 1    g² = 2c² (1 − t)^(−2p)    σ² = 2c² (e^((2p − 1)ℓ) − 1)/(2p − 1)    (p = 1: σ² = 2c² t/(1 − t);  p = 1/2: σ² = 2c² ℓ)</code>
/// The horizon is below 1, where the noise is infinite. A variance-exploding path in the sense of Song et al. 2021, section 3.4.
/// </remarks>
[Component(ComponentKind.Schedule, "power", "Variance exploding with the noise rate (1 - t)^(-p) on [0, 1)",
    Reference = "Song et al. 2021, section 3.4")]
public sealed class PowerSchedule(PowerOptions options) : NoiseSchedule
{
    private readonly double _growth = (2 * options.Exponent) - 1;
    private readonly double _scale = 2 * options.Rate * options.Rate;

    /// <inheritdoc/>
    public override double Horizon => options.Horizon;

    /// <inheritdoc/>
    public override double MinimumTime => options.MinimumTime;

    /// <inheritdoc/>
    public override NoiseLevel At(double t)
    {
        double remaining = -PreciseMath.Log1p(-t);
        double integral = _growth == 0 ? remaining : PreciseMath.Expm1(_growth * remaining) / _growth;
        return new(t, 1, Math.Sqrt(_scale * integral));
    }

    /// <inheritdoc/>
    public override double Drift(double t) => 0;

    /// <inheritdoc/>
    public override double DiffusionSquared(double t) => _scale * Math.Pow(1 - t, -2 * options.Exponent);

    /// <inheritdoc/>
    public override double TimeAt(double halfLogSnr)
    {
        double integral = Math.Exp(-2 * halfLogSnr) / _scale;
        double remaining = _growth == 0 ? integral : PreciseMath.Log1p(_growth * integral) / _growth;
        return -PreciseMath.Expm1(-remaining);
    }
}
