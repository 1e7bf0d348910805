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
        double[] means = [.. logValues.Select(values => values.Average())];
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
                    if (!IsStraight(first, last))
                        continue;
                    Search(from, first - 1);
                    found.Add(new(first, last, MeanInference.FromValues(
                        [.. Enumerable.Range(0, logValues[first].Count).Select(repeat => Slope(first, last, point => logValues[point][repeat]))])));
                    Search(last + 1, to);
                    return;
                }
            }
        }

        bool IsStraight(int first, int last)
        {
            (double intercept, double slope) = Line(first, last, point => means[point]);
            return Enumerable.Range(first, last - first + 1).All(point => Math.Abs(means[point] - intercept - (slope * logCosts[point])) <= Tolerance);
        }

        double Slope(int first, int last, Func<int, double> value) => Line(first, last, value).Slope;

        (double Intercept, double Slope) Line(int first, int last, Func<int, double> value)
        {
            int[] points = [.. Enumerable.Range(first, last - first + 1)];
            (double intercept, double slope) = Fit.Line([.. points.Select(point => logCosts[point])], [.. points.Select(value)]);
            return (intercept, slope);
        }
    }
}
