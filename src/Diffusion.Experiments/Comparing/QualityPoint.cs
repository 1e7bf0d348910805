using Diffusion.Experiments.Records;

namespace Diffusion.Experiments.Comparing;

/// <summary>The repeats at one place of a sweep.</summary>
/// <param name="Labels">Its place: a label an axis, "" where the axis means nothing to it.</param>
/// <param name="Cells">The repeats.</param>
/// <param name="Results">What each metric came to.</param>
public sealed record QualityPoint(IReadOnlyList<string> Labels, IReadOnlyList<ComparedCell> Cells, IReadOnlyList<ConfigurationResult> Results)
{
    /// <summary>Solver steps.</summary>
    public int Steps => Cells[0].Record.Steps;

    /// <summary>How many repeats ended in a way.</summary>
    public int Count(CellStatus status) => Cells.Count(cell => cell.Record.Status == status);
}
