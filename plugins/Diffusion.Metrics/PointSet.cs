using System.Runtime.InteropServices;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Metrics;

/// <summary>Points in memory, a dimension at a time.</summary>
internal sealed class PointSet
{
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

    /// <summary>At most so many of the points, evenly spaced.</summary>
    public PointSet Thinned(int most)
    {
        int count = Math.Min(most, Count);
        return new([.. Enumerable.Range(0, Dimension)
            .SelectMany(d => Enumerable.Range(0, count).Select(i => _coordinates[(d * Count) + (int)((long)i * Count / count)]))], count, Dimension);
    }

    /// <summary>Coordinate <paramref name="d"/> of every point.</summary>
    public ReadOnlySpan<double> Coordinate(int d) => _coordinates.AsSpan(d * Count, Count);
}
