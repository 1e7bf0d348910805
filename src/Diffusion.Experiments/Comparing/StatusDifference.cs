using Diffusion.Experiments.Records;

namespace Diffusion.Experiments.Comparing;

/// <summary>Cells that ended one way in the first run and another way in the second.</summary>
/// <param name="First">How they ended in the first; null where it has no record of them.</param>
/// <param name="Second">How they ended in the second.</param>
/// <param name="Cells">How many.</param>
/// <param name="Example">One of them: its id in the first run.</param>
public sealed record StatusDifference(CellStatus? First, CellStatus? Second, int Cells, string Example);
