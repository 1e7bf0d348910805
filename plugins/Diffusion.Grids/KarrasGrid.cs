using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Grids;

/// <summary>Options of <see cref="KarrasGrid"/>.</summary>
public sealed record KarrasGridOptions : ComponentOptions, IValidatableObject
{
    [Description("Exponent ρ: larger puts more levels near the data.")]
    [Range(0.1, 100)]
    public double Rho { get; init; } = 7;

    [Description("Smallest noise scale σ/α before the last step; the schedule's own when not given.")]
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double? SigmaMin { get; init; }

    [Description("Largest noise scale σ/α; the schedule's own when not given.")]
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double? SigmaMax { get; init; }

    [Description("Where the grid ends: zero (clean data) or minimum (the smallest noise).")]
    public GridEnd End { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (SigmaMin >= SigmaMax)
            yield return new ValidationResult("sigmaMin must be smaller than sigmaMax.", [nameof(SigmaMin), nameof(SigmaMax)]);
    }
}

/// <summary>The grid of EDM: equal steps of a root of the noise scale, which crowd towards the data.</summary>
/// <remarks>
/// Karras et al. 2022, "Elucidating the design space of diffusion-based generative models", eq. 5, in the scale that the data see,
/// σ̂ = σ/α, so that it serves every Gaussian path:  σ̂_i = (σ̂_max^(1/ρ) + (i/n)(σ̂_min^(1/ρ) − σ̂_max^(1/ρ)))^ρ, each level found
/// through the schedule's inverse.
/// </remarks>
[Component(ComponentKind.Grid, "karras", "EDM's grid: equal steps of (sigma/alpha)^(1/rho)",
    Reference = "Karras et al. 2022, eq. 5")]
public sealed class KarrasGrid(KarrasGridOptions options) : ITimeGrid
{
    // An override equal to the schedule's own end may come back from the inverse with its last digits changed.
    private const double RoundingOfInverse = 1e-9;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// An override lies outside the schedule's range, or the schedule ends in pure noise (α = 0) and no <c>sigmaMax</c> is given.
    /// </exception>
    public IReadOnlyList<NoiseLevel> Levels(NoiseSchedule schedule, int steps)
    {
        NoiseLevel first = End(schedule, options.SigmaMax, schedule.Horizon, "sigmaMax");
        NoiseLevel last = End(schedule, options.SigmaMin, schedule.MinimumTime, "sigmaMin");
        if (!double.IsFinite(first.NoiseToSignal))
        {
            throw new ArgumentException(
                "The karras grid needs a finite noise scale at the schedule's horizon, and this schedule has no signal left there; give the grid a sigmaMax.",
                nameof(schedule));
        }

        if (first.NoiseToSignal <= last.NoiseToSignal)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"The karras grid needs a largest noise scale above the smallest; it has {first.NoiseToSignal:g6} and {last.NoiseToSignal:g6}."));
        }

        double inverseRho = 1 / options.Rho;
        double rootOfFirst = Math.Pow(first.NoiseToSignal, inverseRho);
        double rootOfLast = Math.Pow(last.NoiseToSignal, inverseRho);
        return GridLevels.Spread(steps, options.End, u =>
            u == 0 ? first : u == 1 ? last : schedule.AtHalfLogSnr(-options.Rho * Math.Log(GridLevels.Between(rootOfFirst, rootOfLast, u))));
    }

    private static NoiseLevel End(NoiseSchedule schedule, double? noiseToSignal, double time, string name)
    {
        if (noiseToSignal is not { } wanted)
            return schedule.At(time);

        double found = schedule.TimeAt(-Math.Log(wanted));
        double rounding = RoundingOfInverse * schedule.Horizon;
        if (!(found >= -rounding && found <= schedule.Horizon + rounding))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"{name} = {wanted:g6} of the karras grid is not a noise scale of this schedule, which has {schedule.At(0).NoiseToSignal:g6} to {schedule.At(schedule.Horizon).NoiseToSignal:g6}."));
        }

        return schedule.At(Math.Clamp(found, 0, schedule.Horizon));
    }
}
