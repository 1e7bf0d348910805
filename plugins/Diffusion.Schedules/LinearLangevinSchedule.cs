using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Schedules;

/// <summary>Options of <see cref="LinearLangevinSchedule"/>.</summary>
public sealed record LinearLangevinOptions : ComponentOptions, IValidatableObject
{
    [Description("γ, the friction: what is left of the data is e^(−γT).")]
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double Gamma { get; init; } = 1;

    [Description("q, the strength of the force, ⟨Γ(t)Γ(s)⟩ = q δ(t − s); the stationary variance is q/2γ.")]
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double Q { get; init; } = 1;

    [Description("T, the time at which the process counts as noise.")]
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double Horizon { get; init; } = 5;

    [Description("The time nearest to the data that a grid visits before its last step.")]
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double MinimumTime { get; init; } = 1e-4;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MinimumTime >= Horizon)
            yield return new ValidationResult("minimumTime must be smaller than horizon.", [nameof(MinimumTime), nameof(Horizon)]);
    }
}

/// <summary>The linear Langevin equation: a particle with friction under a white force.</summary>
/// <remarks>
/// Langevin 1908; Risken 1989, "The Fokker-Planck equation", section 3.1.  v̇ + γ v = Γ(t), that is, dx = −γ x dt + √q dW:
/// <code>α = e^(−γt)    σ² = q (1 − e^(−2γt))/2γ    f = −γ    g² = q    e^(−2λ) = q (e^(2γt) − 1)/2γ</code>
/// The stationary law is N(0, q/2γ). With γ = 1 and q = 2 this is <see cref="OrnsteinUhlenbeckSchedule"/>; as γ → 0 it is
/// <see cref="BrownianSchedule"/> with σ = √q.
/// </remarks>
[Component(ComponentKind.Schedule, "linear-langevin", "dx = -gamma x dt + sqrt(q) dW, stationary variance q/(2 gamma)",
    Reference = "Langevin 1908; Risken 1989, section 3.1")]
public sealed class LinearLangevinSchedule(LinearLangevinOptions options) : NoiseSchedule
{
    /// <inheritdoc/>
    public override double Horizon => options.Horizon;

    /// <inheritdoc/>
    public override double MinimumTime => options.MinimumTime;

    /// <inheritdoc/>
    public override NoiseLevel At(double t) => new(
        t, Math.Exp(-options.Gamma * t), Math.Sqrt(-options.Q * PreciseMath.Expm1(-2 * options.Gamma * t) / (2 * options.Gamma)));

    /// <inheritdoc/>
    public override double Drift(double t) => -options.Gamma;

    /// <inheritdoc/>
    public override double DiffusionSquared(double t) => options.Q;

    /// <inheritdoc/>
    public override double TimeAt(double halfLogSnr) =>
        PreciseMath.Softplus((-2 * halfLogSnr) + Math.Log(2 * options.Gamma / options.Q)) / (2 * options.Gamma);

    /// <summary>dσ/dt = q α²/2σ; the general form subtracts σ² from the stationary variance.</summary>
    public override double SigmaRate(double t) => 0.5 * options.Q * Math.Exp(-2 * options.Gamma * t) / At(t).Sigma;
}
