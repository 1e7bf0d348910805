using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Replaying;
using Diffusion.Tests.Manifests;
using Xunit;

namespace Diffusion.Tests.Replaying;

/// <summary>Which cells are computed again when nothing else is said.</summary>
public sealed class ReplaySelectionTests : IDisposable
{
    private readonly ManifestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string[] Chosen(ReplaySelection selection)
    {
        ExperimentPlan plan = _folder.Plan(ManifestFolder.Sound, "sweep={\"axes\":{\"solver\":[\"ddim\",\"euler\"],\"steps\":[1,2,3]}}");
        return [.. selection
            .Choose(plan.Cells.Select(cell =>
                (cell, CellRecord.Begin(cell, default) with { Status = cell.Index == 2 ? CellStatus.Diverged : CellStatus.Done })))
            .Select(cell => $"{cell.Cell.Index}")];
    }

    [Fact]
    public void One_of_each_solver_and_each_way_to_end() => Assert.Equal(["0", "2", "3"], Chosen(new()));

    [Fact]
    public void The_first_few() => Assert.Equal(["0", "1", "2", "3"], Chosen(new() { Count = 4 }));

    [Fact]
    public void All() => Assert.Equal(6, Chosen(new() { All = true }).Length);
}
