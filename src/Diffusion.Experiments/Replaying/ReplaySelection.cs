using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;

namespace Diffusion.Experiments.Replaying;

/// <summary>Which recorded cells are computed again.</summary>
public sealed record ReplaySelection
{
    /// <summary>Filters, as <see cref="CellSelection"/> reads them; none means every cell.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>The first so many in the plan's order; null for as many as there are, or for one of each kind where <see cref="All"/> is not set.</summary>
    public int? Count { get; init; }

    /// <summary>All that the filters leave, rather than the first of each solver and each way to end.</summary>
    public bool All { get; init; }

    /// <summary>The cells.</summary>
    /// <param name="recorded">Cells with their records, in the plan's order, filtered.</param>
    internal IReadOnlyList<(ExperimentCell Cell, CellRecord Record)> Choose(IEnumerable<(ExperimentCell Cell, CellRecord Record)> recorded)
    {
        if (!All && Count is null && Only.Count == 0)
            recorded = recorded.DistinctBy(cell => (cell.Cell.Experiment.Method.Name, cell.Record.Status));
        return [.. recorded.Take(Count ?? int.MaxValue)];
    }
}
