using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Grids;

/// <summary>In what the levels of <see cref="BetaGrid"/> follow the Beta distribution.</summary>
public enum BetaGridVariable
{
    /// <summary>The process's time.</summary>
    Time,

    /// <summary>The noise scale σ/α.</summary>
    NoiseScale,
}

/// <summary>Options of <see cref="BetaGrid"/>.</summary>
public sealed record BetaGridOptions : NoiseScaleGridOptions
{
    [Description("First shape of the Beta distribution: below 1 crowds levels near the data.")]
    [Range(0.05, 20.0)]
    public double Alpha { get; init; } = 0.6;

    [Description("Second shape of the Beta distribution: below 1 crowds levels near the noise.")]
    [Range(0.05, 20.0)]
    public double Beta { get; init; } = 0.6;

    [Description("What follows the Beta distribution: time (the paper) or noise-scale (diffusers).")]
    public BetaGridVariable Variable { get; init; }
}

/// <summary>Levels at equal steps of the quantiles of a Beta distribution, by default crowded at both ends.</summary>
/// <remarks>
/// Lee et al. 2024, "Beta sampling is all you need", section 4: with q_i the quantile at 1 − i/n of Beta(α, β),
/// <code>t_i = t_min + q_i (T − t_min)        or, noise-scale,        σ̂_i = σ̂_min + q_i (σ̂_max − σ̂_min)</code>
/// </remarks>
[Component(ComponentKind.Grid, "beta", "Quantiles of a Beta distribution in time or noise scale",
    Reference = "Lee et al. 2024, section 4")]
public sealed class BetaGrid(BetaGridOptions options) : ITimeGrid
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// A noise scale lies outside the schedule's range, the schedule ends in pure noise (α = 0) and the grid is in the noise scale without a
    /// <c>sigmaMax</c>, or levels coincide in double precision.
    /// </exception>
    public IReadOnlyList<NoiseLevel> Levels(NoiseSchedule schedule, int steps)
    {
        bool isInTime = options.Variable == BetaGridVariable.Time;
        var range = NoiseScaleRange.Resolve("beta", schedule, options.SigmaMin, options.SigmaMax, mayStartInNoise: isInTime);
        return isInTime
            ? GridLevels.Spread("beta", steps, options.End, u => u == 0 ? range.First : u == 1 ? range.Last : schedule.At(At(range.First.T, range.Last.T, u)))
            : range.Spread("beta", schedule, steps, options.End, u => Math.Log(At(range.First.NoiseToSignal, range.Last.NoiseToSignal, u)));
    }

    private double At(double first, double last, double u)
    {
        (double below, double above) = BetaQuantile.At(1 - u, u, options.Alpha, options.Beta);
        return below < above ? last + (below * (first - last)) : first - (above * (first - last));
    }
}
