using System.Xml.Linq;
using Diffusion.Experiments.Reporting;
using MLflow;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Experiments;

public sealed class ImageGridTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Samples_and_data_stand_side_by_side_pixel_by_pixel(int channels)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor reference = zeros(3, channels, 2, 4, dtype: ScalarType.Float64).sub_(1);
        reference[0, 0, 0, 0] = tensor(1.0);
        Tensor samples = zeros(70, channels, 2, 4, dtype: ScalarType.Float64);
        samples[9, channels - 1, 1, 2] = tensor(5.0);
        samples[9, channels - 1, 1, 3] = tensor(-5.0);

        XElement svg = XDocument.Parse(ImageGrid.Svg(samples, reference, "digits, cell <1>")).Root!;
        PngImage[] images = [.. svg.Descendants().Where(e => e.Name.LocalName == "image")
            .Select(e => PngImage.TryRead(Convert.FromBase64String(((string)e.Attribute("href")!).Split(',')[1]))!)];
        Assert.All(images, image => Assert.Equal((8 * 5, 8 * 3, channels), (image.Width, image.Height, image.Channels)));

        // The tenth sample is the second one of the second row; a line of one pixel follows each image.
        byte Pixel(PngImage image, int x, int y, int channel) => image.Pixels[(((y * image.Width) + x) * channels) + channel];
        Assert.Equal(255, Pixel(images[0], 5 + 2, 3 + 1, channels - 1));
        Assert.Equal(0, Pixel(images[0], 5 + 3, 3 + 1, channels - 1));
        Assert.Equal(128, Pixel(images[0], 5 + 1, 3 + 1, channels - 1));
        Assert.Equal(255, Pixel(images[0], 5 + 4, 3 + 1, channels - 1));
        Assert.Equal(255, Pixel(images[1], 0, 0, 0));
        Assert.Equal(0, Pixel(images[1], 1, 0, 0));
        Assert.Equal(255, Pixel(images[1], 15, 0, 0));
    }

    [Fact]
    public void Only_grey_and_coloured_images_are_shown_as_such()
    {
        Assert.True(ImageGrid.CanShow(new() { Name = "grey", Shape = [1, 8, 8] }));
        Assert.True(ImageGrid.CanShow(new() { Name = "coloured", Shape = [3, 8, 8] }));
        Assert.False(ImageGrid.CanShow(new() { Name = "maps", Shape = [2, 8, 8] }));
        Assert.False(ImageGrid.CanShow(new() { Name = "plane", Shape = [2] }));
        Assert.True(SamplePicture.CanShow(new() { Name = "plane", Shape = [2] }));
    }
}
