using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Schedules;

/// <summary>Options of <see cref="EdmSchedule"/>.</summary>
public sealed record EdmOptions : ComponentOptions, IValidatableObject
{
    [Description("Smallest noise scale a grid visits before its last step.")]
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double SigmaMin { get; init; } = 0.002;

    [Description("Largest noise scale.")]
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double SigmaMax { get; init; } = 80;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (SigmaMin >= SigmaMax)
            yield return new ValidationResult("sigmaMin must be smaller than sigmaMax.", [nameof(SigmaMin), nameof(SigmaMax)]);
    }
}

/// <summary>The process of EDM, whose time is the noise scale itself.</summary>
/// <remarks>
/// Karras et al. 2022, "Elucidating the design space of diffusion-based generative models", table 1:  α = 1,  σ = t,  f = 0,  g² = 2t.
/// </remarks>
[Component(ComponentKind.Schedule, "edm", "EDM: alpha = 1, sigma = t",
    Reference = "Karras et al. 2022, table 1")]
public sealed class EdmSchedule(EdmOptions options) : NoiseSchedule
{
    /// <inheritdoc/>
    public override double Horizon => options.SigmaMax;

    /// <inheritdoc/>
    public override double MinimumTime => options.SigmaMin;

    /// <inheritdoc/>
    public override NoiseLevel At(double t) => new(t, 1, t);

    /// <inheritdoc/>
    public override double Drift(double t) => 0;

    /// <inheritdoc/>
    public override double DiffusionSquared(double t) => 2 * t;

    /// <inheritdoc/>
    public override double TimeAt(double halfLogSnr) => Math.Exp(-halfLogSnr);

    /// <summary>dσ/dt = 1, also at t = 0, where the general form is 0/0.</summary>
    public override double SigmaRate(double t) => 1;
}
