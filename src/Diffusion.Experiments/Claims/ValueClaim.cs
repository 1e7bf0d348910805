using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Experiments.Claims;

/// <summary>The mean of a value over repeats lies in an interval.</summary>
[ClaimForm("value", "The mean of a value over repeats lies in an interval.")]
public sealed record ValueClaim : Claim, IValidatableObject
{
    /// <summary>The value.</summary>
    [Description("The value, as tables call it.")]
    public required string Metric { get; init; }

    /// <summary>The interval; null where one of its ends is stated alone.</summary>
    [Length(2, 2, ErrorMessage = "expected [low, high]")]
    [Description("The interval, [low, high].")]
    public IReadOnlyList<double>? Between { get; init; }

    /// <summary>The lower end where there is no upper one.</summary>
    [Description("The lower end, where it stands alone.")]
    public double? AtLeast { get; init; }

    /// <summary>The upper end where there is no lower one.</summary>
    [Description("The upper end, where it stands alone.")]
    public double? AtMost { get; init; }

    internal override IReadOnlyList<string> Metrics => [Metric];

    internal Region Region => Between is [var low, var high] ? new(low, high) : new(AtLeast, AtMost);

    internal override string Statement => $"{Metric} {Region}";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (new object?[] { Between, AtLeast, AtMost }.Count(end => end is not null) != 1)
            yield return new("expected one of between, atLeast and atMost", [nameof(Between), nameof(AtLeast), nameof(AtMost)]);
        if (Region.IsEmpty)
            yield return new("low must not be above high", [nameof(Between)]);
    }
}
