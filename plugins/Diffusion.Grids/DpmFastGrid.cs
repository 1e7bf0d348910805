using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Grids;

/// <summary>Options of <see cref="DpmFastGrid"/>.</summary>
public sealed record DpmFastGridOptions : NoiseScaleGridOptions
{
    [Description("The order of the method that runs on it, which is the size of its groups of steps: 2 or 3.")]
    [Range(2, 3)]
    public int Order { get; init; } = 3;

    [Description("Whether a run of 3n steps ends with groups of 2 and 1 rather than 3, as in the method of the same option.")]
    public bool LowerOrderFinal { get; init; } = true;
}

/// <summary>The levels of DPM-Solver-fast: groups of steps that are equally long in the log signal-to-noise ratio, whatever their number of steps.</summary>
/// <remarks>
/// Lu et al. 2022a, section 3.4; k-diffusion's <c>dpm_fast</c> and, for the log-SNR spacing, "singlestep" of the authors' code. A run of N steps consists of
/// groups
/// <code>
/// order 3   3, 3, …, 3, 2, 1 (N = 3n)     3, …, 3, 1 (3n + 1)     3, …, 3, 2 (3n + 2)
/// order 2   2, …, 2 (N = 2n)     2, …, 2, 1 (2n + 1)
/// </code>
/// each of the same length in λ, and steps are equally long within a group. A grid of equal steps, log-snr, makes the last group of one step a third as long
/// as the others, and another method of the same solver. The last step to σ = 0, where there is one, belongs to the last group and has no length in λ.
/// </remarks>
[Component(ComponentKind.Grid, "dpm-fast",
    "Groups of three steps (or two) of equal length in log(alpha/sigma), for dpm-solver-fast (published with end: minimum)",
    Reference = "Lu et al. 2022a, section 3.4")]
public sealed class DpmFastGrid(DpmFastGridOptions options) : ITimeGrid
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// A noise scale lies outside the schedule's range, the schedule ends in pure noise (α = 0) and no <c>sigmaMax</c> is given, or levels
    /// coincide in double precision.
    /// </exception>
    public IReadOnlyList<NoiseLevel> Levels(NoiseSchedule schedule, int steps)
    {
        var range = NoiseScaleRange.Resolve("dpm-fast", schedule, options.SigmaMin, options.SigmaMax);
        int intervals = GridLevels.Intervals(steps, options.End);
        (double first, double last) = (-range.First.HalfLogSnr, -range.Last.HalfLogSnr);
        double[] fractions = Fractions(options.End == GridEnd.Minimum ? intervals : intervals + 1, intervals);
        return GridLevels.Finish("dpm-fast", options.End, [.. fractions.Select((u, i) =>
            i == 0 ? range.First : i == intervals ? range.Last : schedule.AtHalfLogSnr(-GridLevels.Between(first, last, u)))]);
    }

    /// <summary>How far along in λ each level with noise lies.</summary>
    /// <param name="count">Steps of the whole run.</param>
    /// <param name="intervals">Those of them that end at noise.</param>
    private double[] Fractions(int count, int intervals)
    {
        List<int> groups = [.. Enumerable.Repeat(options.Order, count / options.Order)];
        if (count % options.Order > 0)
            groups.Add(count % options.Order);
        else if (options.Order == 3 && options.LowerOrderFinal)
            groups = [.. groups.SkipLast(1), 2, 1];
        // The step to clean data is the last of the last group.
        groups[^1] -= count - intervals;
        groups.RemoveAll(size => size == 0);
        List<double> fractions = [0];
        for (int group = 0; group < groups.Count; group++)
        {
            for (int k = 1; k <= groups[group]; k++)
                fractions.Add((group + ((double)k / groups[group])) / groups.Count);
        }

        return [.. fractions];
    }
}
