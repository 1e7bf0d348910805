using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Experiments.Claims;

/// <summary>A value falls as a power of a number that the sweep varies.</summary>
[ClaimForm(
    "order", "A value falls as a power of a number that the sweep varies: minus the slope of its logarithm against that of the number lies in an interval.")]
public sealed record OrderClaim : Claim, IValidatableObject
{
    /// <summary>The fewest points that show a straight line.</summary>
    internal const int FewestPoints = 3;

    /// <summary>The value.</summary>
    [Description("The value, as tables call it.")]
    public required string Metric { get; init; }

    /// <summary>The number that is varied.</summary>
    [Description("The axis, or the setting that goes with one, whose numbers the value falls with: steps, nfe.")]
    public required string Along { get; init; }

    /// <summary>The numbers between which the slope is fitted; null for all.</summary>
    [Length(2, 2, ErrorMessage = "expected [first, last]")]
    [Description("The numbers between which the slope is fitted, [first, last]; all where it is left out.")]
    public IReadOnlyList<double>? Range { get; init; }

    /// <summary>The interval in which the order lies.</summary>
    [Length(2, 2, ErrorMessage = "expected [low, high]")]
    [Description("The interval of the order, [low, high].")]
    public required IReadOnlyList<double> Between { get; init; }

    internal override IReadOnlyList<string> Metrics => [Metric];

    internal Region Region => new(Between[0], Between[1]);

    internal override string Statement =>
        $"order of {Metric} along {Along}{(Range is [var first, var last] ? $" from {ClaimText.Show(first)} to {ClaimText.Show(last)}" : "")} {Region}";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Region.IsEmpty)
            yield return new("low must not be above high", [nameof(Between)]);
        if (Range is [var first, var last] && first >= last)
            yield return new("first must be below last", [nameof(Range)]);
    }
}
