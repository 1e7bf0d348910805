using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Experiments.Storage;

/// <summary>NumPy's array file, format 1.0: what every notebook reads with <c>np.load</c>.</summary>
public static partial class NpyFile
{
    /// <summary>The most bytes that an array's numbers may take: they pass through one block of memory.</summary>
    public const int MostBytes = 2_000_000_000;

    private const int Preamble = 10;
    private static readonly byte[] Magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];

    /// <summary>Writes a float32 or float64 tensor of any shape, little-endian.</summary>
    /// <returns>SHA-256 of the file, lower-case hex.</returns>
    /// <exception cref="StorageException">The folder cannot be written.</exception>
    public static string Write(string path, Tensor tensor)
    {
        string shape = string.Concat(tensor.shape.Select(size => FormattableString.Invariant($"{size},")));
        string header = $"{{'descr': '<{(tensor.dtype == ScalarType.Float32 ? "f4" : "f8")}', 'fortran_order': False, 'shape': ({shape}), }}";

        // The whole preamble is padded to a multiple of 64 and ends in a newline.
        header = header.PadRight(header.Length + 63 - ((Preamble + header.Length) % 64)) + "\n";
        using DisposeScope scope = NewDisposeScope();
        byte[] content =
            [.. Magic, .. BitConverter.GetBytes((ushort)header.Length), .. Encoding.ASCII.GetBytes(header), .. tensor.detach().cpu().contiguous().bytes];
        AtomicFile.Write(path, stream => stream.Write(content));
        return Digest(content);
    }

    /// <summary>Reads a little-endian float32 or float64 array, as <see cref="Write"/> or NumPy writes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="digest">The SHA-256 that its content must have.</param>
    /// <exception cref="InvalidDataException">The content is another, or no such array.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public static Tensor Read(string path, string digest)
    {
        byte[] content = File.ReadAllBytes(path);
        if (Digest(content) != digest)
            throw new InvalidDataException($"{path}: damaged (its checksum does not match)");
        if (content.Length < Preamble || !content.AsSpan().StartsWith(Magic))
            throw new InvalidDataException($"{path}: not NumPy's array file of format 1.0");

        int start = Preamble + BitConverter.ToUInt16(content, Magic.Length);
        Match header = Header().Match(Encoding.ASCII.GetString(content, Preamble, Math.Max(Math.Min(start, content.Length) - Preamble, 0)));
        if (!header.Success)
            throw new InvalidDataException($"{path}: its header does not say a shape of little-endian float32 or float64 numbers");

        long[] shape = [.. header.Groups["size"].Captures.Select(size => long.Parse(size.Value, CultureInfo.InvariantCulture))];
        int width = header.Groups["width"].Value == "4" ? sizeof(float) : sizeof(double);
        // In 128 bits, so that no product of sizes wraps round to the right one.
        if (shape.Aggregate((Int128)width, (bytes, size) => size == 0 ? 0 : Int128.Min(bytes, long.MaxValue) * size) is var bytes
            && bytes != content.Length - start)
            throw new InvalidDataException($"{path}: its shape ({string.Join(", ", shape)}) takes {bytes} bytes, and {content.Length - start} are there");

        // In Fortran's order the first index varies fastest: the same bytes are the transposed array in C's order.
        bool isFortran = header.Groups["fortran"].Value == "True";
        Tensor tensor = empty(isFortran ? [.. shape.Reverse()] : shape, width == sizeof(float) ? ScalarType.Float32 : ScalarType.Float64);
        tensor.bytes = content.AsSpan(start);
        return isFortran ? tensor.permute([.. Enumerable.Range(0, shape.Length).Reverse().Select(i => (long)i)]).contiguous() : tensor;
    }

    private static string Digest(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    [GeneratedRegex(@"^\{'descr': '<f(?<width>[48])', 'fortran_order': (?<fortran>True|False), 'shape': \((?:(?<size>\d{1,18}),? ?)*\), \}\s*$")]
    private static partial Regex Header();
}
