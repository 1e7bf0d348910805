using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace MLflow;

/// <summary>Plain PNG images: 8 bits a sample, not interlaced. Enough to log pictures without an image library.</summary>
public sealed class PngImage
{
    private const int LargestPixelCount = 1 << 28;

    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];
    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(index =>
    {
        uint value = (uint)index;
        for (int bit = 0; bit < 8; bit++)
            value = (value & 1) != 0 ? 0xEDB88320u ^ (value >> 1) : value >> 1;
        return value;
    })];

    private readonly byte[] _pixels;

    /// <param name="channels">1 gray, 2 gray and alpha, 3 RGB, 4 RGBA.</param>
    /// <param name="pixels">Rows from the top, samples of a pixel together: <paramref name="width"/> × <paramref name="height"/> × <paramref name="channels"/>
    /// bytes.</param>
    public PngImage(int width, int height, int channels, ReadOnlySpan<byte> pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, 4);
        if (pixels.Length != (long)width * height * channels)
            throw new ArgumentException("The pixels do not fill the image.", nameof(pixels));
        (Width, Height, Channels) = (width, height, channels);
        _pixels = pixels.ToArray();
    }

    public int Width { get; }

    public int Height { get; }

    public int Channels { get; }

    /// <summary>Width × height × channels bytes, rows from the top.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels;

    /// <summary>The image as a PNG file.</summary>
    public byte[] ToArray()
    {
        using var file = new MemoryStream();
        file.Write(Signature);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Height);
        header[8] = 8;
        header[9] = ColorType(Channels);
        WriteChunk(file, "IHDR", header);
        using var data = new MemoryStream();
        using (var compressed = new ZLibStream(data, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (int row = 0; row < Height; row++)
            {
                compressed.WriteByte(0);
                compressed.Write(_pixels, row * Width * Channels, Width * Channels);
            }
        }
        WriteChunk(file, "IDAT", data.ToArray());
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    /// <summary>A smaller image, each pixel the mean of those it stands for; the same one where it is small enough.</summary>
    /// <param name="longestSide">The most pixels either side may have.</param>
    public PngImage Shrink(int longestSide)
    {
        double scale = (double)Math.Max(Width, Height) / longestSide;
        if (scale <= 1)
            return this;
        int width = Math.Max(1, (int)Math.Round(Width / scale)), height = Math.Max(1, (int)Math.Round(Height / scale));
        byte[] small = new byte[width * height * Channels];
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                Mean(small.AsSpan(((y * width) + x) * Channels, Channels), Part(x, width, Width), Part(y, height, Height));
        return new PngImage(width, height, Channels, small);
    }

    /// <summary>Reads a PNG file; null where it is no PNG of the plain kind.</summary>
    public static PngImage? TryRead(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith(Signature))
            return null;
        ReadOnlySpan<byte> rest = file[Signature.Length..];
        int width = 0, height = 0, channels = 0;
        using var data = new MemoryStream();
        while (rest.Length >= 12)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(rest);
            if (length < 0 || length > rest.Length - 12)
                return null;
            ReadOnlySpan<byte> type = rest.Slice(4, 4), body = rest.Slice(8, length);
            if (type.SequenceEqual("IHDR"u8) && length == 13)
            {
                (width, height) = (BinaryPrimitives.ReadInt32BigEndian(body), BinaryPrimitives.ReadInt32BigEndian(body[4..]));
                channels = body[8] == 8 && body[12] == 0 ? ChannelsOf(body[9]) : 0;
            }
            else if (type.SequenceEqual("IDAT"u8))
            {
                data.Write(body);
            }
            rest = rest[(length + 12)..];
        }
        if (width < 1 || height < 1 || channels == 0 || (long)width * height > LargestPixelCount)
            return null;
        data.Position = 0;
        try
        {
            using var raw = new ZLibStream(data, CompressionMode.Decompress);
            byte[] pixels = new byte[checked(width * height * channels)];
            return Unfilter(raw, pixels, width * channels, channels) ? new PngImage(width, height, channels, pixels) : null;
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or OverflowException)
        {
            return null;
        }
    }

    private static byte ColorType(int channels) => channels switch
    {
        1 => 0,
        2 => 4,
        3 => 2,
        _ => 6,
    };

    private static int ChannelsOf(byte colorType) => colorType switch
    {
        0 => 1,
        4 => 2,
        2 => 3,
        6 => 4,
        _ => 0,
    };

    private static (int From, int To) Part(int index, int count, int total)
    {
        int from = (int)((long)index * total / count);
        return (from, Math.Max(from + 1, (int)((long)(index + 1) * total / count)));
    }

    private static void WriteChunk(Stream file, string type, ReadOnlySpan<byte> body)
    {
        byte[] typeBytes = Encoding.ASCII.GetBytes(type), number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, body.Length);
        file.Write(number);
        file.Write(typeBytes);
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(body, Crc(typeBytes, uint.MaxValue)));
        file.Write(number);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes, uint crc)
    {
        foreach (byte value in bytes)
            crc = CrcTable[(crc ^ value) & 0xFF] ^ (crc >> 8);
        return crc;
    }

    /// <summary>Undoes the rows' filters; false where a row names one that does not exist.</summary>
    private static bool Unfilter(Stream raw, byte[] pixels, int stride, int channels)
    {
        for (int start = 0; start < pixels.Length; start += stride)
        {
            int filter = raw.ReadByte();
            Span<byte> row = pixels.AsSpan(start, stride);
            raw.ReadExactly(row);
            if (filter is < 0 or > 4)
                return false;
            for (int i = 0; i < stride; i++)
            {
                int left = i >= channels ? row[i - channels] : 0;
                int above = start > 0 ? pixels[start - stride + i] : 0;
                int corner = start > 0 && i >= channels ? pixels[start - stride + i - channels] : 0;
                row[i] += (byte)(filter switch
                {
                    1 => left,
                    2 => above,
                    3 => (left + above) / 2,
                    4 => Paeth(left, above, corner),
                    _ => 0,
                });
            }
        }
        return true;
    }

    private static int Paeth(int left, int above, int corner)
    {
        int estimate = left + above - corner;
        int fromLeft = Math.Abs(estimate - left), fromAbove = Math.Abs(estimate - above), fromCorner = Math.Abs(estimate - corner);
        if (fromLeft <= fromAbove && fromLeft <= fromCorner)
            return left;
        return fromAbove <= fromCorner ? above : corner;
    }

    private void Mean(Span<byte> pixel, (int From, int To) columns, (int From, int To) rows)
    {
        int count = (columns.To - columns.From) * (rows.To - rows.From);
        for (int channel = 0; channel < Channels; channel++)
        {
            long sum = 0;
            for (int y = rows.From; y < rows.To; y++)
                for (int x = columns.From; x < columns.To; x++)
                    sum += _pixels[(((y * Width) + x) * Channels) + channel];
            pixel[channel] = (byte)((sum + (count / 2)) / count);
        }
    }
}
