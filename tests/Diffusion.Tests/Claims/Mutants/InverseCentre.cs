using Diffusion.Grids;

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>4c for c/4: the data's grid with the inverse of its centre, whose levels crowd where the noise is larger than the data.</summary>
public sealed class InverseCentre(DataScaleGridOptions options, DataDescription? data = null) : ITimeGrid
{
    private readonly DataScaleGrid _grid = new(options with { Centre = 1 / options.Centre }, data);

    /// <inheritdoc/>
    public IReadOnlyList<NoiseLevel> Levels(NoiseSchedule schedule, int steps) => _grid.Levels(schedule, steps);
}
