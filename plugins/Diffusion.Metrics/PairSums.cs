using System.Numerics.Tensors;

using static TorchSharp.torch;

namespace Diffusion.Metrics;

/// <summary>Sums of a kernel over pairs of points, without ever holding the matrix of pairs.</summary>
/// <remarks>
/// Work is split into a fixed number of blocks that are summed in order, so the result does not depend on the number of threads. Memory is
/// O(N + M) for N and M points.
/// </remarks>
internal static class PairSums
{
    private const int Blocks = 64;
    private const int Chunk = 1024;

    /// <summary>For every point of both sets the kernel's sum over all points of the other: lengths N and M.</summary>
    public static (double[] Rows, double[] Columns) Between(PointSet x, PointSet y, IPairKernel kernel)
    {
        double[] rows = new double[x.Count];
        double[] columns = Sum(x, y, kernel, rows, i => 0);
        return (rows, columns);
    }

    /// <summary>For every point the kernel's sum over all others of its set.</summary>
    public static double[] Within(PointSet x, IPairKernel kernel)
    {
        double[] rows = new double[x.Count];
        double[] columns = Sum(x, x, kernel, rows, i => i + 1);
        TensorPrimitives.Add(rows, columns, rows);
        return rows;
    }

    private static double[] Sum(PointSet x, PointSet y, IPairKernel kernel, double[] rows, Func<int, int> firstColumn)
    {
        double[][] columns = new double[Blocks][];
        Parallel.For(0, Blocks, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, block =>
        {
            double[] own = columns[block] = new double[y.Count];
            double[] values = new double[Chunk];
            double[] scratch = new double[Chunk];

            // Every 64th row: blocks of a triangle are then of nearly one size.
            for (int i = block; i < x.Count; i += Blocks)
            {
                for (int start = firstColumn(i); start < y.Count; start += Chunk)
                {
                    int length = Math.Min(Chunk, y.Count - start);
                    Span<double> kernelValues = values.AsSpan(0, length);
                    SquaredDistances(x, i, y, start, kernelValues, scratch.AsSpan(0, length));
                    kernel.Apply(kernelValues);
                    rows[i] += TensorPrimitives.Sum<double>(kernelValues);
                    Span<double> sums = own.AsSpan(start, length);
                    TensorPrimitives.Add(sums, kernelValues, sums);
                }
            }
        });

        double[] total = columns[0];
        foreach (double[] part in columns.Skip(1))
            TensorPrimitives.Add(total, part, total);
        return total;
    }

    private static void SquaredDistances(PointSet x, int i, PointSet y, int start, Span<double> squares, Span<double> scratch)
    {
        TensorPrimitives.Subtract(y.Coordinate(0).Slice(start, squares.Length), x.Coordinate(0)[i], squares);
        TensorPrimitives.Multiply(squares, squares, squares);
        for (int d = 1; d < x.Dimension; d++)
        {
            TensorPrimitives.Subtract(y.Coordinate(d).Slice(start, squares.Length), x.Coordinate(d)[i], scratch);
            TensorPrimitives.MultiplyAdd(scratch, scratch, squares, squares);
        }
    }
}
