namespace Diffusion.Experiments.Statistics;

/// <summary>Values beside those of an exact sampler, repeat by repeat.</summary>
public static class ExactDifference
{
    /// <summary>Whether values are not distinguishable from an exact sampler's, or better.</summary>
    /// <param name="goal">What good values are like.</param>
    /// <param name="pairs">A value and the exact sampler's value, a repeat.</param>
    /// <returns>False where there are too few repeats to tell.</returns>
    public static bool IsAsExact(MetricGoal goal, IReadOnlyList<(double Value, double Exact)> pairs)
    {
        if (pairs.Count == 0)
            return false;
        double magnitude = pairs.Max(pair => Math.Max(Math.Abs(pair.Value), Math.Abs(pair.Exact)));
        return MeanInference.FromValues([.. pairs.Select(pair => goal.Cost(pair.Value) - goal.Cost(pair.Exact))], magnitude).Interval() is { Low: <= 0 };
    }
}
