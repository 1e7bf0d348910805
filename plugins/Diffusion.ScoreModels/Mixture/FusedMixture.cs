using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Diffusion.ScoreModels.Mixture;

/// <summary>
/// The posterior mean of a mixture at one level, in one pass over the points: a vector of points at a time, one point a lane, with
/// everything between input and output in the first-level cache.
/// </summary>
/// <remarks>
/// Distances are sums of squared differences, not expanded into products, so that near a component no digits cancel. Logits are kept in
/// powers of two. Lanes never mix and short vectors are padded, so a point's result does not depend on its neighbours.
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
internal sealed class FusedMixture<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _count;
    private readonly int _dimension;
    private readonly bool _isotropic;

    // Per component: log2 of weight over the root of the marginal covariance's determinant; α μ; and per eigenvalue −log2(e)/2v and the slope.
    private readonly T[] _constant;
    private readonly T[] _centre;
    private readonly T[] _precision;
    private readonly T[] _slope;

    // D × K: what a component's posterior mean adds to slope · x (isotropic) or to slope · (x − α μ), the part that does not depend on x.
    private readonly T[] _offset;
    private readonly T[] _eigenvectors;

    public FusedMixture(MixtureSpectrum spectrum, NoiseLevel level, PosteriorMean mean)
    {
        _count = spectrum.Count;
        _dimension = spectrum.Dimension;
        _isotropic = spectrum.IsIsotropic;
        int each = spectrum.EigenvaluesEach;
        _constant = new T[_count];
        _centre = new T[_count * _dimension];
        _precision = new T[_count * each];
        _slope = new T[_count * each];
        _offset = new T[_dimension * _count];
        _eigenvectors = Array.ConvertAll(spectrum.Eigenvectors, T.CreateChecked);

        double alpha = level.Alpha, sigma = level.Sigma;
        for (int k = 0; k < _count; k++)
        {
            double halfLogDeterminant = 0;
            for (int e = k * each; e < (k + 1) * each; e++)
            {
                double variance = (alpha * alpha * spectrum.Eigenvalues[e]) + (sigma * sigma);
                halfLogDeterminant += 0.5 * (_isotropic ? _dimension : 1) * Math.Log2(variance);
                _precision[e] = T.CreateChecked(-0.5 * Math.Log2(Math.E) / variance);
                _slope[e] = T.CreateChecked(mean.Slope(level, spectrum.Eigenvalues[e]));
            }

            _constant[k] = T.CreateChecked((spectrum.LogWeights[k] * Math.Log2(Math.E)) - halfLogDeterminant);
            double share = mean.Share(level) - (_isotropic ? mean.Slope(level, spectrum.Eigenvalues[k]) * alpha : 0);
            for (int d = 0; d < _dimension; d++)
            {
                double mu = spectrum.Means[(k * _dimension) + d];
                _centre[(k * _dimension) + d] = T.CreateChecked(alpha * mu);
                _offset[(d * _count) + k] = T.CreateChecked(share * mu);
            }
        }
    }

    /// <summary>Evaluates points stored row by row, N × D, into the same shape.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Evaluate(ReadOnlySpan<T> points, Span<T> results)
    {
        int lanes = Vector<T>.Count;
        int block = lanes * _dimension;
        int weights = lanes * _count;
        int slopes = _isotropic ? 0 : block * _count;
        T[] rented = ArrayPool<T>.Shared.Rent((3 * block) + weights + slopes);
        Span<T> x = rented.AsSpan(0, block);
        Span<T> y = rented.AsSpan(block, block);
        Span<T> difference = rented.AsSpan(2 * block, block);
        Span<T> weight = rented.AsSpan(3 * block, weights);
        Span<T> slope = rented.AsSpan((3 * block) + weights, slopes);
        x.Clear();
        for (int first = 0; first < points.Length; first += block)
        {
            int filled = Math.Min(block, points.Length - first);
            LaneTranspose.ToColumns(points.Slice(first, filled), x, _dimension);
            if (_isotropic)
                Isotropic(x, y, weight);
            else
                Full(x, y, weight, difference, slope);
            LaneTranspose.ToRows(y, results.Slice(first, filled), _dimension);
        }

        ArrayPool<T>.Shared.Return(rented);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Isotropic(ReadOnlySpan<T> x, Span<T> y, Span<T> weights)
    {
        var largest = new Vector<T>(T.NegativeInfinity);
        int first = 0;
        for (; first + 3 < _count; first += 4)
            largest = FourLogits(x, weights, first, largest);
        for (int k = first; k < _count; k++)
            largest = Vector.MaxNative(largest, Logit(SquaredDistance(x, k), weights, k));

        Vector<T> sum = Vector<T>.Zero;
        Vector<T> slope = Vector<T>.Zero;
        for (int k = 0; k < _count; k++)
        {
            Vector<T> weight = VectorMath.Exp2(At(weights, k) - largest);
            sum += weight;
            slope = VectorMath.Fma(weight, new Vector<T>(_slope[k]), slope);
            Put(weight, weights, k);
        }

        Vector<T> scale = Vector<T>.One / sum;
        int column = 0;
        for (; column + 3 < _dimension; column += 4)
            FourMeans(x, y, weights, slope, scale, column);
        for (int d = column; d < _dimension; d++)
            Put(WeightedOffset(weights, d, At(x, d) * slope) * scale, y, d);
    }

    // Four at a time, because one sum would wait for its own last addition.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector<T> FourLogits(ReadOnlySpan<T> x, Span<T> weights, int k, Vector<T> largest)
    {
        Vector<T> a = Vector<T>.Zero, b = a, c = a, e = a;
        ref T centre = ref _centre[k * _dimension];
        for (int d = 0; d < _dimension; d++)
        {
            Vector<T> point = At(x, d);
            Vector<T> difference = point - new Vector<T>(Unsafe.Add(ref centre, d));
            a = VectorMath.Fma(difference, difference, a);
            difference = point - new Vector<T>(Unsafe.Add(ref centre, _dimension + d));
            b = VectorMath.Fma(difference, difference, b);
            difference = point - new Vector<T>(Unsafe.Add(ref centre, (2 * _dimension) + d));
            c = VectorMath.Fma(difference, difference, c);
            difference = point - new Vector<T>(Unsafe.Add(ref centre, (3 * _dimension) + d));
            e = VectorMath.Fma(difference, difference, e);
        }

        a = Vector.MaxNative(Logit(a, weights, k), Logit(b, weights, k + 1));
        c = Vector.MaxNative(Logit(c, weights, k + 2), Logit(e, weights, k + 3));
        return Vector.MaxNative(largest, Vector.MaxNative(a, c));
    }

    // In two sums for the same reason.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector<T> SquaredDistance(ReadOnlySpan<T> x, int k)
    {
        Vector<T> even = Vector<T>.Zero, odd = even;
        ref T centre = ref _centre[k * _dimension];
        int d = 0;
        for (; d + 1 < _dimension; d += 2)
        {
            Vector<T> difference = At(x, d) - new Vector<T>(Unsafe.Add(ref centre, d));
            even = VectorMath.Fma(difference, difference, even);
            difference = At(x, d + 1) - new Vector<T>(Unsafe.Add(ref centre, d + 1));
            odd = VectorMath.Fma(difference, difference, odd);
        }

        if (d < _dimension)
        {
            Vector<T> difference = At(x, d) - new Vector<T>(Unsafe.Add(ref centre, d));
            even = VectorMath.Fma(difference, difference, even);
        }

        return even + odd;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector<T> Logit(Vector<T> square, Span<T> weights, int k)
    {
        Vector<T> logit = VectorMath.Fma(square, new Vector<T>(_precision[k]), new Vector<T>(_constant[k]));
        Put(logit, weights, k);
        return logit;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void FourMeans(ReadOnlySpan<T> x, Span<T> y, ReadOnlySpan<T> weights, Vector<T> slope, Vector<T> scale, int d)
    {
        Vector<T> a = At(x, d) * slope, b = At(x, d + 1) * slope, c = At(x, d + 2) * slope, e = At(x, d + 3) * slope;
        ref T offset = ref _offset[d * _count];
        for (int k = 0; k < _count; k++)
        {
            Vector<T> weight = At(weights, k);
            a = VectorMath.Fma(weight, new Vector<T>(Unsafe.Add(ref offset, k)), a);
            b = VectorMath.Fma(weight, new Vector<T>(Unsafe.Add(ref offset, _count + k)), b);
            c = VectorMath.Fma(weight, new Vector<T>(Unsafe.Add(ref offset, (2 * _count) + k)), c);
            e = VectorMath.Fma(weight, new Vector<T>(Unsafe.Add(ref offset, (3 * _count) + k)), e);
        }

        Put(a * scale, y, d);
        Put(b * scale, y, d + 1);
        Put(c * scale, y, d + 2);
        Put(e * scale, y, d + 3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Full(ReadOnlySpan<T> x, Span<T> y, Span<T> weights, Span<T> difference, Span<T> slopes)
    {
        var largest = new Vector<T>(T.NegativeInfinity);
        for (int k = 0; k < _count; k++)
        {
            for (int d = 0; d < _dimension; d++)
                Put(At(x, d) - new Vector<T>(_centre[(k * _dimension) + d]), difference, d);

            var logit = new Vector<T>(_constant[k]);
            for (int e = 0; e < _dimension; e++)
            {
                Vector<T> along = Vector<T>.Zero;
                for (int d = 0; d < _dimension; d++)
                    along = VectorMath.Fma(At(difference, d), new Vector<T>(Eigenvector(k, d, e)), along);
                int direction = (k * _dimension) + e;
                logit = VectorMath.Fma(along * along, new Vector<T>(_precision[direction]), logit);
                Put(along * new Vector<T>(_slope[direction]), slopes, direction);
            }

            Put(logit, weights, k);
            largest = Vector.MaxNative(largest, logit);
        }

        Vector<T> sum = Vector<T>.Zero;
        for (int k = 0; k < _count; k++)
        {
            Vector<T> weight = VectorMath.Exp2(At(weights, k) - largest);
            sum += weight;
            Put(weight, weights, k);
            for (int direction = k * _dimension; direction < (k + 1) * _dimension; direction++)
                Put(weight * At(slopes, direction), slopes, direction);
        }

        for (int d = 0; d < _dimension; d++)
        {
            Vector<T> mean = WeightedOffset(weights, d, Vector<T>.Zero);
            for (int k = 0; k < _count; k++)
            {
                for (int e = 0; e < _dimension; e++)
                    mean = VectorMath.Fma(At(slopes, (k * _dimension) + e), new Vector<T>(Eigenvector(k, d, e)), mean);
            }

            Put(mean / sum, y, d);
        }
    }

    // Two running sums, because one would wait for its own last addition.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector<T> WeightedOffset(ReadOnlySpan<T> weights, int d, Vector<T> even)
    {
        Vector<T> odd = Vector<T>.Zero;
        ReadOnlySpan<T> offset = _offset.AsSpan(d * _count, _count);
        int k = 0;
        for (; k + 1 < offset.Length; k += 2)
        {
            even = VectorMath.Fma(At(weights, k), new Vector<T>(offset[k]), even);
            odd = VectorMath.Fma(At(weights, k + 1), new Vector<T>(offset[k + 1]), odd);
        }

        if (k < offset.Length)
            even = VectorMath.Fma(At(weights, k), new Vector<T>(offset[k]), even);
        return even + odd;
    }

    private T Eigenvector(int k, int d, int e) => _eigenvectors[(((k * _dimension) + d) * _dimension) + e];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> At(ReadOnlySpan<T> vectors, int index) =>
        Vector.LoadUnsafe(ref MemoryMarshal.GetReference(vectors), (nuint)(index * Vector<T>.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector<T> vector, Span<T> vectors, int index) =>
        vector.StoreUnsafe(ref MemoryMarshal.GetReference(vectors), (nuint)(index * Vector<T>.Count));
}
