using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Diffusion.Data;

/// <summary>The identity of rows, whatever file or formula they came from.</summary>
internal static class RowsDigest
{
    /// <summary>SHA-256 of the numbers as little-endian float64, row by row, in the data's own units. Lower-case hex.</summary>
    public static string Sha256(ReadOnlySpan<double> rows) => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(rows)));
}
