namespace Diffusion.Grids;

/// <summary>Options of <see cref="CosineGrid"/>.</summary>
public sealed record CosineGridOptions : NoiseScaleGridOptions;

/// <summary>Levels at equal angles between signal and noise, those that a cosine schedule has at equal times.</summary>
/// <remarks>
/// With φ = arctan(σ/α):  φ_i = φ_T + (φ_min − φ_T) i/n, each level found through the schedule's inverse at λ = −log tan φ. The time of
/// v-diffusion (Salimans &amp; Ho 2022, "Progressive distillation", section 4), and the grid that is optimal for a Gaussian in Sabour et al.
/// 2024, "Align your steps", theorem 3.1. It can start in pure noise, where φ = π/2.
/// </remarks>
[Component(ComponentKind.Grid, "cosine", "Equal steps of the angle arctan(sigma/alpha)",
    Reference = "Salimans & Ho 2022, section 4; Sabour et al. 2024", Aliases = ["kl-optimal"])]
public sealed class CosineGrid(CosineGridOptions options) : ITimeGrid
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A noise scale lies outside the schedule's range, or levels coincide in double precision.</exception>
    public IReadOnlyList<NoiseLevel> Levels(NoiseSchedule schedule, int steps)
    {
        var range = NoiseScaleRange.Resolve("cosine", schedule, options.SigmaMin, options.SigmaMax, mayStartInNoise: true);

        // The angle and what it leaves of a right one, each to its own digits.
        (double first, double last) = (Math.Atan2(range.First.Sigma, range.First.Alpha), Math.Atan2(range.Last.Sigma, range.Last.Alpha));
        (double firstLeft, double lastLeft) = (Math.Atan2(range.First.Alpha, range.First.Sigma), Math.Atan2(range.Last.Alpha, range.Last.Sigma));
        return range.Spread("cosine", schedule, steps, options.End, u =>
            Math.Log(Math.Sin(GridLevels.Between(first, last, u)) / Math.Sin(GridLevels.Between(firstLeft, lastLeft, u))));
    }
}
