using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Schedules;

/// <summary>Options of <see cref="BrownianSchedule"/>.</summary>
public sealed record BrownianOptions : ComponentOptions, IValidatableObject
{
    [Description("σ, the noise added per square root of time.")]
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double Sigma { get; init; } = 1;

    [Description("T, the time at which the process counts as noise.")]
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double Horizon { get; init; } = 1;

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

/// <summary>Brownian motion: noise added at a constant rate, the process that a Föllmer drift or an h-transform reverses.</summary>
/// <remarks>
/// dx = σ dW:  α = 1,  σ_t = σ√t,  f = 0,  g² = σ². With σ = 1 and a long horizon this is the "VE" parameterisation of Karras et al. 2022, table 1.
/// On [0, 1] its reversal is Doob's h-transform that carries π ∗ N(0, σ²) to π: run from t = 1 it has the law π ∗ N(0, σ²t) at every t, so
/// that with s = 1 − t passed and π = N(0, 1) its variance is σ²(1 − s) + 1.
/// </remarks>
[Component(ComponentKind.Schedule, "brownian", "Brownian motion: alpha = 1, sigma_t = sigma sqrt(t)",
    Reference = "Föllmer 1985; Karras et al. 2022, table 1 (VE)", Aliases = ["h-transform"])]
public sealed class BrownianSchedule(BrownianOptions options) : NoiseSchedule
{
    /// <inheritdoc/>
    public override double Horizon => options.Horizon;

    /// <inheritdoc/>
    public override double MinimumTime => options.MinimumTime;

    /// <inheritdoc/>
    public override NoiseLevel At(double t) => new(t, 1, options.Sigma * Math.Sqrt(t));

    /// <inheritdoc/>
    public override double Drift(double t) => 0;

    /// <inheritdoc/>
    public override double DiffusionSquared(double t) => options.Sigma * options.Sigma;

    /// <inheritdoc/>
    public override double TimeAt(double halfLogSnr) => Math.Exp(-2 * halfLogSnr) / (options.Sigma * options.Sigma);
}
