using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Studies.Girsanov;

/// <summary>Options of <see cref="GirsanovStudy"/>.</summary>
public sealed record GirsanovOptions : ComponentOptions, IValidatableObject
{
    /// <summary>How the score is wrong.</summary>
    [Description("How the score is wrong: constant (c u), decaying (c e^-t u), gradient (-c x), rotation (c J x), or random (many at random).")]
    public ScoreErrorShape Shape { get; init; }

    /// <summary>c, how wrong it is.</summary>
    [Range(0.0, 100)]
    [Description("c, how wrong it is.")]
    public double Size { get; init; } = 0.3;

    /// <summary>Dimensions of the standard normal target, where the manifest states no data.</summary>
    [Range(1, 16)]
    [Description("Dimensions of the target N(0, I), where the manifest states no data.")]
    public int Dimension { get; init; } = 2;

    /// <summary>What sampling starts from.</summary>
    [Description("What sampling starts from: exact (the law of the noisy data) or gaussian (the prior N(0, sigma_T^2 I)).")]
    public StartLaw Start { get; init; } = StartLaw.Exact;

    /// <summary>The score is wrong from this time on.</summary>
    [Range(0, double.PositiveInfinity)]
    [Description("The score is wrong at times from this one on.")]
    public double From { get; init; }

    /// <summary>The score is wrong until this time; null is the schedule's horizon.</summary>
    [Range(0, double.PositiveInfinity, MinimumIsExclusive = true)]
    [Description("The score is wrong at times until this one; by default the schedule's horizon.")]
    public double? Until { get; init; }

    /// <summary>How many scores are drawn at random.</summary>
    [Range(1, 10_000)]
    [Description("How many scores are drawn at random, where the shape is random.")]
    public int Draws { get; init; } = 200;

    /// <summary>Steps of the Runge-Kutta method.</summary>
    [Range(20, 1_000_000)]
    [Description("Steps of the Runge-Kutta method by which the laws are computed.")]
    public int Steps { get; init; } = 1000;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Until is { } until && until <= From)
            yield return new ValidationResult("'until' must be later than 'from'", [nameof(Until)]);
    }
}
