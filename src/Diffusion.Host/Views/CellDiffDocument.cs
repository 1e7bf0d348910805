using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;

namespace Diffusion.Host.Views;

/// <summary>The differences of two cells for scripts; docs/sweeps.md says what stands where.</summary>
internal sealed record CellDiffDocument(
    string First, string Second, IReadOnlyList<CompositionChange> Changes, CellRecord? FirstRecord, CellRecord? SecondRecord,
    IReadOnlyList<DiffDocument.Fact> Environment)
{
    public int Version { get; } = 1;
}
