using System.Globalization;
using System.Text;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Experiments.Reporting;

/// <summary>The first samples beside the first images of the data, as an SVG that contains two PNG images.</summary>
internal static class ImageGrid
{
    private const int Side = 8;
    private const int Panel = 400;
    private const int Margin = 24;
    private const int Title = 28;
    private const byte Gap = 255;

    /// <summary>Whether the data are grey or RGB images.</summary>
    public static bool CanShow(DataDescription data) => data.Shape is [1 or 3, >= 2, >= 2];

    /// <summary>The picture. Black and white are the least and the largest number of the data; samples beyond are cut off there.</summary>
    /// <param name="samples">Shape (N, C, H, W), the data's own units.</param>
    /// <param name="reference">Shape (M, C, H, W), the same units.</param>
    /// <param name="title">Whose samples they are.</param>
    public static string Svg(Tensor samples, Tensor reference, string title)
    {
        (double low, double high) = (reference.min().ToDouble(), reference.max().ToDouble());
        const int width = (2 * Panel) + (3 * Margin), height = Panel + Title + Margin;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" "
            + $"height=\"{height}\" font-family=\"sans-serif\" font-size=\"13\">\n");
        text.Append(CultureInfo.InvariantCulture, $"<title>{SvgText.Escape(title)}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
        text.Append(CultureInfo.InvariantCulture, $"<text x=\"{width / 2}\" y=\"{height - 7}\" text-anchor=\"middle\" font-size=\"11\" fill=\"#444\">");
        text.Append(SvgText.Escape(title)).Append("</text>\n");
        AppendPanel(text, Margin, "samples", samples, low, high);
        AppendPanel(text, Panel + (2 * Margin), "data", reference, low, high);
        return text.Append("</svg>\n").ToString();
    }

    private static void AppendPanel(StringBuilder text, int x, string title, Tensor images, double low, double high)
    {
        text.Append(CultureInfo.InvariantCulture, $"<text x=\"{x}\" y=\"{Title - 9}\" fill=\"#444\">{title}</text>\n<image x=\"{x}\" y=\"{Title}\" "
            + $"width=\"{Panel}\" height=\"{Panel}\" preserveAspectRatio=\"xMinYMin\" style=\"image-rendering:pixelated\" href=\"data:image/png;base64,");
        text.Append(Convert.ToBase64String(Tiled(images, low, high))).Append("\"/>\n");
    }

    private static byte[] Tiled(Tensor images, double low, double high)
    {
        (int channels, int height, int width) = ((int)images.shape[1], (int)images.shape[2], (int)images.shape[3]);
        int count = (int)Math.Min(Side * Side, images.shape[0]);
        using Tensor shown = images.narrow(0, 0, count).to(ScalarType.Float64).contiguous();
        ReadOnlySpan<double> values = shown.data<double>().ToArray();
        int stride = Side * (width + 1) * channels;
        byte[] pixels = new byte[Side * (height + 1) * stride];
        Array.Fill(pixels, Gap);
        double scale = byte.MaxValue / Math.Max(high - low, double.Epsilon);
        for (int i = 0; i < values.Length; i++)
        {
            (int rest, int column) = Math.DivRem(i, width);
            (rest, int row) = Math.DivRem(rest, height);
            (int image, int channel) = Math.DivRem(rest, channels);
            int x = (image % Side * (width + 1)) + column, y = (image / Side * (height + 1)) + row;
            pixels[(y * stride) + (x * channels) + channel] = (byte)Math.Clamp(Math.Round((values[i] - low) * scale), 0, byte.MaxValue);
        }

        return PngFile.Encode(pixels, Side * (width + 1), Side * (height + 1), channels);
    }
}
