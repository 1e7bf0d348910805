using System.Text;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Experiments.Storage;

/// <summary>NumPy's array file, format 1.0: what every notebook reads with <c>np.load</c>.</summary>
public static class NpyFile
{
    /// <summary>Writes a tensor of any shape as little-endian float32.</summary>
    public static void Write(string path, Tensor tensor)
    {
        string shape = string.Concat(tensor.shape.Select(size => FormattableString.Invariant($"{size},")));
        string header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({shape}), }}";

        // Magic, version and length take 10 bytes; the whole preamble is padded to a multiple of 64 and ends in a newline.
        header = header.PadRight(header.Length + 63 - ((10 + header.Length) % 64)) + "\n";
        AtomicFile.Write(path, stream =>
        {
            stream.Write([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0]);
            stream.Write(BitConverter.GetBytes((ushort)header.Length));
            stream.Write(Encoding.ASCII.GetBytes(header));
            using DisposeScope scope = NewDisposeScope();
            stream.Write(tensor.detach().to(ScalarType.Float32).cpu().contiguous().bytes);
        });
    }
}
