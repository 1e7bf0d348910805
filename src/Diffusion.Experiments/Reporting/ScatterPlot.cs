using System.Globalization;
using System.Security;
using System.Text;
using System.Xml;

using static TorchSharp.torch;

namespace Diffusion.Experiments.Reporting;

/// <summary>Samples over the data they should resemble, in the first two dimensions, as SVG: small, sharp, and shown by browsers and trackers alike.</summary>
internal static class ScatterPlot
{
    // More points hide one another.
    private const int PointsShown = 600;
    private const int Size = 480;
    private const int Margin = 44;

    // As many characters as fit below the picture.
    private const int LongestTitle = 88;

    /// <summary>Whether the data have two dimensions to show.</summary>
    public static bool CanShow(DataDescription data) => data.Shape is [>= 2];

    /// <summary>The picture. The axes span the data, not the samples: what has left them is drawn at the edge.</summary>
    /// <param name="samples">Shape (N, D), float64, the data's own units.</param>
    /// <param name="reference">Shape (M, D), the same units.</param>
    /// <param name="data">Names of the dimensions.</param>
    /// <param name="title">Whose samples they are.</param>
    public static string Svg(Tensor samples, Tensor reference, DataDescription data, string title)
    {
        (double X, double Y)[] truth = Points(reference);
        Axis x = Axis.Over(truth.Select(point => point.X));
        Axis y = Axis.Over(truth.Select(point => point.Y));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Size} {Size}\" width=\"{Size}\" "
            + $"height=\"{Size}\" font-family=\"sans-serif\" font-size=\"11\">\n");
        text.Append(CultureInfo.InvariantCulture, $"<title>{Escaped(title)}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
        string shown = title.Length <= LongestTitle ? title : $"{title[..(LongestTitle - 1)]}…";
        text.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{Size / 2}\" y=\"{Size - 3}\" text-anchor=\"middle\" font-size=\"9\" fill=\"#444\">{Escaped(shown)}</text>\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"<rect x=\"{Margin}\" y=\"{Margin}\" width=\"{Size - (2 * Margin)}\" height=\"{Size - (2 * Margin)}\" fill=\"none\" stroke=\"#bbb\"/>\n");
        Circles(text, truth, x, y, "#9aa0a6");
        Circles(text, Points(samples), x, y, "#1a73e8");
        Labels(text, x, y, data);
        return text.Append("</svg>\n").ToString();
    }

    // Control characters have no place in XML.
    private static string Escaped(string text) => SecurityElement.Escape(string.Concat(text.Select(c => XmlConvert.IsXmlChar(c) ? c : ' ')));

    private static void Circles(StringBuilder text, IEnumerable<(double X, double Y)> points, Axis x, Axis y, string colour)
    {
        text.Append(CultureInfo.InvariantCulture, $"<g fill=\"{colour}\" fill-opacity=\"0.55\">\n");
        foreach ((double px, double py) in points)
            text.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{x.Place(px):f1}\" cy=\"{Size - y.Place(py):f1}\" r=\"2\"/>\n");
        text.Append("</g>\n");
    }

    private static void Labels(StringBuilder text, Axis x, Axis y, DataDescription data)
    {
        const int edge = Size - Margin;
        string[] names = [.. Enumerable.Range(0, 2).Select(i => SecurityElement.Escape(data.Columns.Count > i ? data.Columns[i] : $"x{i + 1}"))];
        text.Append(CultureInfo.InvariantCulture, $"<g fill=\"#444\">\n<text x=\"{Margin}\" y=\"{edge + 16}\">{x.Low:g3}</text>\n<text x=\"{edge}\" "
            + $"y=\"{edge + 16}\" text-anchor=\"end\">{x.High:g3}</text>\n");
        text.Append(CultureInfo.InvariantCulture, $"<text x=\"{Size / 2}\" y=\"{edge + 30}\" text-anchor=\"middle\">{names[0]}</text>\n");
        text.Append(CultureInfo.InvariantCulture, $"<text x=\"{Margin - 6}\" y=\"{edge}\" text-anchor=\"end\">{y.Low:g3}</text>\n<text x=\"{Margin - 6}\" "
            + $"y=\"{Margin + 8}\" text-anchor=\"end\">{y.High:g3}</text>\n");
        text.Append(CultureInfo.InvariantCulture, $"<text transform=\"translate(16 {Size / 2}) rotate(-90)\" text-anchor=\"middle\">{names[1]}</text>\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{Margin}\" y=\"{Margin - 12}\"><tspan fill=\"#1a73e8\">samples</tspan> over <tspan fill=\"#80868b\">data</tspan></text>\n</g>\n");
    }

    private static (double X, double Y)[] Points(Tensor rows)
    {
        using Tensor shown = rows.narrow(0, 0, Math.Min(PointsShown, rows.shape[0])).narrow(1, 0, 2).to(ScalarType.Float64).contiguous();
        return [.. shown.data<double>().ToArray().Chunk(2).Select(pair => (pair[0], pair[1]))];
    }

    private readonly record struct Axis(double Low, double High)
    {
        public static Axis Over(IEnumerable<double> values)
        {
            double[] all = [.. values];
            double room = 0.08 * Math.Max(all.Max() - all.Min(), 1e-9);
            return new(all.Min() - room, all.Max() + room);
        }

        public double Place(double value) => Margin + ((Size - (2 * Margin)) * (Math.Clamp(value, Low, High) - Low) / (High - Low));
    }
}
