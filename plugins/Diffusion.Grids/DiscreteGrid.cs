using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Grids;

/// <summary>How the entries of <see cref="DiscreteGrid"/> are spaced.</summary>
public enum DiscreteSpacing
{
    /// <summary>Multiples of a whole stride from the table's first entry; the last entry is not reached.</summary>
    Leading,

    /// <summary>Back from the table's last entry by a stride that need not be whole; the first entry is not reached.</summary>
    Trailing,

    /// <summary>Evenly from the table's last entry to its first.</summary>
    Linspace,
}

/// <summary>Options of <see cref="DiscreteGrid"/>.</summary>
public sealed record DiscreteGridOptions : GridOptions
{
    [Description("Spacing of the entries: leading, trailing or linspace.")]
    public DiscreteSpacing Spacing { get; init; } = DiscreteSpacing.Linspace;

    [Description("M, the number of entries of the table; the horizon of a schedule in continuous time is divided into that many.")]
    [Range(1, 10000)]
    public int TrainSteps { get; init; } = 1000;

    [Description("Entries by which a leading spacing is moved towards the noise.")]
    [Range(0, 10000)]
    public int Offset { get; init; }

    [Description("Whether a run that ends at zero spaces one entry more and leaves the last of them for clean data (DPM-Solver), "
        + "so that the table's first entry is not a level.")]
    public bool SkipFirstEntry { get; init; }

    [Description("Whether the entries of a linspace are rounded to whole ones (to even); otherwise the schedule interpolates.")]
    public bool Round { get; init; } = true;
}

/// <summary>Whole entries of a table of noise rates, in the spacings of public samplers.</summary>
/// <remarks>
/// Lin et al. 2023, "Common diffusion noise schedules and sample steps are flawed", table 2. For n levels with noise, entries
/// k = 0 … M − 1 of a table of M (entry k is the time (k + 1) T/M, which under <c>discrete-beta</c> is k + 1 steps of the chain):
/// <code>
/// leading    k_i = (n − 1 − i) ⌊M/n⌋ + offset
/// trailing   k_i = round(M − i M/n) − 1
/// linspace   k_i = round((M − 1)(1 − i/(n − 1)))
/// </code>
/// n is the number of steps N; it is N + 1 for a run that ends at the smallest noise or by a denoising step, whose last level is then the
/// table's first entry, and with <c>skipFirstEntry</c>, where that last level gives way to clean data. (A trailing run keeps n = N and adds the
/// first entry, unless its stride is short enough to end there.) Leading with N steps to zero is the spacing of DDPM and DDIM in common libraries and does not
/// start at the horizon.
/// </remarks>
[Component(ComponentKind.Grid, "discrete", "Whole entries of a table: leading, trailing or linspace",
    Reference = "Lin et al. 2023, table 2")]
public sealed class DiscreteGrid(DiscreteGridOptions options) : ITimeGrid
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The table has fewer entries than the run has levels, or the offset leads beyond its end.</exception>
    public IReadOnlyList<NoiseLevel> Levels(NoiseSchedule schedule, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        double[] entries = Entries(steps);
        if (entries[0] > options.TrainSteps - 1)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"The discrete grid starts at entry {entries[0]} of a table of {options.TrainSteps}; take a smaller offset."));
        }

        return GridLevels.Finish("discrete", options.End, [.. entries.Select(entry => schedule.At(Time(entry, schedule.Horizon)))]);
    }

    // The last entry is the horizon itself, which the product may miss by a digit on either side.
    private double Time(double entry, double horizon) =>
        entry == options.TrainSteps - 1 ? horizon : Math.Min((entry + 1) * horizon / options.TrainSteps, horizon);

    private double[] Entries(int steps)
    {
        bool isTrailing = options.Spacing == DiscreteSpacing.Trailing;
        bool isSkipping = options.End == GridEnd.Zero && options.SkipFirstEntry && !isTrailing;
        bool endsAtFirst = options.End != GridEnd.Zero;

        // Short strides end at the first entry by themselves.
        bool addsFirst = isTrailing && endsAtFirst && Math.Round(options.TrainSteps / (double)steps) > 1;
        int count = isSkipping || (endsAtFirst && !addsFirst) ? steps + 1 : steps;
        if (count > options.TrainSteps)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"The discrete grid has {options.TrainSteps} entries, and {count} are asked for; take fewer steps, or more trainSteps."));
        }

        // The order of operations is that of the libraries, so that halves are rounded alike.
        double last = options.TrainSteps - 1;
        IEnumerable<double> entries = Enumerable.Range(0, count).Select(i => options.Spacing switch
        {
            DiscreteSpacing.Leading => ((count - 1 - i) * (options.TrainSteps / count)) + (i == count - 1 && endsAtFirst ? 0 : options.Offset),
            DiscreteSpacing.Trailing => Math.Round(options.TrainSteps - (i * (options.TrainSteps / (double)count))) - 1,
            _ when count == 1 => last,
            _ => Rounded(i == 0 ? last : (count - 1 - i) * (last / (count - 1))),
        });
        return isSkipping ? [.. entries.SkipLast(1)] : addsFirst ? [.. entries, 0] : [.. entries];
    }

    private double Rounded(double entry) => options.Round ? Math.Round(entry) : entry;
}
