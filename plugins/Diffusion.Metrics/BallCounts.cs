using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using static TorchSharp.torch;

namespace Diffusion.Metrics;

/// <summary>How many balls around the points of one set contain each point of another, and how many of these each ball contains.</summary>
/// <param name="BallsAroundPoint">For each of N points: how many balls contain it.</param>
/// <param name="PointsInBall">For each of M balls: how many points it contains.</param>
internal readonly record struct BallCounts(long[] BallsAroundPoint, long[] PointsInBall)
{
    private const int Blocks = 64;
    private const int Chunk = 1024;

    /// <summary>Looks at all pairs: O(N M D) time, O(N + M) memory. Balls are closed.</summary>
    /// <param name="points">N points.</param>
    /// <param name="centres">M points.</param>
    /// <param name="squaredRadii">The squared radius around each centre.</param>
    public static BallCounts Count(PointSet points, PointSet centres, double[] squaredRadii)
    {
        long[] around = new long[points.Count];
        long[][] inside = new long[Blocks][];
        Parallel.For(0, Blocks, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, block =>
        {
            long[] own = inside[block] = new long[centres.Count];
            double[] squares = new double[Chunk];
            for (int i = block; i < points.Count; i += Blocks)
            {
                for (int start = 0; start < centres.Count; start += Chunk)
                {
                    Span<double> distances = squares.AsSpan(0, Math.Min(Chunk, centres.Count - start));
                    PairSums.SquaredDistances(points, i, centres, start, distances);
                    around[i] += Add(distances, squaredRadii.AsSpan(start, distances.Length), own.AsSpan(start, distances.Length));
                }
            }
        });

        return new(around, [.. Enumerable.Range(0, centres.Count).Select(j => inside.Sum(own => own[j]))]);
    }

    /// <summary>Adds 1 to the count of every ball that is not too far, and returns how many there are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Add(ReadOnlySpan<double> distances, ReadOnlySpan<double> radii, Span<long> counts)
    {
        ref double distance = ref MemoryMarshal.GetReference(distances);
        ref double radius = ref MemoryMarshal.GetReference(radii);
        ref long count = ref MemoryMarshal.GetReference(counts);
        Vector<long> sum = Vector<long>.Zero;
        int whole = distances.Length - (distances.Length % Vector<double>.Count);
        for (nuint j = 0; j < (nuint)whole; j += (nuint)Vector<double>.Count)
        {
            // Lanes are −1 where the comparison holds.
            Vector<long> isInside = Vector.LessThanOrEqual(Vector.LoadUnsafe(ref distance, j), Vector.LoadUnsafe(ref radius, j));
            sum -= isInside;
            (Vector.LoadUnsafe(ref count, j) - isInside).StoreUnsafe(ref count, j);
        }

        long total = Vector.Sum(sum);
        for (int j = whole; j < distances.Length; j++)
        {
            if (!(distances[j] <= radii[j]))
                continue;
            counts[j]++;
            total++;
        }

        return total;
    }
}
