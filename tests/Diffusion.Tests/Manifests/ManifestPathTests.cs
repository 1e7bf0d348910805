using Diffusion.Experiments.Manifests;
using Xunit;

namespace Diffusion.Tests.Manifests;

public sealed class ManifestPathTests
{
    [Theory]
    [InlineData("steps", "$.steps")]
    [InlineData("solver.eta", "$.solver.eta")]
    [InlineData("metrics[0].projections", "$.metrics[0].projections")]
    [InlineData("data.rows[1][0]", "$.data.rows[1][0]")]
    [InlineData("a['b.c'].d", "$.a['b.c'].d")]
    [InlineData("sweep.axes.solver.eta", "$.sweep.axes['solver.eta']")]
    [InlineData("sweep.axes['solver.eta']", "$.sweep.axes['solver.eta']")]
    [InlineData("sweep.axes.metrics[0].projections", "$.sweep.axes['metrics[0].projections']")]
    public void A_path_is_keys_and_indices(string text, string jsonPath)
    {
        ManifestPath path = ManifestPath.Parse(text)!;
        Assert.Equal(jsonPath, path.JsonPath(path.Segments.Count));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a.")]
    [InlineData("a..b")]
    [InlineData("[0]")]
    [InlineData("a[")]
    [InlineData("a[x]")]
    [InlineData("a[-1]")]
    [InlineData("a[99999999999]")]
    [InlineData("a]b")]
    public void Anything_else_is_not(string text) => Assert.Null(ManifestPath.Parse(text));
}
