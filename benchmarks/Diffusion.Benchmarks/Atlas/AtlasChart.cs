using System.Globalization;
using System.Text;

namespace Diffusion.Benchmarks.Atlas;

/// <summary>A value against the number of evaluations, one line a sampler, on logarithmic axes, as SVG.</summary>
internal static class AtlasChart
{
    private const int Width = 760;
    private const int Height = 440;
    private const int Left = 70;
    private const int Right = 250;
    private const int Top = 40;
    private const int Bottom = 50;

    private static readonly string[] Colours =
        ["#1a73e8", "#188038", "#c5221f", "#9334e6", "#e8710a", "#12a4af", "#a142f4", "#5f6368", "#b06000", "#d01884", "#0d652d", "#3c4043"];

    /// <param name="title">What is drawn.</param>
    /// <param name="series">Names and points; points without a positive value are left out.</param>
    public static string Svg(string title, IReadOnlyList<(string Name, IReadOnlyList<(int Evaluations, double Value)> Points)> series)
    {
        var drawn = series.Select(one => (one.Name, Points: one.Points.Where(point => point.Value > 0).OrderBy(point => point.Evaluations).ToArray()))
            .Where(one => one.Points.Length > 0).ToArray();
        double[] values = [.. drawn.SelectMany(one => one.Points.Select(point => Math.Log10(point.Value)))];
        int[] counts = [.. drawn.SelectMany(one => one.Points.Select(point => point.Evaluations)).Distinct().Order()];
        (int low, int high) = ((int)Math.Floor(values.Min()), (int)Math.Ceiling(values.Max()));
        (double first, double last) = (Math.Log10(counts[0]), Math.Log10(counts[^1]));
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" "
            + $"height=\"{Height}\" font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
        text.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"22\" font-size=\"14\">{title}</text>\n");
        for (int decade = low; decade <= high; decade++)
            text.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left} {Y(decade):f1}H{Width - Right}\" stroke=\"#ddd\"/><text x=\"{Left - 8}\" "
                + $"y=\"{Y(decade) + 4:f1}\" text-anchor=\"end\">{Math.Pow(10, decade):0.########}</text>\n");
        double taken = double.NegativeInfinity;
        foreach (int count in counts)
        {
            if (X(count) - taken < 22)
                continue;
            taken = X(count);
            text.Append(CultureInfo.InvariantCulture, $"<text x=\"{taken:f1}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{count}</text>\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 12}\" text-anchor=\"middle\">evaluations</text>\n");

        // Names stand beside the last points, pushed apart where these are close.
        double above = double.NegativeInfinity;
        foreach (((string name, (int Evaluations, double Value)[] points), int index) in drawn.Select((one, i) => (one, i))
            .OrderBy(one => -one.one.Points[^1].Value))
        {
            string colour = Colours[index % Colours.Length];
            string dashes = index >= Colours.Length ? " stroke-dasharray=\"5 3\"" : "";
            string line = string.Join(
                ' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.Evaluations):f1},{Y(Math.Log10(point.Value)):f1}")));
            text.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{line}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"{dashes}/>\n");
            foreach ((int evaluations, double value) in points)
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"<circle cx=\"{X(evaluations):f1}\" cy=\"{Y(Math.Log10(value)):f1}\" r=\"2.5\" fill=\"{colour}\"/>\n");
            }


            above = Math.Max(above + 15, Y(Math.Log10(points[^1].Value)) + 4);
            text.Append(CultureInfo.InvariantCulture, $"<text x=\"{Width - Right + 10}\" y=\"{above:f1}\" fill=\"{colour}\">{name}</text>\n");
        }

        return text.Append("</svg>\n").ToString();

        double X(int count) => Left + ((Width - Left - Right) * (Math.Log10(count) - first) / (last - first));

        double Y(double exponent) => Height - Bottom - ((Height - Top - Bottom) * (exponent - low) / (high - low));
    }
}
