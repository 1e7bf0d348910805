using System.Globalization;
using System.Text;

namespace Diffusion.Benchmarks.Sweeps;

/// <summary>The cost per cell against the number of cells, on logarithmic axes, as SVG.</summary>
internal static class CostChart
{
    private const int Width = 640;
    private const int Height = 400;
    private const int Left = 70;
    private const int Right = 190;
    private const int Top = 30;
    private const int Bottom = 50;

    private static readonly (string Name, string Colour, Func<SweepCost, double?> Milliseconds)[] Series =
    [
        ("planned", "#1a73e8", cost => cost.PlanSeconds / cost.Cells * 1e3),
        ("coordinated", "#188038", cost => cost.CoordinatorMilliseconds),
        ("tracked (SQLite)", "#c5221f", cost => cost.TrackedMilliseconds),
        ("finished, run again", "#9334e6", cost => cost.AgainSeconds / cost.Cells * 1e3),
    ];

    public static string Svg(IReadOnlyList<SweepCost> costs)
    {
        double[] all = [.. Series.SelectMany(series => costs.Select(series.Milliseconds)).OfType<double>()];
        (int low, int high) = ((int)Math.Floor(Math.Log10(all.Min())), (int)Math.Ceiling(Math.Log10(all.Max())));
        (double first, double last) = (Math.Log10(costs[0].Cells), Math.Log10(costs[^1].Cells));
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" "
            + $"height=\"{Height}\" font-family=\"sans-serif\" font-size=\"12\">\n");
        text.Append("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
        for (int decade = low; decade <= high; decade++)
            text.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left} {Y(decade):f1}H{Width - Right}\" stroke=\"#ddd\"/><text x=\"{Left - 8}\" "
                + $"y=\"{Y(decade) + 4:f1}\" text-anchor=\"end\">{Math.Pow(10, decade)}</text>\n");
        foreach (SweepCost cost in costs)
            text.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(cost):f1}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{cost.Cells}</text>\n");
        text.Append(
            CultureInfo.InvariantCulture, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 12}\" text-anchor=\"middle\">cells in the sweep</text>\n");
        text.Append(
            CultureInfo.InvariantCulture, $"<text transform=\"translate(18 {Height / 2}) rotate(-90)\" text-anchor=\"middle\">milliseconds a cell</text>\n");

        // Names stand beside the last points, pushed apart where these are close.
        double above = double.NegativeInfinity;
        foreach ((string name, string colour, (SweepCost Cost, double Milliseconds)[] measured) in Series.Select(Measured)
            .OrderBy(series => -Math.Log10(series.Points[^1].Milliseconds)))
        {
            string points = string.Join(
                ' ', measured.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.Cost):f1},{Y(Math.Log10(point.Milliseconds)):f1}")));
            text.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>\n");
            foreach ((SweepCost cost, double milliseconds) in measured)
                text.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{X(cost):f1}\" cy=\"{Y(Math.Log10(milliseconds)):f1}\" r=\"3\" fill=\"{colour}\"/>\n");
            above = Math.Max(above + 16, Y(Math.Log10(measured[^1].Milliseconds)) + 4);
            text.Append(CultureInfo.InvariantCulture, $"<text x=\"{Width - Right + 10}\" y=\"{above:f1}\" fill=\"{colour}\">{name}</text>\n");
        }

        return text.Append("</svg>\n").ToString();

        (string Name, string Colour, (SweepCost Cost, double Milliseconds)[] Points) Measured(
            (string Name, string Colour, Func<SweepCost, double?> Milliseconds) series) =>
            (series.Name, series.Colour, [.. costs.Where(cost => series.Milliseconds(cost) is not null)
                .Select(cost => (cost, series.Milliseconds(cost)!.Value))]);

        double X(SweepCost cost) => Left + ((Width - Left - Right) * (Math.Log10(cost.Cells) - first) / (last - first));

        double Y(double exponent) => Height - Bottom - ((Height - Top - Bottom) * (exponent - low) / (high - low));
    }
}
