using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Diffusion.Experiments.Reporting;

/// <summary>
/// The pictures of samples of a run side by side, as one SVG: a configuration a row, a budget a column, each with its title. It is made of the pictures that
/// lie in the run's folder alone.
/// </summary>
internal static class ContactSheet
{
    // A sheet is to be looked at, by people and in a browser.
    private const int MostRows = 24;
    private const int MostColumns = 8;
    private const int PointsShown = 300;

    private const int Tile = 160;
    private const int Gap = 14;
    private const int TitleHeight = 30;
    private const int Top = 34;
    private const int LongestTitle = 24;

    // An image with another address would be looked for elsewhere.
    private const string Embedded = "data:image/";

    /// <summary>The sheet; null where there is no picture.</summary>
    /// <param name="caption">What all pictures have in common.</param>
    /// <param name="tiles">The pictures, in the order of rows and columns.</param>
    public static string? Svg(string caption, IReadOnlyList<ContactTile> tiles)
    {
        string[] rows = [.. tiles.Select(tile => tile.Row).Distinct()];
        string[] columns = [.. tiles.Select(tile => tile.Column).Distinct()];
        List<(int Row, int Column, ContactTile Tile, Content Content)> shown = [];
        foreach (ContactTile tile in tiles)
        {
            (int row, int column) = (Array.IndexOf(rows, tile.Row), Array.IndexOf(columns, tile.Column));
            if (row < MostRows && column < MostColumns && Read(tile.Picture) is { } content)
                shown.Add((row, column, tile, content));
        }

        if (shown.Count == 0)
            return null;
        int width = Gap + ((shown.Max(tile => tile.Column) + 1) * (Tile + Gap));
        int height = Top + ((shown.Max(tile => tile.Row) + 1) * (Tile + TitleHeight + Gap));
        string[] clouds = [.. shown.Select(tile => tile.Content.Data).Where(data => data.Length > 0).Distinct()];
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" "
            + $"height=\"{height}\" font-family=\"sans-serif\" font-size=\"11\" fill=\"#333\">\n"
            + $"<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n<defs>\n");
        foreach ((int i, string cloud) in clouds.Index())
            text.Append(CultureInfo.InvariantCulture, $"<path id=\"data{i}\" d=\"{cloud}\"/>\n");
        string left = tiles.Count == shown.Count
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"; {tiles.Count - shown.Count} of {tiles.Count} are left out");
        text.Append(CultureInfo.InvariantCulture, $"</defs>\n<text x=\"{Gap}\" y=\"22\">{SvgText.Escape(caption + left)}</text>\n");
        foreach ((int row, int column, ContactTile tile, Content content) in shown)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"<g transform=\"translate({Gap + (column * (Tile + Gap))} {Top + (row * (Tile + TitleHeight + Gap))})\">\n"
                + $"<title>{SvgText.Escape($"{tile.Row}, {tile.Column}")}</title>\n<text y=\"12\">{SvgText.Escape(Short(tile.Row))}</text>\n"
                + $"<text y=\"25\" fill=\"#777\">{SvgText.Escape(Short(tile.Column))}</text>\n<g transform=\"translate(0 {TitleHeight})\" "
                + $"fill=\"none\" stroke-linecap=\"round\" stroke-width=\"2\" stroke-opacity=\"0.6\">\n<rect width=\"{Tile}\" height=\"{Tile}\" "
                + $"stroke=\"#ccc\" stroke-width=\"1\"/>\n");
            if (content.Data.Length > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"<use href=\"#data{Array.IndexOf(clouds, content.Data)}\" stroke=\"#9aa0a6\"/>\n");
                text.Append(CultureInfo.InvariantCulture, $"<path d=\"{content.Samples}\" stroke=\"#1a73e8\"/>\n");
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"<image width=\"{Tile}\" height=\"{Tile}\" style=\"image-rendering:pixelated\" ");
                text.Append(CultureInfo.InvariantCulture, $"href=\"{SvgText.Escape(content.Samples)}\"/>\n");
            }

            text.Append("</g>\n</g>\n");
        }

        return text.Append("</svg>\n").ToString();
    }

    private static string Short(string title) => title.Length <= LongestTitle ? title : $"{title[..(LongestTitle - 1)]}…";

    /// <summary>What a picture shows; null where it is none of ours.</summary>
    private static Content? Read(string picture)
    {
        try
        {
            XElement[] elements = [.. XDocument.Load(picture).Descendants()];
            // Samples of images come first, and the data's beside them.
            if (elements.FirstOrDefault(element => element.Name.LocalName == "image") is { } image)
                return (string?)image.Attribute("href") is { } href && href.StartsWith(Embedded, StringComparison.Ordinal) ? new("", href) : null;
            string[] clouds = [.. elements.Where(element => element.Name.LocalName == "g")
                .Select(group => group.Elements().Where(element => element.Name.LocalName == "circle").ToArray())
                .Where(circles => circles.Length > 0).Select(Dots)];
            return clouds is [string data, string samples] ? new(data, samples) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or XmlException or FormatException)
        {
            // A picture is no record; a damaged one costs its tile.
            return null;
        }
    }

    /// <summary>Points as a path of dots within a tile.</summary>
    private static string Dots(XElement[] circles)
    {
        StringBuilder path = new();
        foreach (XElement circle in circles.Take(PointsShown))
            path.Append(CultureInfo.InvariantCulture, $"M{Place(circle, "cx"):f1} {Place(circle, "cy"):f1}h0");
        return path.ToString();
    }

    private static double Place(XElement circle, string name) => ScatterPlot.ShareOfFrame((double?)circle.Attribute(name) ?? 0) * Tile;

    /// <param name="Data">Points of the data as a path; "" for images.</param>
    /// <param name="Samples">Points of the samples as a path, or an image that is its own address.</param>
    private sealed record Content(string Data, string Samples);
}
