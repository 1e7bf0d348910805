using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Grids;

/// <summary>Options of <see cref="PolyexponentialGrid"/>.</summary>
public sealed record PolyexponentialGridOptions : NoiseScaleGridOptions
{
    [Description("Exponent ρ: above 1 more levels near the data, below 1 near the noise.")]
    [Range(0.1, 10)]
    public double Rho { get; init; } = 1;
}

/// <summary>A polynomial in the logarithm of the noise scale.</summary>
/// <remarks>
/// k-diffusion's <c>get_sigmas_polyexponential</c>:  log σ̂_i = log σ̂_min + (1 − i/n)^ρ (log σ̂_max − log σ̂_min) with σ̂ = σ/α, each level
/// found through the schedule's inverse. ρ = 1 is <see cref="LogSnrGrid"/>.
/// </remarks>
[Component(ComponentKind.Grid, "polyexponential", "log(sigma/alpha) falls as a power of the steps left",
    Reference = "Crowson 2022, k-diffusion")]
public sealed class PolyexponentialGrid(PolyexponentialGridOptions options) : ITimeGrid
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// A noise scale lies outside the schedule's range, the schedule ends in pure noise (α = 0) and no <c>sigmaMax</c> is given, or levels
    /// coincide in double precision.
    /// </exception>
    public IReadOnlyList<NoiseLevel> Levels(NoiseSchedule schedule, int steps)
    {
        var range = NoiseScaleRange.Resolve("polyexponential", schedule, options.SigmaMin, options.SigmaMax);
        (double first, double last) = (-range.First.HalfLogSnr, -range.Last.HalfLogSnr);
        return range.Spread(
            "polyexponential", schedule, steps, options.End, u => GridLevels.Between(last, first, Math.Pow(1 - u, options.Rho)));
    }
}
