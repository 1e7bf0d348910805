namespace Diffusion.Experiments.Statistics;

/// <summary>What cannot be had better at the same price.</summary>
public static class ParetoFront
{
    /// <summary>The places of all points that no other point undercuts: nothing costs as little and loses less. From the cheapest on.</summary>
    /// <param name="points">Cost and loss of each.</param>
    public static IReadOnlyList<int> Indices(IReadOnlyList<(double Cost, double Loss)> points)
    {
        List<int> front = [];
        double best = double.PositiveInfinity;
        foreach (int index in Enumerable.Range(0, points.Count).OrderBy(i => points[i].Cost).ThenBy(i => points[i].Loss))
        {
            if (points[index].Loss < best)
            {
                front.Add(index);
                best = points[index].Loss;
            }
        }

        return front;
    }
}
