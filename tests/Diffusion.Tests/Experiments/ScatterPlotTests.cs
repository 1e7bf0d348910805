using System.Xml.Linq;
using Diffusion.Experiments.Reporting;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Experiments;

public sealed class ScatterPlotTests
{
    private static readonly DataDescription Faithful = new() { Name = "faithful", Shape = [3], Columns = ["eruptions <min>", "waiting", "more"] };

    [Fact]
    public void Every_sample_and_row_is_a_point_inside_the_frame_and_names_are_escaped()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor reference = tensor(new[] { 0.0, 0, 9, 1, 2, 9, 0.5, 1, 9 }, [3, 3]);
        Tensor samples = tensor(new[] { 0.5, 1, 0, 1e6, -1e6, 0 }, [2, 3]);
        XElement svg = XDocument.Parse(ScatterPlot.Svg(samples, reference, Faithful, "solver <heun>, repeat 0\0")).Root!;
        (double X, double Y)[] points = [.. svg.Descendants()
            .Where(e => e.Name.LocalName == "circle")
            .Select(e => ((double)e.Attribute("cx")!, (double)e.Attribute("cy")!))];
        Assert.Equal(5, points.Length);
        Assert.All(points, point => Assert.True(point.X is >= 44 and <= 436 && point.Y is >= 44 and <= 436, $"{point}"));
        Assert.Equal(points[2], points[3]);
        Assert.Equal((436.0, 436.0), points[4]); // far to the right and far below
        Assert.Contains(svg.Descendants(), e => e.Value == "eruptions <min>");
        Assert.Equal(["solver <heun>, repeat 0 ", "solver <heun>, repeat 0 "], svg.Elements().Where(e => e.Value.StartsWith("solver", StringComparison.Ordinal))
            .Select(e => e.Value));
    }

    [Fact]
    public void A_picture_shows_at_most_a_few_hundred_points_of_each()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor many = rand(5000, 2, dtype: ScalarType.Float64);
        XElement svg = XDocument.Parse(ScatterPlot.Svg(many, many, Faithful, "many")).Root!;
        Assert.Equal(1200, svg.Descendants().Count(e => e.Name.LocalName == "circle"));
    }

    [Fact]
    public void Data_of_one_dimension_or_of_images_have_no_picture()
    {
        Assert.True(ScatterPlot.CanShow(Faithful));
        Assert.False(ScatterPlot.CanShow(new() { Name = "line", Shape = [1] }));
        Assert.False(ScatterPlot.CanShow(new() { Name = "digits", Shape = [1, 8, 8] }));
    }
}
