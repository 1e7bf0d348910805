using System.Globalization;
using Diffusion.Experiments.Storage;
using ScottPlot;
using ScottPlot.Plottables;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace Diffusion.Reporting.Figures;

/// <summary>Draws figures into files, without a browser and without a screen.</summary>
public static class FigureDrawer
{
    private const string Family = "Diffusion figures";
    private const int PanelWidth = 420;
    private const int PanelHeight = 340;
    private const int OnlyWidth = 900;
    private const int OnlyHeight = 560;
    private const int MostColumns = 3;

    // PNG files are for screens and papers alike.
    private const int PixelsAPoint = 2;

    // Okabe and Ito's palette, which colour-blind readers tell apart.
    private static readonly string[] Colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#1B1F24", "#B8A900"];

    private static readonly MarkerShape[] Markers =
    [
        MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp, MarkerShape.FilledDiamond, MarkerShape.FilledTriangleDown,
        MarkerShape.OpenCircle, MarkerShape.OpenSquare,
    ];

    private static readonly Color Behind = Color.FromHex("#8A93A0");

    /// <summary>Draws a figure.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="path">The file.</param>
    /// <param name="isSvg">Whether it becomes SVG; PNG otherwise.</param>
    /// <param name="font">A font's file; null where there is none.</param>
    /// <exception cref="StorageException">The file cannot be written.</exception>
    public static void Draw(Figure figure, string path, bool isSvg, string? font)
    {
        if (font is not null)
            Fonts.AddFontFile(Family, font, false, false);
        int columns = Math.Min(MostColumns, figure.Panels.Count), rows = (figure.Panels.Count + columns - 1) / columns;
        (int width, int height) = figure.Panels.Count == 1 ? (OnlyWidth, OnlyHeight) : (PanelWidth, PanelHeight);
        Plot[] plots =
            [.. figure.Panels.Index().Select(panel => PlotOf(panel.Item, isOnly: figure.Panels.Count == 1, withLegend: panel.Index == 0, font is not null))];
        AtomicFile.Write(path, stream =>
        {
            SKRect whole = new(0, 0, columns * width, rows * height);
            if (isSvg)
            {
                using SKCanvas canvas = SKSvgCanvas.Create(whole, stream);
                Paint(canvas);
                return;
            }

            using SKSurface surface = SKSurface.Create(new SKImageInfo(PixelsAPoint * columns * width, PixelsAPoint * rows * height));
            surface.Canvas.Scale(PixelsAPoint);
            Paint(surface.Canvas);
            using SKImage image = surface.Snapshot();
            using SKData data = image.Encode(SKEncodedImageFormat.Png, 100);
            data.SaveTo(stream);
        });

        void Paint(SKCanvas canvas)
        {
            canvas.Clear(SKColors.White);
            foreach ((int index, Plot plot) in plots.Index())
            {
                int left = index % columns * width, top = index / columns * height;
                plot.Render(canvas, new PixelRect(left, left + width, top + height, top));
            }
        }
    }

    private static Plot PlotOf(FigurePanel panel, bool isOnly, bool withLegend, bool hasFont)
    {
        Plot plot = new();
        if (hasFont)
            plot.Font.Set(Family);
        foreach (FigureCurve curve in panel.Curves)
            Add(plot, panel, curve);
        if (panel.Title.Length > 0)
            plot.Title(panel.Title, isOnly ? 16 : 13);
        if (panel.X.Name.Length > 0)
            plot.XLabel(panel.X.Name, 13);
        if (panel.Y.Name.Length > 0)
            plot.YLabel(panel.Y.Name, 13);
        plot.Grid.MajorLineColor = Color.FromHex("#E3E7EC");
        Span(plot, panel);
        if (withLegend && panel.Curves.Any(curve => curve.Name.Length > 0))
        {
            plot.Legend.FontSize = isOnly ? 12 : 10;
            plot.Legend.BackgroundColor = Colors.White.WithAlpha(.85);
            plot.Legend.ShadowColor = Colors.Transparent;
            plot.Legend.OutlineColor = Color.FromHex("#D5DAE1");
            plot.ShowLegend(Alignment.UpperRight);
        }
        else
        {
            plot.HideLegend();
        }

        return plot;
    }

    private static void Add(Plot plot, FigurePanel panel, FigureCurve curve)
    {
        int[] shown = [.. Enumerable.Range(0, curve.X.Count).Where(i => IsShown(panel.X, curve.X[i]) && IsShown(panel.Y, curve.Y[i]))];
        if (shown.Length == 0)
            return;
        double[] x = [.. shown.Select(i => Place(panel.X, curve.X[i]))];
        Color colour = curve.Style is { } style ? Color.FromHex(Colours[style % Colours.Length]) : Behind;
        if (curve.Low is { } low && curve.High is { } high && shown.Length > 1)
        {
            // On a logarithmic axis what reaches below zero is drawn down to a tenth of the value.
            double[] below = [.. shown.Select(i => Place(panel.Y, IsShown(panel.Y, low[i]) ? low[i] : curve.Y[i] / 10))];
            FillY band = plot.Add.FillY(x, below, [.. shown.Select(i => Place(panel.Y, high[i]))]);
            band.FillColor = colour.WithAlpha(.15);
            band.LineWidth = 0;
            band.MarkerSize = 0;
        }

        Scatter scatter = plot.Add.Scatter(x, shown.Select(i => Place(panel.Y, curve.Y[i])).ToArray());
        scatter.Color = colour;
        scatter.LineWidth = curve.HasLine ? (curve.Style is null ? 1.5f : 2) : 0;
        scatter.LinePattern = curve.IsDashed || curve.Style >= Colours.Length ? LinePattern.Dashed : LinePattern.Solid;
        scatter.MarkerSize = !curve.HasMarkers ? 0 : shown.Length > 100 ? 3 : 8;
        scatter.MarkerShape = curve.Style is { } number ? Markers[number % Markers.Length] : MarkerShape.FilledCircle;
        if (curve.Name.Length > 0)
            scatter.LegendText = curve.Name;
    }

    // Fills the panel, and marks round numbers: powers of ten alone are too few where a curve spans less than two of them.
    private static void Span(Plot plot, FigurePanel panel)
    {
        plot.Axes.AutoScale();
        AxisLimits limits = plot.Axes.GetLimits();
        if (panel.X.IsLogarithmic)
            plot.Axes.Bottom.TickGenerator = Logarithmic(limits.Left, limits.Right);
        if (panel.Y.IsLogarithmic)
            plot.Axes.Left.TickGenerator = Logarithmic(limits.Bottom, limits.Top);
        if (panel.X.Name.Length == 0 && panel.Y.Name.Length == 0)
            plot.HideGrid();
    }

    private static NumericManual Logarithmic(double low, double high)
    {
        double[] steps = high - low > 2.5 ? [1] : high - low > 1 ? [1, 2, 5] : [1, 1.5, 2, 3, 4, 5, 7];
        double[] values = [.. Enumerable.Range((int)Math.Floor(low), (int)Math.Ceiling(high) - (int)Math.Floor(low) + 1)
            .SelectMany(power => steps.Select(step => step * Math.Pow(10, power))).Where(value => Math.Log10(value) >= low && Math.Log10(value) <= high)];
        return new([.. values.Select(Math.Log10)], [.. values.Select(value => value.ToString("g3", CultureInfo.InvariantCulture))]);
    }

    private static bool IsShown(FigureAxis axis, double value) => double.IsFinite(value) && (!axis.IsLogarithmic || value > 0);

    private static double Place(FigureAxis axis, double value) => axis.IsLogarithmic ? Math.Log10(value) : value;
}
