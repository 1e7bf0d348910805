using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Grids;

/// <summary>What the values of <see cref="ExplicitGrid"/> are.</summary>
public enum ExplicitQuantity
{
    /// <summary>Noise scales σ/α.</summary>
    NoiseScale,

    /// <summary>Times of the schedule.</summary>
    Time,

    /// <summary>λ = log(α/σ).</summary>
    HalfLogSnr,
}

/// <summary>Options of <see cref="ExplicitGrid"/>.</summary>
public sealed record ExplicitGridOptions : GridOptions
{
    [Description("The levels with noise, noisiest first. Clean data are not among them: end adds it.")]
    [MinLength(1)]
    public required double[] Values { get; init; }

    [Description("What the values are: noise-scale (σ/α), time, or half-log-snr (log α/σ).")]
    public ExplicitQuantity Quantity { get; init; }
}

/// <summary>Levels given one by one, such as those of "Align your steps" or of a search.</summary>
/// <remarks>
/// N values for a run of N steps that ends at zero, N + 1 for one that ends at the smallest noise, with or without a denoising step. Levels
/// such as those of Sabour et al. 2024, "Align your steps", are written in this form.
/// </remarks>
[Component(ComponentKind.Grid, "explicit", "A given list of noise scales, times or half log-SNRs",
    Reference = "Sabour et al. 2024")]
[Variant("values=[0.9,0.6,0.3]", "quantity=time")]
[Variant("values=[-1,0.5,2]", "quantity=half-log-snr", "end=denoise")]
public sealed class ExplicitGrid(ExplicitGridOptions options) : ITimeGrid
{
    // A value equal to the schedule's own end may come back from the inverse with its last digits changed.
    private const double RoundingOfInverse = 1e-9;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// There are more or fewer values than the steps need, their noise does not fall, or one of them is no level of the schedule.
    /// </exception>
    public IReadOnlyList<NoiseLevel> Levels(NoiseSchedule schedule, int steps)
    {
        int needed = GridLevels.Intervals(steps, options.End) + 1;
        if (options.Values.Length != needed)
        {
            throw new ArgumentException(FormattableString.Invariant($"The explicit grid has {options.Values.Length} values and needs {needed} ")
                + FormattableString.Invariant($"for steps = {steps} and end = {options.End.ToString().ToLowerInvariant()}."));
        }

        return GridLevels.Finish("explicit", options.End, [.. options.Values.Select(value => Level(schedule, value))]);
    }

    private NoiseLevel Level(NoiseSchedule schedule, double value)
    {
        double time = options.Quantity switch
        {
            ExplicitQuantity.Time => value,
            ExplicitQuantity.HalfLogSnr => schedule.TimeAt(value),
            _ => schedule.TimeAt(-Math.Log(value)),
        };
        double rounding = options.Quantity == ExplicitQuantity.Time ? 0 : RoundingOfInverse * schedule.Horizon;
        if (!(time >= -rounding && time <= schedule.Horizon + rounding) || schedule.At(Math.Clamp(time, 0, schedule.Horizon)) is not { IsClean: false } level)
        {
            throw new ArgumentException(FormattableString.Invariant($"{value:g6} of the explicit grid is not a level with noise of this schedule, ")
                + FormattableString.Invariant($"whose times are 0 to {schedule.Horizon:g6} and whose noise scales ")
                + FormattableString.Invariant($"{schedule.At(0).NoiseToSignal:g6} to {schedule.At(schedule.Horizon).NoiseToSignal:g6}."));
        }

        return level;
    }
}
