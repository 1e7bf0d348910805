using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Grids;

/// <summary>Options of <see cref="LogSnrGrid"/>.</summary>
public sealed record LogSnrGridOptions : ComponentOptions, IValidatableObject
{
    [Description("Smallest noise scale σ/α before the last step; the schedule's own when not given.")]
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double? SigmaMin { get; init; }

    [Description("Largest noise scale σ/α; the schedule's own when not given.")]
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double? SigmaMax { get; init; }

    [Description("Where the grid ends: zero (clean data, by the last step), minimum (the smallest noise) or denoise (the smallest noise, "
        + "and by one step more clean data).")]
    public GridEnd End { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (SigmaMin >= SigmaMax)
            yield return new ValidationResult("sigmaMin must be smaller than sigmaMax.", [nameof(SigmaMin), nameof(SigmaMax)]);
    }
}

/// <summary>Levels at equal distances of the log signal-to-noise ratio, that is, geometric in the noise scale the data see.</summary>
/// <remarks>
/// λ_i = λ_T + (λ_min − λ_T) i/n. Lu et al. 2022, "DPM-Solver", section 3.3. The same grid is k-diffusion's exponential one, the λ grid
/// "of Lu" in diffusers, and, being geometric in σ² too, the VE discretization of Karras et al. 2022, table 1.
/// </remarks>
[Component(ComponentKind.Grid, "log-snr", "Equal steps of log(alpha/sigma)",
    Reference = "Lu et al. 2022, section 3.3", Aliases = ["exponential", "lu-lambda", "ve"])]
public sealed class LogSnrGrid(LogSnrGridOptions options) : ITimeGrid
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// A noise scale lies outside the schedule's range, the schedule ends in pure noise (α = 0) and no <c>sigmaMax</c> is given, or levels
    /// coincide in double precision.
    /// </exception>
    public IReadOnlyList<NoiseLevel> Levels(NoiseSchedule schedule, int steps)
    {
        var range = NoiseScaleRange.Resolve("log-snr", schedule, options.SigmaMin, options.SigmaMax);
        (double first, double last) = (-range.First.HalfLogSnr, -range.Last.HalfLogSnr);
        return range.Spread("log-snr", schedule, steps, options.End, u => GridLevels.Between(first, last, u));
    }
}
