using Diffusion.Grids;

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>ρ for 1/ρ: Karras' grid with the inverse of its exponent, which crowds levels where the noise is large.</summary>
public sealed class InverseExponent(KarrasGridOptions options) : ITimeGrid
{
    private readonly KarrasGrid _grid = new(options with { Rho = 1 / options.Rho });

    /// <inheritdoc/>
    public IReadOnlyList<NoiseLevel> Levels(NoiseSchedule schedule, int steps) => _grid.Levels(schedule, steps);
}
