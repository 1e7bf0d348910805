using System.Buffers.Binary;
using System.IO.Compression;
using Diffusion.Data;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.Data;

public sealed class IdxDataSourceTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly string _folder = Directory.CreateTempSubdirectory("idx-").FullName;

    public void Dispose()
    {
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Bytes_become_images_between_minus_one_and_one(bool isCompressed)
    {
        string images = Write("images", Images(2, 2, 3, [0, 255, 51, 102, 153, 204, 255, 0, 0, 0, 0, 255]), isCompressed);
        DataSet set = new IdxDataSource(new() { Images = images }).Load();
        Assert.Equal([1, 2, 3], set.Description.Shape);
        Assert.Equal([2, 1, 2, 3], set.Train.shape);
        Assert.Equal([-1, 1, -0.6, -0.2, 0.2, 0.6, 1, -1, -1, -1, -1, 1], set.Train.data<double>().ToArray().Select(value => Math.Round(value, 12)));
        Assert.Same(set.Train, set.Reference);
        Assert.Null(set.Description.Standardization);
        Assert.Equal((Path.GetFileName(_folder), "images"), (set.Description.Name, set.Description.Source));
    }

    [Fact]
    public void The_shipped_digits_are_all_there()
    {
        string folder = Path.Combine(Repository.Root, "experiments", "data", "digits");
        IdxOptions options = new()
        {
            Images = Path.Combine(folder, "digits-images-idx3-ubyte.gz"),
            Labels = Path.Combine(folder, "digits-labels-idx1-ubyte.gz"),
            Maximum = 16,
        };
        DataSet set = new IdxDataSource(options).Load();
        Assert.Equal([1797, 1, 8, 8], set.Train.shape);
        Assert.Equal((-1, 1), (set.Train.min().ToDouble(), set.Train.max().ToDouble()));

        // Class sizes that the data set's own description states.
        int[] sizes = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180];
        Assert.All(Enumerable.Range(0, 10), label => Assert.Equal(sizes[label], new IdxDataSource(options with { Classes = [label] }).Load().Train.shape[0]));
    }

    [Fact]
    public void Held_out_images_are_spread_over_the_file_and_not_learned_from()
    {
        string images = Write("images", Images(10, 1, 1, [.. Enumerable.Range(0, 10).Select(i => (byte)i)]));
        DataSet set = new IdxDataSource(new() { Images = images, HeldOut = 4, Maximum = 9, Limit = 5, ReferenceLimit = 3 }).Load();
        Assert.Equal([0, 1, 3, 5, 6], Bytes(set.Train, 9));
        Assert.Equal([2, 4, 7], Bytes(set.Reference, 9));
        Assert.Contains(
            "10 of 10 images are to be held out",
            Assert.Throws<InvalidDataException>(() => new IdxDataSource(new() { Images = images, HeldOut = 10 }).Load()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_its_own_is_the_reference_and_classes_are_chosen_from_both()
    {
        IdxOptions options = new()
        {
            Images = Write("a", Images(3, 1, 1, [10, 20, 30])),
            Labels = Write("al", Labels([1, 2, 1])),
            ReferenceImages = Write("b", Images(2, 1, 1, [40, 50]), isCompressed: true),
            ReferenceLabels = Write("bl", Labels([1, 2]), isCompressed: true),
            Classes = [1],
        };
        DataSet set = new IdxDataSource(options).Load();
        Assert.Equal([10, 30], Bytes(set.Train, 255));
        Assert.Equal([40], Bytes(set.Reference, 255));
        Assert.Equal([40, 50], Bytes(new IdxDataSource(options with { Classes = [] }).Load().Reference, 255));

        string other = Write("c", Images(1, 1, 2, [1, 2]));
        Assert.Contains(
            "holds images of 1 × 2 pixels", Message(options with { ReferenceImages = other, ReferenceLabels = null, Classes = [] }), StringComparison.Ordinal);
        Assert.Contains("al has no label 7; its labels are 1, 2", Message(options with { Classes = [7] }), StringComparison.Ordinal);
    }

    [Fact]
    public void The_digest_is_that_of_the_pixels_taken()
    {
        byte[] pixels = [1, 2, 3, 4];
        string digest = Digest(new() { Images = Write("a", Images(2, 1, 2, pixels)) });
        Assert.Equal(digest, Digest(new() { Images = Write("b.gz", Images(2, 1, 2, pixels), isCompressed: true), Labels = Write("l", Labels([0, 1])) }));
        Assert.NotEqual(digest, Digest(new() { Images = Write("a", Images(2, 1, 2, [1, 2, 3, 5])) }));
        Assert.NotEqual(digest, Digest(new() { Images = Write("a", Images(2, 2, 1, pixels)) }));
        Assert.NotEqual(digest, Digest(new() { Images = Write("a", Images(2, 1, 2, pixels)), HeldOut = 1 }));
        Assert.NotEqual(digest, Digest(new() { Images = Write("a", Images(2, 1, 2, pixels)), Limit = 1 }));
    }

    public static TheoryData<string, byte[], string> Damaged => new()
    {
        { "empty", [], "it is too short for an IDX file" },
        { "header", [0, 0, 8, 3, 0, 0], "it ends within its header" },
        { "short", Images(3, 2, 2, new byte[11]), "its header promises 12 bytes, and 11 follow" },
        { "long", Images(3, 2, 2, new byte[13]), "its header promises 12 bytes, and 13 follow" },
        { "none", Images(0, 2, 2, []), "its header promises 0 × 2 × 2 bytes" },
        { "negative", Images(-1, 2, 2, []), "its header promises -1 × 2 × 2 bytes" },
        { "hostile", Images(1_000_000_000, 28, 28, new byte[100]), "its header promises 1000000000 × 28 × 28 bytes, and 2000000000 are the most" },
        { "overflowing", Images(int.MaxValue, int.MaxValue, int.MaxValue, []), "and 2000000000 are the most" },
        { "labels", Labels([1, 2]), "it begins with 00 00 08 01 and not with 00 00 08 03; it holds labels: is it meant as \"labels\"?" },
        { "floats", [0, 0, 0x0D, 3, 0, 0, 0, 1], "it holds numbers of another type than unsigned bytes" },
        { "colours", [0, 0, 8, 4, 0, 0, 0, 1], "it holds bytes in 4 dimensions" },
        { "png", [0x89, 0x50, 0x4e, 0x47], "is no IDX file of images: it begins with 89 50 4e 47" },
    };

    [Theory]
    [MemberData(nameof(Damaged))]
    public void What_is_no_file_of_images_is_refused_with_its_name(string name, byte[] content, string message)
    {
        string error = Message(new() { Images = Write(name, content) });
        Assert.StartsWith(Path.Combine(_folder, name), error, StringComparison.Ordinal);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Compressed_files_are_refused_before_memory_is_taken()
    {
        string hostile = Write("hostile.gz", Images(30_000, 200, 200, new byte[1000]), isCompressed: true);
        long before = GC.GetTotalAllocatedBytes();
        Assert.Contains("its header promises 1200000000 bytes, more than", Message(new() { Images = hostile }), StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 10_000_000);

        byte[] pixels = [.. Enumerable.Range(0, 4000).Select(i => (byte)(i * i))];
        IdxOptions tooFew = new() { Images = Write("a.gz", Images(5, 10, 100, pixels), isCompressed: true) };
        Assert.Contains("it ends after 4000 of 5000 bytes", Message(tooFew), StringComparison.Ordinal);
        IdxOptions tooMany = new() { Images = Write("b.gz", Images(3, 10, 100, pixels), isCompressed: true) };
        Assert.Contains("it goes on after the 3000", Message(tooMany), StringComparison.Ordinal);

        string cut = Write("cut.gz", Images(4, 10, 100, pixels), isCompressed: true);
        byte[] all = File.ReadAllBytes(cut);
        // A block of a type that there is not, behind the ten bytes of gzip's own header.
        all.AsSpan(10).Fill(0xff);
        File.WriteAllBytes(cut, all);
        Assert.Contains("cut.gz is damaged: its compressed content cannot be read", Message(new() { Images = cut }), StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_that_do_not_belong_to_the_images_and_pixels_above_the_maximum_are_refused()
    {
        string images = Write("images", Images(2, 1, 2, [1, 2, 3, 17]));
        Assert.Contains("holds 3 labels, and", Message(new() { Images = images, Labels = Write("labels", Labels([1, 2, 3])) }), StringComparison.Ordinal);
        Assert.Contains("is it meant as \"images\"?", Message(new() { Images = images, Labels = images }), StringComparison.Ordinal);
        Assert.Contains("image 2 has a pixel of 17, above \"maximum\": 16", Message(new() { Images = images, Maximum = 16 }), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_contradict_one_another_are_refused()
    {
        IdxOptions sound = new() { Images = "images" };
        Assert.Empty(sound.Validate(null!));
        Assert.All(
            (IdxOptions[])[
                sound with { Classes = [1] },
                sound with { Labels = "labels", Classes = [256] },
                sound with { Labels = "labels", Classes = [1], ReferenceImages = "other" },
                sound with { HeldOut = 1, ReferenceImages = "other" },
                sound with { ReferenceLabels = "labels" },
                sound with { ReferenceLimit = 1 },
            ],
            options => Assert.Single(options.Validate(null!)));
    }

    private static byte[] Images(int count, int height, int width, byte[] pixels) =>
        [0, 0, 8, 3, .. Number(count), .. Number(height), .. Number(width), .. pixels];

    private static byte[] Labels(byte[] labels) => [0, 0, 8, 1, .. Number(labels.Length), .. labels];

    private static byte[] Number(int value)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static int[] Bytes(Tensor rows, double maximum) => [.. rows.data<double>().ToArray().Select(value => (int)Math.Round((value + 1) * maximum / 2))];

    private static string Digest(IdxOptions options) => new IdxDataSource(options).Load().Description.Digest;

    private static string Message(IdxOptions options) => Assert.Throws<InvalidDataException>(() => new IdxDataSource(options).Load()).Message;

    private string Write(string name, byte[] content, bool isCompressed = false)
    {
        string path = Path.Combine(_folder, name);
        using FileStream file = File.Create(path);
        using Stream stream = isCompressed ? new GZipStream(file, CompressionLevel.Fastest) : file;
        stream.Write(content);
        return path;
    }
}
