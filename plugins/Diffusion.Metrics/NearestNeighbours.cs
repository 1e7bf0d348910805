using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using static TorchSharp.torch;

namespace Diffusion.Metrics;

/// <summary>The nearest points of a set to each point of a set, by looking at all pairs: O(N M D) time, O(N k) memory.</summary>
internal sealed class NearestNeighbours
{
    // Squared distances of one point to so many stay in the first-level cache between the two passes over them.
    private const int Chunk = 1024;
    private const int RowsOfBlock = 16;

    private readonly int _count;
    private readonly double[] _squares;
    private readonly int[] _places;

    private NearestNeighbours(int points, int count)
    {
        _count = count;
        _squares = new double[points * count];
        _places = new int[points * count];
        Array.Fill(_squares, double.PositiveInfinity);
    }

    /// <summary>The nearest other points of its own set, for each point.</summary>
    /// <param name="x">More than k points.</param>
    /// <param name="count">k.</param>
    public static NearestNeighbours Within(PointSet x, int count) => Find(x, x, count, isOwn: true);

    /// <summary>The nearest points of <paramref name="y"/> for each point of <paramref name="x"/>.</summary>
    /// <param name="x">Any number of points.</param>
    /// <param name="y">At least k points.</param>
    /// <param name="count">k.</param>
    public static NearestNeighbours Between(PointSet x, PointSet y, int count) => Find(x, y, count, isOwn: false);

    /// <summary>The squared distance of point <paramref name="i"/> to its nearest neighbour but <paramref name="rank"/>, from 0.</summary>
    public double Square(int i, int rank) => _squares[(i * _count) + rank];

    /// <summary>The place of that neighbour in its set. Of points at one distance the first comes first.</summary>
    public int Place(int i, int rank) => _places[(i * _count) + rank];

    /// <summary>The squared distances of all points to their neighbours of one rank, from 0.</summary>
    public double[] Squares(int rank) => [.. Enumerable.Range(0, _squares.Length / _count).Select(i => Square(i, rank))];

    private static NearestNeighbours Find(PointSet x, PointSet y, int count, bool isOwn)
    {
        NearestNeighbours found = new(x.Count, count);
        Parallel.For(0, (x.Count + RowsOfBlock - 1) / RowsOfBlock, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, block =>
        {
            double[] squares = new double[Chunk];
            for (int i = block * RowsOfBlock; i < Math.Min((block + 1) * RowsOfBlock, x.Count); i++)
            {
                for (int start = 0; start < y.Count; start += Chunk)
                {
                    Span<double> distances = squares.AsSpan(0, Math.Min(Chunk, y.Count - start));
                    PairSums.SquaredDistances(x, i, y, start, distances);
                    if (isOwn && i >= start && i < start + distances.Length)
                        distances[i - start] = double.PositiveInfinity;
                    found.Take(i, start, distances);
                }
            }
        });
        return found;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Take(int i, int start, ReadOnlySpan<double> distances)
    {
        Span<double> squares = _squares.AsSpan(i * _count, _count);
        Span<int> places = _places.AsSpan(i * _count, _count);
        ref double distance = ref MemoryMarshal.GetReference(distances);
        var largest = new Vector<double>(squares[^1]);
        int whole = distances.Length - (distances.Length % Vector<double>.Count);
        for (int j = 0; j < whole; j += Vector<double>.Count)
        {
            // After a few points hardly any is among the nearest.
            if (!Vector.LessThanAny(Vector.LoadUnsafe(ref distance, (nuint)j), largest))
                continue;
            for (int k = j; k < j + Vector<double>.Count; k++)
                Insert(squares, places, distances[k], start + k);
            largest = new Vector<double>(squares[^1]);
        }

        for (int j = whole; j < distances.Length; j++)
            Insert(squares, places, distances[j], start + j);
    }

    private static void Insert(Span<double> squares, Span<int> places, double square, int place)
    {
        if (!(square < squares[^1]))
            return;
        int rank = squares.Length - 1;
        for (; rank > 0 && square < squares[rank - 1]; rank--)
            (squares[rank], places[rank]) = (squares[rank - 1], places[rank - 1]);
        (squares[rank], places[rank]) = (square, place);
    }
}
