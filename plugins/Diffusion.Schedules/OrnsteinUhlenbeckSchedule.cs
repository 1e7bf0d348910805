using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Schedules;

/// <summary>Options of <see cref="OrnsteinUhlenbeckSchedule"/>.</summary>
public sealed record OrnsteinUhlenbeckOptions : ComponentOptions, IValidatableObject
{
    [Description("T, the time at which the process counts as noise; what is left of the data is e^(−T).")]
    [Range(0.0, 100.0, MinimumIsExclusive = true)]
    public double Horizon { get; init; } = 5;

    [Description("The time nearest to the data that a grid visits before its last step.")]
    [Range(0.0, 100.0, MinimumIsExclusive = true)]
    public double MinimumTime { get; init; } = 1e-4;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MinimumTime >= Horizon)
            yield return new ValidationResult("minimumTime must be smaller than horizon.", [nameof(MinimumTime), nameof(Horizon)]);
    }
}

/// <summary>The Ornstein-Uhlenbeck process in its own time unit, the forward process of most theory.</summary>
/// <remarks>dx = −x dt + √2 dW:  α = e^(−t),  σ² = 1 − e^(−2t),  f = −1,  g² = 2,  e^(−2λ) = e^(2t) − 1.</remarks>
[Component(ComponentKind.Schedule, "ornstein-uhlenbeck", "dx = -x dt + sqrt(2) dW up to a given horizon",
    Reference = "Uhlenbeck & Ornstein 1930", Aliases = ["ou"])]
public sealed class OrnsteinUhlenbeckSchedule(OrnsteinUhlenbeckOptions options) : NoiseSchedule
{
    /// <inheritdoc/>
    public override double Horizon => options.Horizon;

    /// <inheritdoc/>
    public override double MinimumTime => options.MinimumTime;

    /// <inheritdoc/>
    public override NoiseLevel At(double t) => new(t, Math.Exp(-t), Math.Sqrt(-PreciseMath.Expm1(-2 * t)));

    /// <inheritdoc/>
    public override double Drift(double t) => -1;

    /// <inheritdoc/>
    public override double DiffusionSquared(double t) => 2;

    /// <inheritdoc/>
    public override double TimeAt(double halfLogSnr) => 0.5 * PreciseMath.Softplus(-2 * halfLogSnr);

    /// <summary>dσ/dt = α²/σ; the general form subtracts σ² from 1.</summary>
    public override double SigmaRate(double t) => Math.Exp(-2 * t) / At(t).Sigma;
}
