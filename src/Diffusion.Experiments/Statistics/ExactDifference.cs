namespace Diffusion.Experiments.Statistics;

/// <summary>Values beside those of an exact sampler, repeat by repeat.</summary>
public static class ExactDifference
{
    /// <summary>Whether values are not distinguishable from an exact sampler's, or better.</summary>
    /// <param name="goal">What good values are like.</param>
    /// <param name="unit">What counts as one repetition.</param>
    /// <param name="pairs">A value and the exact sampler's value for each repeat, with the number of its network.</param>
    /// <returns>False where there are too few repetitions to tell.</returns>
    public static bool IsAsExact(MetricGoal goal, RepeatUnit unit, IReadOnlyList<(int Network, double Value, double Exact)> pairs)
    {
        if (pairs.Count == 0)
            return false;
        double magnitude = pairs.Max(pair => Math.Max(Math.Abs(pair.Value), Math.Abs(pair.Exact)));
        IReadOnlyList<double> differences = unit.Values(pairs.Select(pair => (pair.Network, goal.Cost(pair.Value) - goal.Cost(pair.Exact))));
        return MeanInference.FromValues(differences, magnitude).Interval() is { Low: <= 0 };
    }
}
