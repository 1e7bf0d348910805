using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using TorchSharp;

using static TorchSharp.torch;

using Tensor = TorchSharp.torch.Tensor;

namespace Diffusion.Metrics;

/// <summary>Points in memory, a dimension at a time.</summary>
internal sealed class PointSet
{
    // Stream 0 of the randomness has the directions of sliced distances. Part of every result: never renumber.
    private const long SampleStream = 1;
    private const long ReferenceStream = 2;

    private readonly double[] _coordinates;

    /// <param name="points">Shape (N, …).</param>
    public PointSet(Tensor points)
    {
        Count = (int)points.shape[0];
        Dimension = (int)(points.numel() / Count);
        using DisposeScope scope = NewDisposeScope();
        _coordinates = MemoryMarshal.Cast<byte, double>(points.detach().to(ScalarType.Float64).cpu().reshape(Count, Dimension).t().contiguous().bytes)
            .ToArray();
    }

    private PointSet(double[] coordinates, int count, int dimension)
    {
        _coordinates = coordinates;
        Count = count;
        Dimension = dimension;
    }

    /// <summary>N.</summary>
    public int Count { get; }

    /// <summary>D.</summary>
    public int Dimension { get; }

    /// <summary>Whether every coordinate is a finite number.</summary>
    public bool IsFinite => !_coordinates.AsSpan().ContainsAnyExceptInRange(double.MinValue, double.MaxValue);

    /// <summary>The variance over the points, with 1/N, summed over dimensions.</summary>
    public double Variance => TensorPrimitives.SumOfSquares<double>(Centred()._coordinates) / Count;

    /// <summary>The samples and the reference.</summary>
    /// <exception cref="ArgumentException">Their dimensions differ.</exception>
    public static (PointSet Samples, PointSet Reference) Both(MetricInput input)
    {
        PointSet samples = new(input.Samples), reference = new(input.Reference);
        return samples.Dimension == reference.Dimension
            ? (samples, reference)
            : throw new ArgumentException($"Samples have {samples.Dimension} dimensions but the reference has {reference.Dimension}.");
    }

    /// <summary>
    /// The samples and the reference, at most so many of each, drawn without replacement. All cells of a repeat are compared on the same samples and rows.
    /// </summary>
    /// <param name="input">What is compared.</param>
    /// <param name="most">How many points a side to keep at most.</param>
    /// <exception cref="ArgumentException">Their dimensions differ.</exception>
    public static (PointSet Samples, PointSet Reference) Both(MetricInput input, int most)
    {
        (PointSet samples, PointSet reference) = Both(input);
        return (samples.Drawn(most, input.Randomness, SampleStream), reference.Drawn(most, input.Randomness, ReferenceStream));
    }

    /// <summary>At most so many of the points, evenly spaced.</summary>
    public PointSet Thinned(int most)
    {
        int count = Math.Min(most, Count);
        return Picked([.. Enumerable.Range(0, count).Select(i => (int)((long)i * Count / count))]);
    }

    /// <summary>The points at some places.</summary>
    public PointSet Picked(IReadOnlyList<int> places) =>
        new([.. Enumerable.Range(0, Dimension).SelectMany(d => places.Select(place => _coordinates[(d * Count) + place]))], places.Count, Dimension);

    /// <summary>The points without those that an earlier one equals.</summary>
    public PointSet Distinct()
    {
        int[] places = [.. Enumerable.Range(0, Count).Distinct(new SameCoordinates(this))];
        return places.Length == Count ? this : Picked(places);
    }

    /// <summary>Coordinate <paramref name="d"/> of every point.</summary>
    public ReadOnlySpan<double> Coordinate(int d) => _coordinates.AsSpan(d * Count, Count);

    /// <summary>The mean of coordinate <paramref name="d"/>.</summary>
    public double Mean(int d) => TensorPrimitives.Average(Coordinate(d));

    /// <summary>The points less their mean.</summary>
    public PointSet Centred()
    {
        double[] centred = new double[_coordinates.Length];
        for (int d = 0; d < Dimension; d++)
            TensorPrimitives.Subtract(Coordinate(d), Mean(d), centred.AsSpan(d * Count, Count));
        return new(centred, Count, Dimension);
    }

    private PointSet Drawn(int most, INoiseSource randomness, long stream)
    {
        if (Count <= most)
            return this;
        using DisposeScope scope = NewDisposeScope();
        double[] keys = randomness.Independent(stream, empty(Count, dtype: ScalarType.Float64)).data<double>().ToArray();
        int[] places = [.. Enumerable.Range(0, Count)];
        keys.AsSpan().Sort(places.AsSpan());
        return Picked([.. places.Take(most).Order()]);
    }

    private sealed class SameCoordinates(PointSet points) : IEqualityComparer<int>
    {
        public bool Equals(int x, int y)
        {
            for (int d = 0; d < points.Dimension; d++)
            {
                if (points.Coordinate(d)[x] != points.Coordinate(d)[y])
                    return false;
            }

            return true;
        }

        public int GetHashCode(int place)
        {
            HashCode hash = default;
            for (int d = 0; d < points.Dimension; d++)
                hash.Add(points.Coordinate(d)[place]);
            return hash.ToHashCode();
        }
    }
}
