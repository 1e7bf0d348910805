using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using static TorchSharp.torch;

namespace Diffusion.Metrics;

/// <summary>
/// Sums of a kernel over pairs of points in single precision, for sets whose pairs are so many that they would rule the cost of a cell: three times as fast as
/// <see cref="PairSums"/>.
/// </summary>
/// <remarks>
/// Every pair is evaluated, from the difference of its points, whose coordinates count from the median of the second set so that an offset takes no digits.
/// A value of the kernel is off by some 10⁻⁷ of itself, and a sum of thousands by far less, since rounding has no preferred sign. Sums of a row are carried on
/// in double precision after each chunk. The work is split as that of <see cref="PairSums"/> is, so the result does not depend on the number of threads.
/// </remarks>
internal static class SinglePairSums
{
    /// <summary>From so many pairs on: 20 000 points against as many.</summary>
    public const double FewestPairs = 4e8;

    // Squares of coordinates outside these have no place in single precision.
    private const double Largest = 1e15;
    private const double Smallest = 1e-12;
    private const int Blocks = 64;
    private const int Chunk = 1024;

    /// <summary>Whether the pairs of two sets are summed here.</summary>
    public static bool Suits(PointSet x, PointSet y) => (double)x.Count * y.Count >= FewestPairs && IsOfUsualScale(x) && IsOfUsualScale(y);

    /// <inheritdoc cref="PairSums.Between"/>
    public static (double[] Rows, double[] Columns) Between<TKernel>(PointSet x, PointSet y, TKernel kernel)
        where TKernel : struct, IPairKernel
    {
        double[] rows = new double[x.Count];
        double[] middle = Middle(y);
        double[] columns = Sum(Rounded(x, middle), Rounded(y, middle), kernel, rows, isTriangle: false);
        return (rows, columns);
    }

    /// <inheritdoc cref="PairSums.Within"/>
    public static double[] Within<TKernel>(PointSet x, TKernel kernel)
        where TKernel : struct, IPairKernel
    {
        double[] rows = new double[x.Count];
        float[][] rounded = Rounded(x, Middle(x));
        double[] columns = Sum(rounded, rounded, kernel, rows, isTriangle: true);
        TensorPrimitives.Add(rows, columns, rows);
        return rows;
    }

    private static bool IsOfUsualScale(PointSet points)
    {
        double largest = 0;
        for (int d = 0; d < points.Dimension; d++)
            largest = Math.Max(largest, Math.Abs(TensorPrimitives.MaxMagnitude(points.Coordinate(d))));
        return largest is < Largest and > Smallest;
    }

    private static double[] Middle(PointSet points) => [.. Enumerable.Range(0, points.Dimension).Select(d =>
    {
        double[] sorted = points.Coordinate(d).ToArray();
        sorted.AsSpan().Sort();
        return sorted[sorted.Length / 2];
    })];

    private static float[][] Rounded(PointSet points, double[] middle) => [.. middle.Select((own, d) =>
    {
        double[] centred = new double[points.Count];
        TensorPrimitives.Subtract(points.Coordinate(d), own, centred);
        float[] rounded = new float[points.Count];
        TensorPrimitives.ConvertTruncating<double, float>(centred, rounded);
        return rounded;
    })];

    private static double[] Sum<TKernel>(float[][] x, float[][] y, TKernel kernel, double[] rows, bool isTriangle)
        where TKernel : struct, IPairKernel
    {
        int count = y[0].Length;
        float[][] columns = new float[Blocks][];
        Parallel.For(0, Blocks, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, block =>
        {
            float[] own = columns[block] = new float[count], point = new float[x.Length];
            for (int i = block; i < rows.Length; i += Blocks)
            {
                for (int d = 0; d < point.Length; d++)
                    point[d] = x[d][i];
                for (int start = isTriangle ? i + 1 : 0; start < count; start += Chunk)
                    rows[i] += Add(point, y, start, Math.Min(Chunk, count - start), own, kernel);
            }
        });

        double[] total = new double[count], wide = new double[count];
        foreach (float[] part in columns)
        {
            TensorPrimitives.ConvertTruncating<float, double>(part, wide);
            TensorPrimitives.Add(total, wide, total);
        }

        return total;
    }

    /// <summary>Adds the kernel's values between one point and a chunk of others to <paramref name="sums"/>, one by one, and returns their own sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Add<TKernel>(float[] point, float[][] others, int start, int count, float[] sums, TKernel kernel)
        where TKernel : struct, IPairKernel
    {
        Vector<float> total = Vector<float>.Zero;
        int whole = count - (count % Vector<float>.Count);
        ref float sum = ref MemoryMarshal.GetReference(sums.AsSpan(start, count));
        if (point.Length == 2)
        {
            // The usual case, without a loop for each vector.
            Vector<float> first = new(point[0]), second = new(point[1]);
            ref float abscissa = ref MemoryMarshal.GetReference(others[0].AsSpan(start, count));
            ref float ordinate = ref MemoryMarshal.GetReference(others[1].AsSpan(start, count));
            for (nuint j = 0; j < (nuint)whole; j += (nuint)Vector<float>.Count)
            {
                Vector<float> along = Vector.LoadUnsafe(ref abscissa, j) - first, across = Vector.LoadUnsafe(ref ordinate, j) - second;
                Vector<float> values = kernel.Values(VectorMath.Fma(across, across, along * along));
                total += values;
                (Vector.LoadUnsafe(ref sum, j) + values).StoreUnsafe(ref sum, j);
            }
        }
        else
        {
            for (nuint j = 0; j < (nuint)whole; j += (nuint)Vector<float>.Count)
            {
                Vector<float> squares = Vector<float>.Zero;
                for (int d = 0; d < point.Length; d++)
                {
                    Vector<float> difference = Vector.LoadUnsafe(ref others[d][start], j) - new Vector<float>(point[d]);
                    squares = VectorMath.Fma(difference, difference, squares);
                }

                Vector<float> values = kernel.Values(squares);
                total += values;
                (Vector.LoadUnsafe(ref sum, j) + values).StoreUnsafe(ref sum, j);
            }
        }

        double rest = 0;
        for (int j = whole; j < count; j++)
        {
            float square = 0;
            for (int d = 0; d < point.Length; d++)
                square += (others[d][start + j] - point[d]) * (others[d][start + j] - point[d]);
            float value = kernel.Values(new Vector<float>(square))[0];
            rest += value;
            sums[start + j] += value;
        }

        return Vector.Sum(total) + rest;
    }
}
