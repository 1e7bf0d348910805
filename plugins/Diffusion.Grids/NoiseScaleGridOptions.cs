using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Grids;

/// <summary>The options of grids that run between two noise scales.</summary>
public abstract record NoiseScaleGridOptions : GridOptions, IValidatableObject
{
    [Description("Smallest noise scale σ/α before the last step; the schedule's own when not given.")]
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double? SigmaMin { get; init; }

    [Description("Largest noise scale σ/α; the schedule's own when not given.")]
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double? SigmaMax { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (SigmaMin >= SigmaMax)
            yield return new ValidationResult("sigmaMin must be smaller than sigmaMax.", [nameof(SigmaMin), nameof(SigmaMax)]);
    }
}
