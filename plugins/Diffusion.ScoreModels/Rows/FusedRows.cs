using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Diffusion.ScoreModels.Mixture;

using static TorchSharp.torch;

namespace Diffusion.ScoreModels.Rows;

/// <summary>
/// The sums over rows of <see cref="RowMixture"/> at one level on the CPU, without gradients: nothing is held but blocks in the first-level cache.
/// </summary>
internal static class FusedRows
{
    // Vectors of points that see a block of rows before the next block is fetched.
    private const int GroupVectors = 16;

    /// <summary>Whether the kernel can do it.</summary>
    public static bool Takes(Tensor points, NoiseLevels levels) => levels.IsUniform && TensorNumbers.AreReadable(points);

    /// <summary>slope · Σ_j r_j (z − α y_j) + share · Σ_j r_j y_j, shape of <paramref name="points"/>.</summary>
    /// <param name="points">z, shape (B, D).</param>
    /// <param name="rows">y, N × D.</param>
    /// <param name="eigenvalues">λ, D.</param>
    /// <param name="level">The level.</param>
    /// <param name="mean">Noise or data.</param>
    public static Tensor Posterior(Tensor points, double[] rows, double[] eigenvalues, NoiseLevel level, PosteriorMean mean) =>
        points.dtype == ScalarType.Float32
            ? Posterior<float>(points, rows, eigenvalues, level, mean)
            : Posterior<double>(points, rows, eigenvalues, level, mean);

    private static Tensor Posterior<T>(Tensor points, double[] rows, double[] eigenvalues, NoiseLevel level, PosteriorMean mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var kernel = new FusedRows<T>(rows, eigenvalues, level, mean);
        return TensorNumbers.Map<T>(
            points, GroupVectors * Vector<T>.Count * eigenvalues.Length, (input, output) => kernel.Evaluate(input, output, GroupVectors));
    }
}

