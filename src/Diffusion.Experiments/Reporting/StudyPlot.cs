using System.Globalization;
using System.Text;

namespace Diffusion.Experiments.Reporting;

/// <summary>Curves and fields of studies as SVG.</summary>
internal static class StudyPlot
{
    private const int Width = 640;
    private const int Height = 420;
    private const int Left = 72;
    private const int Right = 24;
    private const int Top = 44;
    private const int Bottom = 52;

    // More points or cells than the picture has room for only make its file large.
    private const int PointsShown = 400;
    private const int CellsShown = 96;
    private const int Ticks = 5;

    // Distinct in print and for colour-blind readers.
    private static readonly string[] Colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];

    // From dark to light, so that it reads in grey, too.
    private static readonly (int R, int G, int B)[] Shades = [(68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37)];

    /// <summary>Lines over one variable; a series that is the truth is dashed.</summary>
    public static string Svg(StudyCurve curve)
    {
        Axis x = Axis.Over(curve.X, curve.IsLogX, Left, Width - Right);
        Axis y = Axis.Over(curve.Series.SelectMany(series => series.Y), curve.IsLogY, Height - Bottom, Top);
        StringBuilder text = Begin(curve.XLabel, curve.YLabel, x, y);
        int stride = Math.Max(1, curve.X.Count / PointsShown);
        foreach ((int index, StudySeries series) in curve.Series.Index())
        {
            string colour = Colours[index % Colours.Length];
            StringBuilder path = new();
            bool isDown = false;
            for (int i = 0; i < curve.X.Count; i++)
            {
                if (i % stride != 0 && i != curve.X.Count - 1)
                    continue;
                bool isShown = y.Shows(series.Y[i]) && x.Shows(curve.X[i]);
                if (isShown)
                    path.Append(CultureInfo.InvariantCulture, $"{(isDown ? 'L' : 'M')}{x.Place(curve.X[i]):f1} {y.Place(series.Y[i]):f1}");
                isDown = isShown;
            }

            string dashes = series.IsReference ? " stroke-dasharray=\"6 4\"" : "";
            // A point without neighbours has no line.
            for (int i = 0; i < curve.X.Count; i++)
            {
                if (y.Shows(series.Y[i]) && x.Shows(curve.X[i]) && !(i > 0 && y.Shows(series.Y[i - 1])) && !(i + 1 < curve.X.Count && y.Shows(series.Y[i + 1])))
                    text.Append(
                        CultureInfo.InvariantCulture,
                        $"<circle cx=\"{x.Place(curve.X[i]):f1}\" cy=\"{y.Place(series.Y[i]):f1}\" r=\"3\" fill=\"{colour}\"/>\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.6\"{dashes}/>\n");
            text.Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{Left + 8 + (index % 3 * 190)}\" y=\"{16 + (index / 3 * 13)}\" fill=\"{colour}\">{SvgText.Escape(series.Label)}</text>\n");
        }

        return text.Append("</svg>\n").ToString();
    }

    /// <summary>Values over two variables, dark where they are small.</summary>
    public static string Svg(StudyField field)
    {
        Axis x = Axis.Over(field.X, false, Left, Width - Right);
        Axis y = Axis.Over(field.Y, false, Height - Bottom, Top);
        StringBuilder text = Begin(field.XLabel, field.YLabel, x, y);
        double[] values = [.. field.Values.Cast<double>()];
        (double low, double high) = (values.Min(), values.Max());
        int columns = Math.Min(CellsShown, field.X.Count), rows = Math.Min(CellsShown, field.Y.Count);
        double width = (double)(Width - Left - Right) / columns, height = (double)(Height - Top - Bottom) / rows;
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                double value = field.Values[row * field.Y.Count / rows, column * field.X.Count / columns];
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"<rect x=\"{Left + (column * width):f1}\" y=\"{Height - Bottom - ((row + 1) * height):f1}\" width=\"{width + 0.4:f1}\" "
                        + $"height=\"{height + 0.4:f1}\" fill=\"{Shade(high > low ? (value - low) / (high - low) : 0)}\"/>\n");
            }
        }

        text.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"22\">{SvgText.Escape(field.Name)}: {low:g3} (dark) to {high:g3}</text>\n");
        return text.Append("</svg>\n").ToString();
    }

    private static StringBuilder Begin(string xLabel, string yLabel, Axis x, Axis y)
    {
        StringBuilder text = new();
        text.Append(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" height=\"{Height}\" "
                + $"font-family=\"sans-serif\" font-size=\"11\" fill=\"#444\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"<rect x=\"{Left}\" y=\"{Top}\" width=\"{Width - Left - Right}\" height=\"{Height - Top - Bottom}\" fill=\"none\" stroke=\"#bbb\"/>\n");
        foreach (double tick in x.TickValues)
            text.Append(
                CultureInfo.InvariantCulture, $"<text x=\"{x.Place(tick):f1}\" y=\"{Height - Bottom + 16}\" text-anchor=\"middle\">{tick:g3}</text>\n");
        foreach (double tick in y.TickValues)
            text.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 6}\" y=\"{y.Place(tick) + 4:f1}\" text-anchor=\"end\">{tick:g3}</text>\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 14}\" text-anchor=\"middle\">{SvgText.Escape(xLabel)}</text>\n");
        return text.Append(
            CultureInfo.InvariantCulture,
            $"<text transform=\"translate(16 {(Top + Height - Bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">{SvgText.Escape(yLabel)}</text>\n");
    }

    private static string Shade(double share)
    {
        double place = Math.Clamp(share, 0, 1) * (Shades.Length - 1);
        int below = Math.Min((int)place, Shades.Length - 2);
        double part = place - below;
        (int r, int g, int b) = Shades[below];
        (int r2, int g2, int b2) = Shades[below + 1];
        return $"#{Mixed(r, r2):x2}{Mixed(g, g2):x2}{Mixed(b, b2):x2}";

        int Mixed(int from, int to) => (int)Math.Round(from + (part * (to - from)));
    }

    private readonly record struct Axis(double Low, double High, bool IsLog, double From, double To)
    {
        public IEnumerable<double> TickValues
        {
            get
            {
                Axis own = this;
                return Enumerable.Range(0, Ticks).Select(i => own.Low + (i * (own.High - own.Low) / (Ticks - 1)))
                    .Select(value => own.IsLog ? Math.Exp(value) : value);
            }
        }

        public static Axis Over(IEnumerable<double> values, bool isLog, double from, double to)
        {
            double[] shown = [.. values.Where(value => double.IsFinite(value) && (!isLog || value > 0)).Select(value => isLog ? Math.Log(value) : value)];
            if (shown.Length == 0)
                return new(0, 1, false, from, to);
            double room = shown.Max() > shown.Min() ? 0 : Math.Max(1e-9, 0.1 * Math.Abs(shown[0]));
            return new(shown.Min() - room, shown.Max() + room, isLog, from, to);
        }

        public bool Shows(double value) => double.IsFinite(value) && (!IsLog || value > 0);

        public double Place(double value) => From + ((To - From) * ((IsLog ? Math.Log(value) : value) - Low) / (High - Low));
    }
}
