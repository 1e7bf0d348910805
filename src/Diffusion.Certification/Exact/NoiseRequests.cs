using Diffusion.Numerics;

using static TorchSharp.torch;

namespace Diffusion.Certification;

/// <summary>
/// Which noise a method asks for, and the independent standard normal numbers behind it: one for each elementary interval of the Brownian path
/// that its increments cut out, and one for each index of placeless noise.
/// </summary>
/// <remarks>
/// A method may ask for increments of overlapping intervals (a stage and the end of a step). They are correlated then, and a law that is computed
/// from independent draws would be another method's.
/// </remarks>
public sealed class NoiseRequests : INoiseSource
{
    private readonly SortedSet<double> _times = [];
    private readonly SortedSet<long> _indices = [];

    /// <summary>How many independent standard normal numbers the requests so far are made of, for one sample of one number.</summary>
    public int Count => Math.Max(0, _times.Count - 1) + _indices.Count;

    /// <inheritdoc/>
    public Tensor BrownianIncrement(NoiseLevel from, NoiseLevel to, Tensor like)
    {
        _times.Add(from.T);
        _times.Add(to.T);
        return zeros_like(like);
    }

    /// <inheritdoc/>
    public Tensor Independent(long index, Tensor like)
    {
        _indices.Add(index);
        return zeros_like(like);
    }

    /// <summary>A source that answers the same requests from given numbers.</summary>
    /// <param name="value">
    /// Number n of row r; the rows are a batch's samples of one number each. Elementary intervals come first, by time, then indices.
    /// </param>
    public INoiseSource Answer(Func<int, int, double> value) => new Answers([.. _times], [.. _indices], value);

    private sealed class Answers(double[] times, long[] indices, Func<int, int, double> value) : INoiseSource
    {
        public Tensor BrownianIncrement(NoiseLevel from, NoiseLevel to, Tensor like)
        {
            int first = Array.BinarySearch(times, Math.Min(from.T, to.T));
            int last = Array.BinarySearch(times, Math.Max(from.T, to.T));
            if (first < 0 || last <= first)
                throw new InvalidOperationException("A method asked for other noise than when its requests were recorded.");

            double total = times[last] - times[first];
            double[] weights = [.. Enumerable.Range(first, last - first).Select(j => Math.Sqrt((times[j + 1] - times[j]) / total))];
            return Rows(like, row =>
            {
                double sum = 0;
                for (int j = 0; j < weights.Length; j++)
                    sum += weights[j] * value(first + j, row);
                return sum;
            });
        }

        public Tensor Independent(long index, Tensor like)
        {
            int place = Math.Max(0, times.Length - 1) + Array.BinarySearch(indices, index);
            return Rows(like, row => value(place, row));
        }

        private static Tensor Rows(Tensor like, Func<int, double> number)
        {
            double[] numbers = new double[like.numel()];
            for (int row = 0; row < numbers.Length; row++)
                numbers[row] = number(row);
            return HostNumbers.ToTensor(numbers, like);
        }
    }
}
