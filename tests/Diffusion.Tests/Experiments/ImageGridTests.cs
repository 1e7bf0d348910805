using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Xml.Linq;
using Diffusion.Experiments.Reporting;
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
        Png[] images = [.. svg.Descendants().Where(e => e.Name.LocalName == "image")
            .Select(e => Png.Read(Convert.FromBase64String(((string)e.Attribute("href")!).Split(',')[1])))];
        Assert.All(images, image => Assert.Equal((8 * 5, 8 * 3, channels), (image.Width, image.Height, image.Channels)));

        // The tenth sample is the second one of the second row; a line of one pixel follows each image.
        byte Pixel(Png image, int x, int y, int channel) => image.Pixels[(((y * image.Width) + x) * channels) + channel];
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

    // A file of one block without filters.
    private sealed record Png(int Width, int Height, int Channels, byte[] Pixels)
    {
        public static Png Read(byte[] file)
        {
            Assert.Equal("IHDR", Encoding.ASCII.GetString(file, 12, 4));
            (int width, int height) = (BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(20)));
            int channels = file[25] == 0 ? 1 : 3;
            Assert.Equal("IDAT", Encoding.ASCII.GetString(file, 37, 4));
            using ZLibStream data = new(new MemoryStream(file, 41, BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(33))), CompressionMode.Decompress);
            byte[] pixels = new byte[width * height * channels];
            for (int row = 0; row < height; row++)
            {
                Assert.Equal(0, data.ReadByte());
                data.ReadExactly(pixels, row * width * channels, width * channels);
            }

            return new(width, height, channels, pixels);
        }
    }
}
