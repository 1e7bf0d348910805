using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Studies.FokkerPlanck;

/// <summary>Options of <see cref="FokkerPlanckStudy"/>.</summary>
public sealed record FokkerPlanckOptions : ComponentOptions, IValidatableObject
{
    /// <summary>Which process the equation is of.</summary>
    [Description("Which process the equation is of: forward, or its time reversal (reverse), whose drift has the exact score.")]
    public FokkerPlanckDirection Direction { get; init; }

    /// <summary>Cells of the mesh along each axis.</summary>
    [Range(16, 4096)]
    [Description("Cells of the mesh along each axis.")]
    public int Cells { get; init; } = 200;

    /// <summary>Equal time steps; null takes as few steps of their own size as are stable.</summary>
    [Range(1, 10_000_000)]
    [Description("Equal time steps; by default as few as are stable, each as long as its time allows.")]
    public int? Steps { get; init; }

    /// <summary>The time nearest to the data.</summary>
    [Range(0, double.PositiveInfinity)]
    [Description("The time nearest to the data.")]
    public double From { get; init; }

    /// <summary>The time farthest from the data; null is the schedule's horizon.</summary>
    [Range(0, double.PositiveInfinity, MinimumIsExclusive = true)]
    [Description("The time farthest from the data; by default the schedule's horizon.")]
    public double? Until { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Until is { } until && until <= From)
            yield return new ValidationResult("'until' must be later than 'from'", [nameof(Until)]);
    }
}
