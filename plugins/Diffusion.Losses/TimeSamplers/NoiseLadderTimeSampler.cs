using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Losses;

/// <summary>Options of <see cref="NoiseLadderTimeSampler"/>.</summary>
public sealed record NoiseLadderTimeSamplerOptions : ComponentOptions, IValidatableObject
{
    /// <summary>L.</summary>
    [Description("Number of noise scales.")]
    [Range(2, 100_000)]
    public int Levels { get; init; } = 10;

    /// <summary>The smallest scale.</summary>
    [Description("Smallest noise scale sigma/alpha.")]
    [Range(0.0, 1e9, MinimumIsExclusive = true)]
    public double SigmaMin { get; init; } = 0.01;

    /// <summary>The largest scale.</summary>
    [Description("Largest noise scale sigma/alpha.")]
    [Range(0.0, 1e9, MinimumIsExclusive = true)]
    public double SigmaMax { get; init; } = 1;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (SigmaMin >= SigmaMax)
            yield return new ValidationResult("sigmaMin must be below sigmaMax", [nameof(SigmaMin), nameof(SigmaMax)]);
    }
}

/// <summary>A ladder of L noise scales in geometric progression, each as often as the other: the noise-conditional score network's training.</summary>
/// <remarks>
/// <code>
/// σ̂_i = σ_min (σ_max/σ_min)^((i − 1)/(L − 1)),     i = ⌈u L⌉
/// </code>
/// With denoising score matching and its weight σ² it is Σ_i σ_i² E‖s + ε/σ_i‖² up to the factor 1/2L.
/// </remarks>
[Component(ComponentKind.TimeSampler, "noise-ladder", "L noise scales sigma/alpha in geometric progression",
    Reference = "Song & Ermon 2019, section 4.2")]
public sealed class NoiseLadderTimeSampler(NoiseLadderTimeSamplerOptions options) : ITimeSampler
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The ladder leaves the schedule's range.</exception>
    public double Time(double u, NoiseSchedule schedule)
    {
        int rung = Math.Clamp((int)(u * options.Levels), 0, options.Levels - 1);
        double share = (double)rung / (options.Levels - 1);
        double scale = Math.Exp(((1 - share) * Math.Log(options.SigmaMin)) + (share * Math.Log(options.SigmaMax)));
        return NoiseScale.TimeAt(scale, schedule, "noise-ladder");
    }
}
