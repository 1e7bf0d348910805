using MathNet.Numerics;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Studies.Numerics;

/// <summary>Random numbers of a study as arrays: each call of an index gives the same numbers.</summary>
/// <param name="source">Where they come from.</param>
public sealed class StudyDraws(INoiseSource source)
{
    private static readonly double HalfRoot = Math.Sqrt(0.5);

    /// <summary>Standard normal numbers.</summary>
    /// <param name="index">Which of the independent blocks.</param>
    /// <param name="count">How many.</param>
    public double[] Normal(long index, int count)
    {
        using DisposeScope scope = NewDisposeScope();
        return source.Independent(index, empty(count, 1, dtype: ScalarType.Float64)).contiguous().data<double>().ToArray();
    }

    /// <summary>Uniform numbers in (0, 1), as Φ(z) of normal ones.</summary>
    /// <inheritdoc cref="Normal"/>
    public double[] Uniform(long index, int count)
    {
        double[] numbers = Normal(index, count);
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = Math.Clamp(0.5 * SpecialFunctions.Erfc(-numbers[i] * HalfRoot), double.Epsilon, 1 - 1e-16);
        return numbers;
    }
}
