using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Diffusion.ScoreModels.Mixture;

/// <summary>
/// Between points stored row by row and points stored one a lane: a vector of all points' first coordinates, then of their second, and so on.
/// </summary>
internal static class LaneTranspose
{
    /// <summary>Up to a vector of points, N × D, into D vectors; the lanes of points that are not there keep what they held.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToColumns<T>(ReadOnlySpan<T> rows, Span<T> columns, int dimension)
        where T : unmanaged
    {
        int lanes = Vector<T>.Count;
        ref T from = ref MemoryMarshal.GetReference(rows);
        ref T to = ref MemoryMarshal.GetReference(columns);
        int done = 0;
        if (rows.Length == lanes * dimension && HasBlocks(lanes))
        {
            for (; done + lanes <= dimension; done += lanes)
                Block(ref Unsafe.Add(ref from, done), dimension, ref Unsafe.Add(ref to, done * lanes), lanes);
        }

        int count = rows.Length / dimension;
        for (int d = done; d < dimension; d++)
        {
            for (int row = 0; row < count; row++)
                Unsafe.Add(ref to, (d * lanes) + row) = Unsafe.Add(ref from, (row * dimension) + d);
        }
    }

    /// <summary>The other way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToRows<T>(ReadOnlySpan<T> columns, Span<T> rows, int dimension)
        where T : unmanaged
    {
        int lanes = Vector<T>.Count;
        ref T from = ref MemoryMarshal.GetReference(columns);
        ref T to = ref MemoryMarshal.GetReference(rows);
        int done = 0;
        if (rows.Length == lanes * dimension && HasBlocks(lanes))
        {
            for (; done + lanes <= dimension; done += lanes)
                Block(ref Unsafe.Add(ref from, done * lanes), lanes, ref Unsafe.Add(ref to, done), dimension);
        }

        int count = rows.Length / dimension;
        for (int row = 0; row < count; row++)
        {
            for (int d = done; d < dimension; d++)
                Unsafe.Add(ref to, (row * dimension) + d) = Unsafe.Add(ref from, (d * lanes) + row);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool HasBlocks(int lanes) => Avx.IsSupported && lanes is 4 or 8;

    // A square of lanes × lanes numbers: 8 × 8 of float or 4 × 4 of double.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block<T>(ref T from, int fromStride, ref T to, int toStride)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
            Block(ref Unsafe.As<T, float>(ref from), fromStride, ref Unsafe.As<T, float>(ref to), toStride);
        else
            Block(ref Unsafe.As<T, double>(ref from), fromStride, ref Unsafe.As<T, double>(ref to), toStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block(ref float from, int fromStride, ref float to, int toStride)
    {
        // Pairs of rows, pairs of pairs, then the halves: the classic three rounds of unpacking.
        (Vector256<float> a0, Vector256<float> a1) = Unpack(ref from, fromStride, 0);
        (Vector256<float> a2, Vector256<float> a3) = Unpack(ref from, fromStride, 2);
        (Vector256<float> a4, Vector256<float> a5) = Unpack(ref from, fromStride, 4);
        (Vector256<float> a6, Vector256<float> a7) = Unpack(ref from, fromStride, 6);
        Halves(Avx.Shuffle(a0, a2, 0x44), Avx.Shuffle(a4, a6, 0x44), ref to, toStride, 0);
        Halves(Avx.Shuffle(a0, a2, 0xEE), Avx.Shuffle(a4, a6, 0xEE), ref to, toStride, 1);
        Halves(Avx.Shuffle(a1, a3, 0x44), Avx.Shuffle(a5, a7, 0x44), ref to, toStride, 2);
        Halves(Avx.Shuffle(a1, a3, 0xEE), Avx.Shuffle(a5, a7, 0xEE), ref to, toStride, 3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Low, Vector256<float> High) Unpack(ref float from, int stride, int row)
    {
        Vector256<float> a = Vector256.LoadUnsafe(ref from, (nuint)(row * stride));
        Vector256<float> b = Vector256.LoadUnsafe(ref from, (nuint)((row + 1) * stride));
        return (Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Halves(Vector256<float> a, Vector256<float> b, ref float to, int stride, int row)
    {
        Avx.Permute2x128(a, b, 0x20).StoreUnsafe(ref to, (nuint)(row * stride));
        Avx.Permute2x128(a, b, 0x31).StoreUnsafe(ref to, (nuint)((row + 4) * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block(ref double from, int fromStride, ref double to, int toStride)
    {
        Vector256<double> a = Vector256.LoadUnsafe(ref from);
        Vector256<double> b = Vector256.LoadUnsafe(ref from, (nuint)fromStride);
        Vector256<double> c = Vector256.LoadUnsafe(ref from, (nuint)(2 * fromStride));
        Vector256<double> d = Vector256.LoadUnsafe(ref from, (nuint)(3 * fromStride));
        (Vector256<double> low, Vector256<double> high) = (Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b));
        (Vector256<double> lower, Vector256<double> higher) = (Avx.UnpackLow(c, d), Avx.UnpackHigh(c, d));
        Avx.Permute2x128(low, lower, 0x20).StoreUnsafe(ref to);
        Avx.Permute2x128(high, higher, 0x20).StoreUnsafe(ref to, (nuint)toStride);
        Avx.Permute2x128(low, lower, 0x31).StoreUnsafe(ref to, (nuint)(2 * toStride));
        Avx.Permute2x128(high, higher, 0x31).StoreUnsafe(ref to, (nuint)(3 * toStride));
    }
}
