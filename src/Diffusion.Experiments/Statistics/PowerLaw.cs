using MathNet.Numerics;

namespace Diffusion.Experiments.Statistics;

/// <summary>A range of costs in which a value goes as a power of the cost.</summary>
/// <param name="First">The place of the first point of the range.</param>
/// <param name="Last">The place of the last.</param>
/// <param name="Exponent">The power in each repeat: their mean, and what is known of it.</param>
public sealed record PowerLaw(int First, int Last, MeanInference Exponent)
{
    /// <summary>The fewest points that can show a straight line.</summary>
    public const int FewestPoints = 3;

    /// <summary>How far a mean may lie from the line: a factor of 1.1.</summary>
    public static readonly double Tolerance = Math.Log(1.1);

    /// <summary>The longest ranges that are straight on logarithmic scales, apart from one another, in order.</summary>
    /// <param name="logCosts">Logarithms of the costs, rising.</param>
    /// <param name="logValues">For each point, the logarithm of the value in each repeat.</param>
    public static IReadOnlyList<PowerLaw> Find(IReadOnlyList<double> logCosts, IReadOnlyList<IReadOnlyList<double>> logValues)
    {
        List<PowerLaw> found = [];
        Search(0, logCosts.Count - 1);
        return found;

        void Search(int from, int to)
        {
            for (int length = to - from + 1; length >= FewestPoints; length--)
            {
                for (int first = from; first + length - 1 <= to; first++)
                {
                    int last = first + length - 1;
                    if (Fitted(logCosts, logValues, first, last) is not { } law)
                        continue;
                    Search(from, first - 1);
                    found.Add(law);
                    Search(last + 1, to);
                    return;
                }
            }
        }
    }

    /// <summary>The longest range that is straight on logarithmic scales, of several that are as long the last; null where none is.</summary>
    /// <param name="logCosts">Logarithms of the costs, rising.</param>
    /// <param name="logValues">For each point, the logarithm of the value in each repeat.</param>
    public static PowerLaw? Longest(IReadOnlyList<double> logCosts, IReadOnlyList<IReadOnlyList<double>> logValues)
    {
        for (int length = logCosts.Count; length >= FewestPoints; length--)
        {
            for (int first = logCosts.Count - length; first >= 0; first--)
            {
                if (Fitted(logCosts, logValues, first, first + length - 1) is { } law)
                    return law;
            }
        }

        return null;
    }

    // Null where the means are not on a line.
    private static PowerLaw? Fitted(IReadOnlyList<double> logCosts, IReadOnlyList<IReadOnlyList<double>> logValues, int first, int last)
    {
        int[] points = [.. Enumerable.Range(first, last - first + 1)];
        double[] costs = [.. points.Select(point => logCosts[point])], means = [.. points.Select(point => logValues[point].Average())];
        (double intercept, double slope) = Fit.Line(costs, means);
        if (!costs.Zip(means).All(point => Math.Abs(point.Second - intercept - (slope * point.First)) <= Tolerance))
            return null;
        return new(first, last, MeanInference.FromValues(
            [.. Enumerable.Range(0, logValues[first].Count).Select(repeat => Fit.Line(costs, [.. points.Select(point => logValues[point][repeat])]).Item2)]));
    }
}
