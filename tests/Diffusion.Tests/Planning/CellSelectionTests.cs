using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Tests.Manifests;
using Xunit;

namespace Diffusion.Tests.Planning;

public sealed class CellSelectionTests : IDisposable
{
    private const string Axes = """
        {
          "nfe": [4, { "atMost": 8 }],
          "data": ["points", { "use": "points", "rows": [[0, 1], [2, 3]] }],
          "schedule": ["exploding", { "use": "exploding", "sigmaMax": 20, "sigmaMin": 0.5 }, { "use": "exploding", "sigmaMax": 20 }],
          "solver": ["euler", { "use": "ddim", "eta": 0.5 }]
        }
        """;

    private readonly ManifestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private ExperimentPlan Plan() => _folder.Plan(
        ManifestFolder.Sound.Replace("\"steps\": 10", "\"nfe\": 10", StringComparison.Ordinal), $"sweep={{\"axes\":{Axes}}}");

    [Fact]
    public void Every_value_selects_its_cells_as_tables_show_it()
    {
        ExperimentPlan plan = Plan();
        Assert.Contains("(atMost=8)", plan.Axes[0].Labels);
        Assert.Contains("points(rows=[[0,1],[2,3]])", plan.Axes[1].Labels);
        Assert.Contains("exploding(sigmaMax=20,sigmaMin=0.5)", plan.Axes[2].Labels);
        foreach (SweepAxis axis in plan.Axes)
        {
            foreach (string label in axis.Labels)
            {
                // A component's name means it with any options.
                IEnumerable<ExperimentCell> meant = plan.Cells.Where(cell =>
                    cell.AxisValues[axis.Path] is var own && (own == label || own.StartsWith($"{label}(", StringComparison.Ordinal)));
                Assert.Equal(meant, Selected(plan, $"{axis.Path}={label}"));
            }
        }
    }

    [Theory]
    [InlineData("schedule=exploding(sigmaMax=20,sigmaMin=0.5),nfe=(atMost=8),solver=ddim(eta=0.5)", 2)]
    [InlineData("schedule=exploding(*,nfe=4", 8)]
    [InlineData("data=points(*[2*, solver=euler", 6)]
    [InlineData("schedule=exploding(*sigmaMin*),nfe=4", 4)]
    public void A_comma_separates_conditions_outside_of_brackets_alone(string filter, int count) => Assert.Equal(count, Selected(Plan(), filter).Length);

    [Theory]
    [InlineData("solver=ddim(eta=0.4)", "; did you mean 'ddim(eta=0.5)'? (known: ddim(eta=0.5), euler)")]
    [InlineData("nfe=4,solver=dpm", " (known: ddim(eta=0.5), euler)")]
    public void A_value_that_no_cell_has_is_told_those_that_there_are(string filter, string hint) => Assert.Equal(
        $"--only {filter}: no cell meets this{hint}", Assert.Throws<InputException>(() => CellSelection.Read([filter], Plan())).Message);

    private static ExperimentCell[] Selected(ExperimentPlan plan, string filter)
    {
        CellSelection selection = CellSelection.Read([filter], plan);
        return [.. plan.Cells.Where(selection.Contains)];
    }
}
