using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using static TorchSharp.torch;

namespace Diffusion.Metrics;

/// <summary>Sums of a kernel over pairs of points, without ever holding the matrix of pairs.</summary>
/// <remarks>
/// Work is split into a fixed number of blocks that are summed in order, so the result does not depend on the number of threads. Memory is O(N + M) for N and M
/// points. Of very many pairs the work is handed to <see cref="SinglePairSums"/>.
/// </remarks>
internal static class PairSums
{
    private const int Blocks = 64;

    // Squared distances of one point to so many stay in the first-level cache between the two passes over them.
    private const int Chunk = 1024;

    /// <summary>For every point of both sets the kernel's sum over all points of the other: lengths N and M.</summary>
    public static (double[] Rows, double[] Columns) Between<TKernel>(PointSet x, PointSet y, TKernel kernel)
        where TKernel : struct, IPairKernel
    {
        if (SinglePairSums.Suits(x, y))
            return SinglePairSums.Between(x, y, kernel);
        double[] rows = new double[x.Count];
        double[] columns = Sum(x, y, kernel, rows, isTriangle: false);
        return (rows, columns);
    }

    /// <summary>For every point the kernel's sum over all others of its set.</summary>
    public static double[] Within<TKernel>(PointSet x, TKernel kernel)
        where TKernel : struct, IPairKernel
    {
        if (SinglePairSums.Suits(x, x))
            return SinglePairSums.Within(x, kernel);
        double[] rows = new double[x.Count];
        double[] columns = Sum(x, x, kernel, rows, isTriangle: true);
        TensorPrimitives.Add(rows, columns, rows);
        return rows;
    }

    /// <summary>The squared distances of all pairs of distinct points, each once: N (N − 1)/2 numbers.</summary>
    public static double[] SquaredDistances(PointSet x)
    {
        double[] squares = new double[(long)x.Count * (x.Count - 1) / 2];
        int place = 0;
        for (int i = 0; i < x.Count - 1; i++)
        {
            Span<double> row = squares.AsSpan(place, x.Count - 1 - i);
            SquaredDistances(x, i, x, i + 1, row);
            place += row.Length;
        }

        return squares;
    }

    private static double[] Sum<TKernel>(PointSet x, PointSet y, TKernel kernel, double[] rows, bool isTriangle)
        where TKernel : struct, IPairKernel
    {
        double[][] columns = new double[Blocks][];
        Parallel.For(0, Blocks, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, block =>
        {
            double[] own = columns[block] = new double[y.Count];
            double[] squares = new double[Chunk];

            // Every 64th row: blocks of a triangle are then of nearly one size.
            for (int i = block; i < x.Count; i += Blocks)
            {
                for (int start = isTriangle ? i + 1 : 0; start < y.Count; start += Chunk)
                {
                    Span<double> distances = squares.AsSpan(0, Math.Min(Chunk, y.Count - start));
                    SquaredDistances(x, i, y, start, distances);
                    rows[i] += Add(distances, own.AsSpan(start, distances.Length), kernel);
                }
            }
        });

        double[] total = columns[0];
        foreach (double[] part in columns.Skip(1))
            TensorPrimitives.Add(total, part, total);
        return total;
    }

    /// <summary>Adds the kernel's values to <paramref name="sums"/>, one by one, and returns their own sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Add<TKernel>(ReadOnlySpan<double> squares, Span<double> sums, TKernel kernel)
        where TKernel : struct, IPairKernel
    {
        Vector<double> total = Vector<double>.Zero;
        int whole = squares.Length - (squares.Length % Vector<double>.Count);
        ref double square = ref MemoryMarshal.GetReference(squares);
        ref double sum = ref MemoryMarshal.GetReference(sums);
        for (nuint j = 0; j < (nuint)whole; j += (nuint)Vector<double>.Count)
        {
            Vector<double> values = kernel.Values(Vector.LoadUnsafe(ref square, j));
            total += values;
            (Vector.LoadUnsafe(ref sum, j) + values).StoreUnsafe(ref sum, j);
        }

        double rest = 0;
        for (int j = whole; j < squares.Length; j++)
        {
            double value = kernel.Values(new Vector<double>(squares[j]))[0];
            rest += value;
            sums[j] += value;
        }

        return Vector.Sum(total) + rest;
    }

    /// <summary>The squared distances of all points of one set to all of the other, row by row: N · M numbers.</summary>
    public static double[] SquaredDistances(PointSet x, PointSet y)
    {
        double[] squares = new double[(long)x.Count * y.Count];
        for (int i = 0; i < x.Count; i++)
            SquaredDistances(x, i, y, 0, squares.AsSpan(i * y.Count, y.Count));
        return squares;
    }

    /// <summary>The squared distances of point <paramref name="i"/> of <paramref name="x"/> to the points of <paramref name="y"/> from a place on.</summary>
    public static void SquaredDistances(PointSet x, int i, PointSet y, int start, Span<double> squares)
    {
        AddSquares(x.Coordinate(0)[i], y.Coordinate(0).Slice(start, squares.Length), squares, isFirst: true);
        for (int d = 1; d < x.Dimension; d++)
            AddSquares(x.Coordinate(d)[i], y.Coordinate(d).Slice(start, squares.Length), squares, isFirst: false);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddSquares(double from, ReadOnlySpan<double> to, Span<double> squares, bool isFirst)
    {
        Vector<double> origin = new Vector<double>(from);
        int whole = to.Length - (to.Length % Vector<double>.Count);
        ref double target = ref MemoryMarshal.GetReference(to);
        ref double square = ref MemoryMarshal.GetReference(squares);
        for (nuint j = 0; j < (nuint)whole; j += (nuint)Vector<double>.Count)
        {
            Vector<double> difference = Vector.LoadUnsafe(ref target, j) - origin;
            Vector<double> own = difference * difference;
            (isFirst ? own : Vector.LoadUnsafe(ref square, j) + own).StoreUnsafe(ref square, j);
        }

        for (int j = whole; j < to.Length; j++)
        {
            double difference = to[j] - from;
            squares[j] = (isFirst ? 0 : squares[j]) + (difference * difference);
        }
    }
}
