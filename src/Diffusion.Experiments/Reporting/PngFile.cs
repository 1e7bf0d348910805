using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Diffusion.Experiments.Reporting;

/// <summary>PNG files of 8 bits a sample (ISO/IEC 15948): what <see cref="ZLibStream"/> leaves to be done.</summary>
internal static class PngFile
{
    private const byte Grey = 0, Rgb = 2;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    /// <summary>A file.</summary>
    /// <param name="pixels">Rows from the top, samples of a pixel together.</param>
    /// <param name="width">Pixels a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="channels">1, grey, or 3, red, green and blue.</param>
    public static byte[] Encode(ReadOnlySpan<byte> pixels, int width, int height, int channels)
    {
        using MemoryStream file = new(), data = new();
        file.Write(Signature);
        Span<byte> header = stackalloc byte[13];
        header.Clear();
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8;
        header[9] = channels == 1 ? Grey : Rgb;
        Append(file, "IHDR"u8, header);
        using (ZLibStream compressed = new(data, CompressionLevel.Optimal, leaveOpen: true))
        {
            int stride = width * channels;
            for (int row = 0; row < height; row++)
            {
                // Rows as they are, without a filter.
                compressed.WriteByte(0);
                compressed.Write(pixels.Slice(row * stride, stride));
            }
        }

        Append(file, "IDAT"u8, data.ToArray());
        Append(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void Append(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> body)
    {
        Crc32 check = new();
        check.Append(type);
        check.Append(body);
        Span<byte> number = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(number, body.Length);
        file.Write(number);
        file.Write(type);
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, check.GetCurrentHashAsUInt32());
        file.Write(number);
    }
}
