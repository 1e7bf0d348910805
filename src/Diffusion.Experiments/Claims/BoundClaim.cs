using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Experiments.Claims;

/// <summary>A value is bounded by another value of the same cell.</summary>
[ClaimForm("bound", "A value is bounded by another value of the same cell.")]
public sealed record BoundClaim : Claim, IValidatableObject
{
    /// <summary>The value.</summary>
    [Description("The value that is bounded, as tables call it.")]
    public required string Metric { get; init; }

    /// <summary>The upper bound.</summary>
    [Description("The value that bounds it from above.")]
    public OtherValue? AtMost { get; init; }

    /// <summary>The lower bound.</summary>
    [Description("The value that bounds it from below.")]
    public OtherValue? AtLeast { get; init; }

    internal override IReadOnlyList<string> Metrics => [Metric, .. new[] { AtMost?.Metric, AtLeast?.Metric }.OfType<string>()];

    internal override string Statement => string.Join(
        " and ", new[] { AtMost is { } above ? $"{Metric} ≤ {above}" : null, AtLeast is { } below ? $"{Metric} ≥ {below}" : null }.OfType<string>());

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (AtMost is null && AtLeast is null)
            yield return new("expected atMost, atLeast or both, each an object with a metric");
        foreach ((OtherValue? other, string name) in new[] { (AtMost, nameof(AtMost)), (AtLeast, nameof(AtLeast)) })
        {
            if (other is { Times: 1 } && other.Metric == Metric)
                yield return new($"'{Metric}' is bounded by itself", [name]);
        }
    }
}
