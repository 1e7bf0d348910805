using static TorchSharp.torch;

namespace Diffusion.Experiments.Reporting;

/// <summary>The picture of a cell's samples beside the data: images as images, vectors as points in their first two dimensions.</summary>
internal static class SamplePicture
{
    /// <summary>Whether there is a picture of such data.</summary>
    public static bool CanShow(DataDescription data) => ImageGrid.CanShow(data) || ScatterPlot.CanShow(data);

    /// <summary>The picture, an SVG.</summary>
    /// <param name="samples">Shape (N, …), float64 or float32, the data's own units.</param>
    /// <param name="reference">Shape (M, …), the same units.</param>
    /// <param name="data">Shape of a sample and names of its dimensions.</param>
    /// <param name="title">Whose samples they are.</param>
    public static string Svg(Tensor samples, Tensor reference, DataDescription data, string title) =>
        ImageGrid.CanShow(data) ? ImageGrid.Svg(samples, reference, title) : ScatterPlot.Svg(samples, reference, data, title);
}
