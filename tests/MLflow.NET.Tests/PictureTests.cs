using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace MLflow.Tests;

/// <summary>Tables and images under the names that MLflow's UI looks for.</summary>
public sealed class PictureTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tables_are_written_as_pandas_splits_them_and_listed_in_a_tag()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync();
        string id = await fixture.NewRunAsync();
        await fixture.Client.LogTableAsync(id, "tables/cmp.json", ["solver", "fid"], [["heun", 3.5], ["euler", double.NaN], [null, true]], Cancellation);
        await fixture.Client.LogTableAsync(id, "b.json", ["x"], [], Cancellation);
        await fixture.Client.LogTableAsync(id, "tables/cmp.json", ["solver", "fid"], [["heun", 3.25]], Cancellation);

        Assert.Equal(
            """{"columns":["solver","fid"],"data":[["heun",3.25]]}""", Encoding.UTF8.GetString(fixture.Server.Artifacts[$"1/{id}/artifacts/tables/cmp.json"]));
        Assert.Equal(
            """[{"path": "tables/cmp.json", "type": "table"}, {"path": "b.json", "type": "table"}]""", fixture.Server.Runs[id].Tags["mlflow.loggedArtifacts"]);
        await Assert.ThrowsAsync<MlflowException>(() => fixture.Client.LogTableAsync(id, "a:b.json", ["x"], [], Cancellation));
        await Assert.ThrowsAsync<MlflowException>(() => fixture.Client.LogTableAsync(id, "a.parquet", ["x"], [], Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => fixture.Client.LogTableAsync(id, "a.json", ["x", "y"], [[1]], Cancellation));
    }

    [Fact]
    public async Task A_table_has_null_where_a_number_is_none()
    {
        await using var store = new TemporaryStore();
        string id = await store.NewRunAsync();
        await store.Client.LogTableAsync(id, "t.json", ["a", "b"], [["x", double.NaN], [null, 1e300]], Cancellation);
        using var reader = new StreamReader(await store.Client.OpenArtifactAsync(id, "t.json", Cancellation));
        Assert.Equal("""{"columns":["a","b"],"data":[["x",null],[null,1E+300]]}""", await reader.ReadToEndAsync(Cancellation));
    }

    [Fact]
    public async Task An_image_gets_a_thumbnail_and_the_names_the_UI_parses()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync();
        string id = await fixture.NewRunAsync();
        byte[] png = Gradient(600, 300).ToArray();
        await fixture.Client.LogImageAsync(id, "samples grid", png, step: 3, Cancellation);

        string[] paths = [.. fixture.Server.Artifacts.Keys.Order(StringComparer.Ordinal)];
        Match image = Regex.Match(paths[1], @"^1/[0-9a-f]{32}/artifacts/images/(samples grid\+step\+3\+timestamp\+\d+\+[0-9a-f-]{36})\.png$");
        Assert.True(image.Success, paths[1]);
        Assert.EndsWith($"{image.Groups[1].Value}+compressed.png", paths[0], StringComparison.Ordinal);
        Assert.Equal(png, fixture.Server.Artifacts[paths[1]]);
        PngImage thumbnail = PngImage.TryRead(fixture.Server.Artifacts[paths[0]])!;
        Assert.Equal((256, 128, 3), (thumbnail.Width, thumbnail.Height, thumbnail.Channels));
        Assert.Equal("True", fixture.Server.Runs[id].Tags["mlflow.loggedImages"]);
        await Assert.ThrowsAsync<MlflowException>(() => fixture.Client.LogImageAsync(id, "a+b", png, cancellationToken: Cancellation));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void An_image_that_is_written_is_read_back(int channels)
    {
        byte[] pixels = new byte[7 * 5 * channels];
        new Random(channels).NextBytes(pixels);
        PngImage read = PngImage.TryRead(new PngImage(7, 5, channels, pixels).ToArray())!;
        Assert.Equal((7, 5, channels), (read.Width, read.Height, read.Channels));
        Assert.Equal(pixels, read.Pixels.ToArray());
    }

    [Fact]
    public void Filters_of_other_programs_are_undone()
    {
        // Five rows of three pixels, one for each filter, written by Python's zlib.
        byte[] file = Convert.FromBase64String(FilteredPng);
        PngImage image = PngImage.TryRead(file)!;
        Assert.Equal((3, 5, 1), (image.Width, image.Height, image.Channels));
        Assert.Equal([10, 20, 30, 11, 22, 33, 200, 100, 50, 7, 77, 177, 255, 0, 128], image.Pixels.ToArray());
    }

    [Fact]
    public void What_is_no_plain_PNG_is_not_read()
    {
        byte[] png = Gradient(4, 4).ToArray();
        Assert.Null(PngImage.TryRead([]));
        Assert.Null(PngImage.TryRead("GIF89a"u8));
        Assert.Null(PngImage.TryRead(png.AsSpan(0, png.Length - 30)));
        png[24] = 16;
        Assert.Null(PngImage.TryRead(png));
    }

    [Fact]
    public void A_shrunk_pixel_is_the_mean_of_those_it_stands_for()
    {
        var image = new PngImage(4, 2, 1, [0, 10, 100, 200, 20, 30, 100, 200]);
        Assert.Equal([15, 150], image.Shrink(2).Pixels.ToArray());
        Assert.Same(image, image.Shrink(4));
    }

    private static PngImage Gradient(int width, int height)
    {
        byte[] pixels = new byte[width * height * 3];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(i / 7);
        return new PngImage(width, height, 3, pixels);
    }

    private const string FilteredPng = "iVBORw0KGgoAAAANSUhEUgAAAAMAAAAFCAAAAAClGgl+AAAAHElEQVR4nGPgEpFj5ObmZtrrJ8i8WKKI5QejMQAcdgPdrBiHJAAAAABJRU5ErkJggg==";
}
