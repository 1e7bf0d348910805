using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;

namespace Diffusion.Experiments.Replaying;

/// <summary>A cell that was computed again.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Before">Its record in the run.</param>
/// <param name="After">What came out now.</param>
/// <param name="Deviations">What differs; empty when everything is the same to the last bit.</param>
public sealed record ReplayedCell(ExperimentCell Cell, CellRecord Before, CellRecord After, IReadOnlyList<Deviation> Deviations)
{
    /// <summary>How well it agrees: as its worst deviation.</summary>
    public Agreement Agreement => Deviations.Select(deviation => deviation.Agreement).DefaultIfEmpty(Agreement.Identical).Max();
}
