using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Grids;

/// <summary>Options of <see cref="KarrasGrid"/>.</summary>
public sealed record KarrasGridOptions : NoiseScaleGridOptions
{
    [Description("Exponent ρ: larger puts more levels near the data.")]
    [Range(0.1, 100)]
    public double Rho { get; init; } = 7;
}

/// <summary>The grid of EDM: equal steps of a root of the noise scale, which crowd towards the data.</summary>
/// <remarks>
/// Karras et al. 2022, "Elucidating the design space of diffusion-based generative models", eq. 5, in the scale that the data see,
/// σ̂ = σ/α, so that it serves every Gaussian path:  σ̂_i = (σ̂_max^(1/ρ) + (i/n)(σ̂_min^(1/ρ) − σ̂_max^(1/ρ)))^ρ, each level found
/// through the schedule's inverse. ρ = 1 is equal steps of σ̂.
/// </remarks>
[Component(ComponentKind.Grid, "karras", "EDM's grid: equal steps of (sigma/alpha)^(1/rho)",
    Reference = "Karras et al. 2022, eq. 5", Aliases = ["edm"])]
public sealed class KarrasGrid(KarrasGridOptions options) : ITimeGrid
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// A noise scale lies outside the schedule's range, the schedule ends in pure noise (α = 0) and no <c>sigmaMax</c> is given, or levels
    /// coincide in double precision.
    /// </exception>
    public IReadOnlyList<NoiseLevel> Levels(NoiseSchedule schedule, int steps)
    {
        var range = NoiseScaleRange.Resolve("karras", schedule, options.SigmaMin, options.SigmaMax);
        double inverseRho = 1 / options.Rho;
        double rootOfFirst = Math.Pow(range.First.NoiseToSignal, inverseRho);
        double rootOfLast = Math.Pow(range.Last.NoiseToSignal, inverseRho);
        return range.Spread("karras", schedule, steps, options.End, u => options.Rho * Math.Log(GridLevels.Between(rootOfFirst, rootOfLast, u)));
    }
}