/// <summary>The kernel of <see cref="FusedRows"/>: one point a lane, a running maximum a point.</summary>
/// <remarks>
/// Coordinates are scaled by √(½ log₂ e/v), so that a logit in powers of two is minus a squared distance. What is summed for noise are the
/// differences themselves: near a row their sum would cancel if it were taken apart. Lanes never mix.
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
internal sealed class FusedRows<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int BlockNumbers = 2048;

    private readonly int _dimension;
    private readonly int _blockRows;
    private readonly bool _sumsDifferences;

    // N × D: scaled α y; and what is summed for data, y itself.
    private readonly T[] _keys;
    private readonly T[] _values;

    // Per eigenvalue: the scale, and the factors of the point and of the sum in the result.
    private readonly T[] _scale;
    private readonly T[] _ofPoint;
    private readonly T[] _ofSum;

    public FusedRows(double[] rows, double[] eigenvalues, NoiseLevel level, PosteriorMean mean)
    {
        _dimension = eigenvalues.Length;
        _blockRows = Math.Max(4, BlockNumbers / _dimension);
        _sumsDifferences = mean.Kind == PredictionKind.Noise;
        double[] scale = Array.ConvertAll(eigenvalues, eigenvalue =>
            Math.Sqrt(0.5 * Math.Log2(Math.E) / ((level.Alpha * level.Alpha * eigenvalue) + (level.Sigma * level.Sigma))));
        double[] slope = Array.ConvertAll(eigenvalues, eigenvalue => mean.Slope(level, eigenvalue));
        _scale = Array.ConvertAll(scale, T.CreateChecked);
        _ofPoint = Array.ConvertAll(slope, number => _sumsDifferences ? T.Zero : T.CreateChecked(number));
        _ofSum = new T[_dimension];
        for (int d = 0; d < _dimension; d++)
            _ofSum[d] = T.CreateChecked(_sumsDifferences ? slope[d] / scale[d] : mean.Share(level) - (slope[d] * level.Alpha));

        _keys = new T[rows.Length];
        for (int i = 0; i < rows.Length; i++)
            _keys[i] = T.CreateChecked(level.Alpha * rows[i] * scale[i % _dimension]);
        _values = _sumsDifferences ? _keys : Array.ConvertAll(rows, T.CreateChecked);
    }

    /// <summary>Evaluates points stored row by row into the same shape.</summary>
    /// <param name="points">z.</param>
    /// <param name="results">The result.</param>
    /// <param name="groupVectors">How many vectors of points share a block of rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Evaluate(ReadOnlySpan<T> points, Span<T> results, int groupVectors)
    {
        int lanes = Vector<T>.Count;
        int width = lanes * _dimension;
        int state = (2 * width) + (2 * lanes);
        T[] rented = ArrayPool<T>.Shared.Rent((groupVectors * state) + (lanes * _blockRows) + width);
        Span<T> logits = rented.AsSpan(groupVectors * state, lanes * _blockRows);
        Span<T> column = rented.AsSpan((groupVectors * state) + (lanes * _blockRows), width);
        column.Clear();
        for (int group = 0; group < points.Length; group += groupVectors * width)
        {
            int vectors = Math.Min(groupVectors, (points.Length - group + width - 1) / width);
            for (int i = 0; i < vectors; i++)
                Begin(Slice(points, group + (i * width), width), rented.AsSpan(i * state, state), column);
            for (int row = 0; row * _dimension < _keys.Length; row += _blockRows)
            {
                int count = Math.Min(_blockRows, (_keys.Length / _dimension) - row);
                for (int i = 0; i < vectors; i++)
                    Add(rented.AsSpan(i * state, state), row, count, logits);
            }

            for (int i = 0; i < vectors; i++)
                End(rented.AsSpan(i * state, state), column, results.Slice(group + (i * width), Math.Min(width, points.Length - group - (i * width))));
        }

        ArrayPool<T>.Shared.Return(rented);
    }

    // The state of a vector of points: scaled coordinates, weighted sums, largest logit, sum of weights.
    private void Begin(ReadOnlySpan<T> points, Span<T> state, Span<T> column)
    {
        LaneTranspose.ToColumns(points, column, _dimension);
        for (int d = 0; d < _dimension; d++)
            Put(At(column, d) * new Vector<T>(_scale[d]), state, d);
        state[(Vector<T>.Count * _dimension)..].Clear();
        Put(new Vector<T>(T.NegativeInfinity), state, 2 * _dimension);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(Span<T> state, int row, int count, Span<T> logits)
    {
        ref T keys = ref _keys[row * _dimension];
        Vector<T> before = At(state, 2 * _dimension);
        Vector<T> largest = before;
        int j = 0;
        for (; j + 3 < count; j += 4)
            largest = FourLogits(state, ref Unsafe.Add(ref keys, j * _dimension), logits, j, largest);
        for (; j < count; j++)
        {
            Vector<T> square = Vector<T>.Zero;
            for (int d = 0; d < _dimension; d++)
            {
                Vector<T> difference = At(state, d) - new Vector<T>(Unsafe.Add(ref keys, (j * _dimension) + d));
                square = VectorMath.Fma(difference, difference, square);
            }

            Put(-square, logits, j);
            largest = Vector.MaxNative(largest, -square);
        }

        Vector<T> kept = VectorMath.Exp2(before - largest);
        Vector<T> sum = At(state, (2 * _dimension) + 1) * kept;
        for (j = 0; j < count; j++)
        {
            Vector<T> weight = VectorMath.Exp2(At(logits, j) - largest);
            Put(weight, logits, j);
            sum += weight;
        }

        Put(largest, state, 2 * _dimension);
        Put(sum, state, (2 * _dimension) + 1);
        ref T values = ref _values[row * _dimension];
        for (int d = 0; d < _dimension; d++)
        {
            Vector<T> total = At(state, _dimension + d) * kept;
            ref T value = ref Unsafe.Add(ref values, d);
            total = _sumsDifferences ? SumOfDifferences(At(state, d), logits, count, ref value, total) : Sum(logits, count, ref value, total);
            Put(total, state, _dimension + d);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector<T> FourLogits(ReadOnlySpan<T> state, ref T keys, Span<T> logits, int j, Vector<T> largest)
    {
        Vector<T> a = Vector<T>.Zero, b = a, c = a, e = a;
        for (int d = 0; d < _dimension; d++)
        {
            Vector<T> point = At(state, d);
            Vector<T> difference = point - new Vector<T>(Unsafe.Add(ref keys, d));
            a = VectorMath.Fma(difference, difference, a);
            difference = point - new Vector<T>(Unsafe.Add(ref keys, _dimension + d));
            b = VectorMath.Fma(difference, difference, b);
            difference = point - new Vector<T>(Unsafe.Add(ref keys, (2 * _dimension) + d));
            c = VectorMath.Fma(difference, difference, c);
            difference = point - new Vector<T>(Unsafe.Add(ref keys, (3 * _dimension) + d));
            e = VectorMath.Fma(difference, difference, e);
        }

        Put(-a, logits, j);
        Put(-b, logits, j + 1);
        Put(-c, logits, j + 2);
        Put(-e, logits, j + 3);
        return Vector.MaxNative(largest, -Vector.MinNative(Vector.MinNative(a, b), Vector.MinNative(c, e)));
    }

    // Two running sums here and below, because one would wait for its own last addition.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector<T> SumOfDifferences(Vector<T> point, ReadOnlySpan<T> weights, int count, ref T key, Vector<T> even)
    {
        Vector<T> odd = Vector<T>.Zero;
        int j = 0;
        for (; j + 1 < count; j += 2)
        {
            even = VectorMath.Fma(At(weights, j), point - new Vector<T>(Unsafe.Add(ref key, j * _dimension)), even);
            odd = VectorMath.Fma(At(weights, j + 1), point - new Vector<T>(Unsafe.Add(ref key, (j + 1) * _dimension)), odd);
        }

        if (j < count)
            even = VectorMath.Fma(At(weights, j), point - new Vector<T>(Unsafe.Add(ref key, j * _dimension)), even);
        return even + odd;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector<T> Sum(ReadOnlySpan<T> weights, int count, ref T value, Vector<T> even)
    {
        Vector<T> odd = Vector<T>.Zero;
        int j = 0;
        for (; j + 1 < count; j += 2)
        {
            even = VectorMath.Fma(At(weights, j), new Vector<T>(Unsafe.Add(ref value, j * _dimension)), even);
            odd = VectorMath.Fma(At(weights, j + 1), new Vector<T>(Unsafe.Add(ref value, (j + 1) * _dimension)), odd);
        }

        if (j < count)
            even = VectorMath.Fma(At(weights, j), new Vector<T>(Unsafe.Add(ref value, j * _dimension)), even);
        return even + odd;
    }

    private void End(ReadOnlySpan<T> state, Span<T> column, Span<T> results)
    {
        Vector<T> sum = At(state, (2 * _dimension) + 1);
        for (int d = 0; d < _dimension; d++)
        {
            Vector<T> point = At(state, d) / new Vector<T>(_scale[d]);
            Put((point * new Vector<T>(_ofPoint[d])) + (At(state, _dimension + d) / sum * new Vector<T>(_ofSum[d])), column, d);
        }

        LaneTranspose.ToRows(column, results, _dimension);
    }

    private static ReadOnlySpan<T> Slice(ReadOnlySpan<T> points, int start, int width) => points.Slice(start, Math.Min(width, points.Length - start));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> At(ReadOnlySpan<T> vectors, int index) =>
        Vector.LoadUnsafe(ref MemoryMarshal.GetReference(vectors), (nuint)(index * Vector<T>.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector<T> vector, Span<T> vectors, int index) =>
        vector.StoreUnsafe(ref MemoryMarshal.GetReference(vectors), (nuint)(index * Vector<T>.Count));
}
