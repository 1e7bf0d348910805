using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Experiments.Storage;

/// <summary>NumPy's array file, format 1.0: what every notebook reads with <c>np.load</c>.</summary>
public static partial class NpyFile
{
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
        byte[] content = [.. Magic, .. BitConverter.GetBytes((ushort)header.Length), .. Encoding.ASCII.GetBytes(header), .. tensor.detach().cpu().contiguous().bytes];
        AtomicFile.Write(path, stream => stream.Write(content));
        return Digest(content);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="digest">The SHA-256 that its content must have.</param>
    /// <exception cref="InvalidDataException">The content is another.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public static Tensor Read(string path, string digest)
    {
        byte[] content = File.ReadAllBytes(path);
        if (Digest(content) != digest)
            throw new InvalidDataException($"{path}: damaged (its checksum does not match)");

        int start = Preamble + BitConverter.ToUInt16(content, Magic.Length);
        Match header = Header().Match(Encoding.ASCII.GetString(content, Preamble, start - Preamble));
        long[] shape = [.. header.Groups["size"].Captures.Select(size => long.Parse(size.Value, System.Globalization.CultureInfo.InvariantCulture))];
        bool isSingle = header.Groups["width"].Value == "4";
        Tensor tensor = empty(shape, isSingle ? ScalarType.Float32 : ScalarType.Float64);
        tensor.bytes = content.AsSpan(start);
        return tensor;
    }

    private static string Digest(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    [GeneratedRegex(@"'<f(?<width>[48])'.*\((?:(?<size>\d+),)*\)")]
    private static partial Regex Header();
}
