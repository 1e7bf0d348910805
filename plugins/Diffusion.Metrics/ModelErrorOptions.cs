using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Metrics;

/// <summary>Where the errors of a model are measured: what <see cref="ScoreErrorMetric"/> and <see cref="ExcessRiskMetric"/> have in common.</summary>
public abstract record ModelErrorOptions : ComponentOptions, IValidatableObject
{
    [Description("How many noise levels, at equal distances of log σ/α from one end of the schedule to the other; without effect where noiseScales are "
        + "given.")]
    [Range(1, 1000)]
    public int Levels { get; init; } = 6;

    [Description("Noise levels σ/α in place of these; the same for every schedule of a sweep, where levels are to be compared between schedules.")]
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double[] NoiseScales { get; init; } = [];

    [Description("Noisy rows drawn at each level.")]
    [Range(16, 10_000_000)]
    public int Rows { get; init; } = 2048;

    [Description("Parts of equal size, in order of the exact density of the noisy data, for which each level has values of their own; "
        + "region 1 is the least dense. 0 and 1: none.")]
    [Range(0, 100)]
    public int Regions { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (NoiseScales.Distinct().Count() < NoiseScales.Length)
            yield return new ValidationResult("noiseScales has a level twice", [nameof(NoiseScales)]);
        if (Rows < 2 * Regions)
            yield return new ValidationResult("every region needs two rows or more: take more rows, or fewer regions", [nameof(Regions)]);
    }
}
