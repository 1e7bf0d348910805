using System.Globalization;
using System.Xml.Linq;
using Diffusion.Experiments.Reporting;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Experiments;

public sealed class ContactSheetTests : IDisposable
{
    private static readonly DataDescription Plane = new() { Name = "plane", Shape = [2] };

    private readonly string _folder = Directory.CreateTempSubdirectory("contact-sheet-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_configuration_is_a_row_and_a_budget_a_column_and_each_has_its_title()
    {
        XElement[] tiles = Tiles(ContactSheet.Svg("a & b", [
            new("euler <1>", "5 steps", Picture("a", 0.25)), new("euler <1>", "10 steps", Picture("b", 0.5)), new("heun", "10 steps", Picture("c", 0.75)),
        ])!);

        Assert.Equal(["euler <1>, 5 steps", "euler <1>, 10 steps", "heun, 10 steps"], tiles.Select(Title));
        Assert.Equal(["14 34", "188 34", "188 238"], tiles.Select(tile => (string)tile.Attribute("transform")!).Select(place => place[10..^1]));
        // The data span from 0 to 1, with 8 % of room at each side, over a tile of 160.
        double[] expected = [.. new[] { 0.25, 0.5, 0.75 }.Select(x => 160 * (x + 0.08) / 1.16)];
        foreach ((XElement tile, double x) in tiles.Zip(expected))
        {
            string dot = (string)tile.Descendants().Single(element => element.Name.LocalName == "path").Attribute("d")!;
            double[] place = [.. dot[1..^2].Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
            Assert.InRange(place[0], x - 0.1, x + 0.1);
            Assert.InRange(place[1], 160 - x - 0.1, 160 - x + 0.1);
        }
    }

    [Fact]
    public void Data_that_pictures_share_stand_there_once()
    {
        XElement svg = XDocument.Parse(ContactSheet.Svg("", [new("a", "1", Picture("a", 0)), new("b", "1", Picture("b", 1))])!).Root!;
        Assert.Single(svg.Descendants(), element => ((string?)element.Attribute("id"))?.StartsWith("data", StringComparison.Ordinal) == true);
        Assert.Equal(2, svg.Descendants().Count(element => element.Name.LocalName == "use"));
    }

    [Fact]
    public void Of_pictures_of_images_the_samples_are_shown()
    {
        string picture = Path.Combine(_folder, "image.svg"), foreign = Path.Combine(_folder, "foreign.svg");
        File.WriteAllText(picture, """
            <svg xmlns="http://www.w3.org/2000/svg"><image href="data:image/png;base64,AAAA"/><image href="data:image/png;base64,BBBB"/></svg>
            """);
        File.WriteAllText(foreign, """<svg xmlns="http://www.w3.org/2000/svg"><image href="http://example.org/a.png"/></svg>""");
        string sheet = ContactSheet.Svg("", [new("heun", "5 steps", picture), new("heun", "10 steps", foreign)])!;
        XElement tile = Assert.Single(Tiles(sheet));
        Assert.Equal("data:image/png;base64,AAAA", (string?)tile.Descendants().Single(element => element.Name.LocalName == "image").Attribute("href"));
        Assert.Contains("1 of 2 are left out", sheet, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_pictures_and_what_is_too_much_are_left_out_and_counted()
    {
        string damaged = Path.Combine(_folder, "damaged.svg");
        File.WriteAllText(damaged, "<svg><g><circle cx=");
        string picture = Picture("a", 0);
        string sheet = ContactSheet.Svg("many", [.. Enumerable.Range(0, 30).Select(i => new ContactTile($"row {i}", "1 step", i == 3 ? damaged : picture))])!;
        Assert.Equal(23, Tiles(sheet).Length);
        Assert.Contains("many; 7 of 30 are left out", sheet, StringComparison.Ordinal);
        Assert.Null(ContactSheet.Svg("none", [new("row", "column", damaged), new("row", "column 2", Path.Combine(_folder, "gone.svg"))]));
        Assert.Null(ContactSheet.Svg("none", []));
    }

    private static XElement[] Tiles(string svg) =>
        [.. XDocument.Parse(svg).Root!.Elements().Where(element => element.Name.LocalName == "g")];

    private static string Title(XElement tile) => tile.Elements().First(element => element.Name.LocalName == "title").Value;

    private string Picture(string name, double x)
    {
        using DisposeScope scope = NewDisposeScope();
        string path = Path.Combine(_folder, $"{name}.svg");
        File.WriteAllText(path, ScatterPlot.Svg(
            tensor(new[] { x, x }, [1, 2]), tensor(new[] { 0.0, 0, 1, 1 }, [2, 2]), Plane, name));
        return path;
    }
}
