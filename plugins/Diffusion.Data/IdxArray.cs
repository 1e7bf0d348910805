using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;

namespace Diffusion.Data;

/// <summary>The bytes of an IDX file, the format of the MNIST family, with what is wrong with it said early.</summary>
/// <param name="Path">The file.</param>
/// <param name="Sizes">Its dimensions, the number of items first.</param>
/// <param name="Values">Item by item, the last dimension running fastest.</param>
internal sealed record IdxArray(string Path, int[] Sizes, byte[] Values)
{
    /// <summary>Images of N × H × W bytes.</summary>
    public const int Images = 3;

    /// <summary>Labels, N bytes.</summary>
    public const int Labels = 1;

    private const byte UnsignedBytes = 0x08;
    private const long MostBytes = 2_000_000_000;

    // Deflate cannot do better, so that a header that promises more is a lie.
    private const long BestCompression = 1032;

    /// <summary>How many items there are.</summary>
    public int Count => Sizes[0];

    /// <summary>Bytes of an item.</summary>
    public int ItemLength => Values.Length / Count;

    /// <summary>Reads a whole file, plain or compressed by gzip.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dimensions"><see cref="Images"/> or <see cref="Labels"/>.</param>
    /// <exception cref="InvalidDataException">It is not such a file; the message names it and says what to do.</exception>
    public static IdxArray Read(string path, int dimensions)
    {
        using FileStream file = File.OpenRead(path);
        Span<byte> start = stackalloc byte[2];
        bool isCompressed = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start is [0x1f, 0x8b];
        file.Position = 0;
        using Stream content = isCompressed ? new GZipStream(file, CompressionMode.Decompress) : file;
        try
        {
            int[] sizes = ReadHeader(path, content, dimensions);
            long length = sizes.Aggregate(1L, (product, size) => product * size);
            long header = sizeof(int) * (1L + dimensions);
            if (isCompressed ? header + length > file.Length * BestCompression : header + length != file.Length)
                throw Damaged(path, isCompressed
                    ? FormattableString.Invariant($"its header promises {length} bytes, more than {file.Length} compressed ones can hold")
                    : FormattableString.Invariant($"its header promises {length} bytes, and {file.Length - header} follow"));

            byte[] values = new byte[length];
            int read = content.ReadAtLeast(values, values.Length, throwOnEndOfStream: false);
            if (read < values.Length)
                throw Damaged(path, FormattableString.Invariant($"it ends after {read} of {length} bytes"));
            if (content.ReadByte() >= 0)
                throw Damaged(path, FormattableString.Invariant($"it goes on after the {length} bytes that its header promises"));
            return new(path, sizes, values);
        }
        catch (InvalidDataException e) when (isCompressed && e.Message.IndexOf(path, StringComparison.Ordinal) < 0)
        {
            throw Damaged(path, "its compressed content cannot be read");
        }
    }

    /// <summary>The bytes of item <paramref name="index"/>.</summary>
    public ReadOnlySpan<byte> Item(int index) => Values.AsSpan(index * ItemLength, ItemLength);

    private static int[] ReadHeader(string path, Stream content, int dimensions)
    {
        byte[] magic = new byte[sizeof(int)], number = new byte[sizeof(int)];
        if (content.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) < magic.Length)
            throw Damaged(path, "it is too short for an IDX file");
        if (magic[0] != 0 || magic[1] != 0 || magic[2] != UnsignedBytes || magic[3] != dimensions)
            throw new InvalidDataException($"{path} is no IDX file of {Kind(dimensions)}: it begins with {Hex(magic)} and not with "
                + $"{Hex([0, 0, UnsignedBytes, (byte)dimensions])}{Guess(magic, dimensions)}.");

        int[] sizes = new int[dimensions];
        for (int i = 0; i < dimensions; i++)
        {
            if (content.ReadAtLeast(number, number.Length, throwOnEndOfStream: false) < number.Length)
                throw Damaged(path, "it ends within its header");
            sizes[i] = BinaryPrimitives.ReadInt32BigEndian(number);
        }

        string text = string.Join(" × ", sizes.Select(size => size.ToString(CultureInfo.InvariantCulture)));
        if (sizes.Any(size => size < 1))
            throw Damaged(path, $"its header promises {text} bytes");
        if (sizes.Aggregate((decimal)1, (product, size) => product * size) > MostBytes)
            throw new InvalidDataException($"{path}: its header promises {text} bytes, and {MostBytes} are the most that can be read. "
                + "Split the file, or obtain it again if it should be smaller.");
        return sizes;
    }

    private static string Guess(byte[] magic, int dimensions) => magic switch
    {
        [0, 0, UnsignedBytes, Labels] when dimensions == Images => "; it holds labels: is it meant as \"labels\"?",
        [0, 0, UnsignedBytes, Images] when dimensions == Labels => "; it holds images: is it meant as \"images\"?",
        [0, 0, UnsignedBytes, var other] => FormattableString.Invariant($"; it holds bytes in {other} dimensions"),
        [0, 0, 0x09 or 0x0B or 0x0C or 0x0D or 0x0E, _] => "; it holds numbers of another type than unsigned bytes",
        _ => "",
    };

    private static string Kind(int dimensions) => dimensions == Images ? "images" : "labels";

    private static string Hex(byte[] bytes) => string.Join(' ', bytes.Select(value => value.ToString("x2", CultureInfo.InvariantCulture)));

    private static InvalidDataException Damaged(string path, string how) => new($"{path} is damaged: {how}. Obtain it again.");
}
