using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Diffusion.Core.Randomness;

/// <summary>
/// The Philox4x32-10 counter-based generator (Salmon, Moraes, Dror &amp; Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"): every
/// number is a pure function of a key and a counter, so results do not depend on who draws first.
/// </summary>
/// <param name="key">The stream.</param>
public readonly struct Philox(ulong key)
{
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9;
    private const uint Weyl1 = 0xBB67AE85;
    private const double TwoToMinus32 = 1.0 / 4294967296.0;
    private const int BlocksAtOnce = 512;

    /// <summary>A key for a purpose, derived from a seed and up to two further numbers so that different purposes never share a stream.</summary>
    public static ulong DeriveKey(ulong seed, ulong purpose, ulong detail = 0) =>
        Mix(Mix(Mix(seed) ^ (purpose * 0x9E3779B97F4A7C15)) ^ (detail * 0xD1B54A32D192ED03));

    /// <summary>The four 32-bit words at counter (<paramref name="block"/>, <paramref name="place"/>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (uint A, uint B, uint C, uint D) Words(ulong block, ulong place)
    {
        uint a = (uint)block, b = (uint)(block >> 32), c = (uint)place, d = (uint)(place >> 32);
        uint key0 = (uint)key, key1 = (uint)(key >> 32);
        for (int round = 0; round < 10; round++)
        {
            ulong product0 = (ulong)Multiplier0 * a;
            ulong product1 = (ulong)Multiplier1 * c;
            (a, b, c, d) = ((uint)(product1 >> 32) ^ b ^ key0, (uint)product1, (uint)(product0 >> 32) ^ d ^ key1, (uint)product0);
            key0 += Weyl0;
            key1 += Weyl1;
        }

        return (a, b, c, d);
    }

    /// <summary>
    /// Standard normal numbers number <paramref name="first"/>, first + 1, … of the place, by Box and Muller's transform. Any split of a
    /// range into calls gives the same numbers.
    /// </summary>
    public void FillNormal(Span<double> destination, long first, ulong place)
    {
        // No more than is needed, because what is taken is cleared first.
        int most = (int)Math.Min(BlocksAtOnce, (destination.Length + 6L) >> 2);
        Span<double> radius = stackalloc double[2 * most];
        Span<double> angle = stackalloc double[2 * most];
        Span<double> sine = stackalloc double[2 * most];
        Span<double> normals = stackalloc double[4 * most];

        int written = 0;
        while (written < destination.Length)
        {
            long position = first + written;
            long firstBlock = position >> 2;
            int offset = (int)(position & 3);
            int blocks = (int)Math.Min(most, (destination.Length - written + offset + 3L) >> 2);
            for (int i = 0; i < blocks; i++)
            {
                (uint a, uint b, uint c, uint d) = Words((ulong)(firstBlock + i), place);
                radius[2 * i] = (a + 0.5) * TwoToMinus32;
                radius[(2 * i) + 1] = (c + 0.5) * TwoToMinus32;
                angle[2 * i] = (b + 0.5) * (2 * TwoToMinus32);
                angle[(2 * i) + 1] = (d + 0.5) * (2 * TwoToMinus32);
            }

            Span<double> r = radius[..(2 * blocks)];
            Span<double> cosine = angle[..(2 * blocks)];
            TensorPrimitives.Log(r, r);
            TensorPrimitives.Multiply(r, -2, r);
            TensorPrimitives.Sqrt(r, r);
            TensorPrimitives.SinCosPi(cosine, sine[..(2 * blocks)], cosine);
            for (int i = 0; i < 2 * blocks; i++)
            {
                normals[2 * i] = r[i] * cosine[i];
                normals[(2 * i) + 1] = r[i] * sine[i];
            }

            int count = Math.Min((4 * blocks) - offset, destination.Length - written);
            normals.Slice(offset, count).CopyTo(destination[written..]);
            written += count;
        }
    }

    /// <summary>A uniform number in (0, 1) at an index of a place, with 53 bits.</summary>
    public double Uniform(long index, ulong place)
    {
        (uint a, uint b, _, _) = Words((ulong)index, place);
        return ((((ulong)a << 21) | (b >> 11)) + 0.5) * (1.0 / (1L << 53));
    }

    /// <summary>Integers in [0, <paramref name="exclusiveMaximum"/>) at indices 0, 1, … of a place.</summary>
    public void FillIndices(Span<long> destination, long exclusiveMaximum, ulong place)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            (uint a, uint b, _, _) = Words((ulong)i, place);
            destination[i] = (long)Math.BigMul(((ulong)a << 32) | b, (ulong)exclusiveMaximum, out _);
        }
    }

    // The finaliser of SplitMix64 (Steele, Lea & Flood 2014): a bijection that spreads every input bit over the word.
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
