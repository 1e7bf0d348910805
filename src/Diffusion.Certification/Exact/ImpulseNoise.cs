using Diffusion.Numerics;

using static TorchSharp.torch;

namespace Diffusion.Certification;

/// <summary>
/// Noise that is 1 in one row of a batch for each draw and 0 in all others: what a method that is affine in its noise makes of a draw shows in that row.
/// </summary>
/// <param name="firstRow">The row of the first draw; those of later draws follow.</param>
internal sealed class ImpulseNoise(int firstRow) : INoiseSource
{
    private readonly List<(double Begin, double End)> _increments = [];
    private readonly List<int> _rowsOfIncrements = [];
    private readonly List<long> _indices = [];
    private readonly List<int> _rowsOfIndices = [];

    /// <summary>Different draws so far. A batch must have a row for each.</summary>
    public int Count => _increments.Count + _indices.Count;

    /// <inheritdoc/>
    public Tensor BrownianIncrement(NoiseLevel from, NoiseLevel to, Tensor like) =>
        Impulse(RowOf((Math.Min(from.T, to.T), Math.Max(from.T, to.T)), _increments, _rowsOfIncrements), like);

    /// <inheritdoc/>
    public Tensor Independent(long index, Tensor like) => Impulse(RowOf(index, _indices, _rowsOfIndices), like);

    /// <summary>The variance that the draws give together, those of overlapping intervals correlated as on a Brownian path.</summary>
    /// <param name="gains">What the method makes of a unit, by row.</param>
    public double Variance(ReadOnlySpan<double> gains)
    {
        double variance = 0;
        foreach (int row in _rowsOfIndices)
            variance += gains[row] * gains[row];

        double[] times = [.. new SortedSet<double>(_increments.SelectMany(increment => new[] { increment.Begin, increment.End }))];
        for (int j = 0; j + 1 < times.Length; j++)
        {
            double gain = 0;
            for (int n = 0; n < _increments.Count; n++)
            {
                (double begin, double end) = _increments[n];
                if (begin <= times[j] && times[j + 1] <= end)
                    gain += gains[_rowsOfIncrements[n]] * Math.Sqrt((times[j + 1] - times[j]) / (end - begin));
            }

            variance += gain * gain;
        }

        return variance;
    }

    private int RowOf<T>(T draw, List<T> draws, List<int> rows)
    {
        int known = draws.IndexOf(draw);
        if (known >= 0)
            return rows[known];

        int row = firstRow + Count;
        draws.Add(draw);
        rows.Add(row);
        return row;
    }

    private static Tensor Impulse(int row, Tensor like)
    {
        double[] numbers = new double[like.numel()];
        if (row < numbers.Length)
            numbers[row] = 1;
        return HostNumbers.ToTensor(numbers, like);
    }
}
