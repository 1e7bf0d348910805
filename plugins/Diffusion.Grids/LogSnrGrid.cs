namespace Diffusion.Grids;

/// <summary>Options of <see cref="LogSnrGrid"/>.</summary>
public sealed record LogSnrGridOptions : NoiseScaleGridOptions;

/// <summary>Levels at equal distances of the log signal-to-noise ratio, that is, geometric in the noise scale the data see.</summary>
/// <remarks>
/// λ_i = λ_T + (λ_min − λ_T) i/n. Lu et al. 2022, "DPM-Solver", section 3.3. The same grid is k-diffusion's exponential one, the λ grid
/// "of Lu" in diffusers, and, being geometric in σ² too, the VE discretization of Karras et al. 2022, table 1.
/// </remarks>
[Component(ComponentKind.Grid, "log-snr", "Equal steps of log(alpha/sigma)",
    Reference = "Lu et al. 2022, section 3.3", Aliases = ["exponential", "lu-lambda", "ve"])]
public sealed class LogSnrGrid(LogSnrGridOptions options) : ITimeGrid
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// A noise scale lies outside the schedule's range, the schedule ends in pure noise (α = 0) and no <c>sigmaMax</c> is given, or levels
    /// coincide in double precision.
    /// </exception>
    public IReadOnlyList<NoiseLevel> Levels(NoiseSchedule schedule, int steps)
    {
        var range = NoiseScaleRange.Resolve("log-snr", schedule, options.SigmaMin, options.SigmaMax);
        (double first, double last) = (-range.First.HalfLogSnr, -range.Last.HalfLogSnr);
        return range.Spread("log-snr", schedule, steps, options.End, u => GridLevels.Between(first, last, u));
    }
}
