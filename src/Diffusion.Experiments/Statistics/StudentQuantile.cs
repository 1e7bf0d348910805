using System.Collections.Concurrent;
using MathNet.Numerics.Distributions;
using MathNet.Numerics.RootFinding;

namespace Diffusion.Experiments.Statistics;

/// <summary>Quantiles of Student's distribution, far into its tails: a correction for thousands of comparisons asks for them.</summary>
public static class StudentQuantile
{
    // A sweep asks for few of them, and often.
    private static readonly ConcurrentDictionary<(double Freedom, double Tail), double> Known = new();

    /// <summary>The t ≥ 0 with P(T &gt; t) = <paramref name="tail"/>, for a tail of at most ½.</summary>
    public static double Upper(double freedom, double tail)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tail, 0.5);
        return Known.GetOrAdd((freedom, tail), asked =>
        {
            double high = 1;
            while (StudentT.CDF(0, 1, asked.Freedom, -high) > asked.Tail)
                high *= 2;
            // On the logarithm, so that small tails have all their digits.
            return Brent.FindRoot(t => Math.Log(StudentT.CDF(0, 1, asked.Freedom, -t) / asked.Tail), 0, high, 1e-14 * high, 200);
        });
    }
}
