namespace Diffusion.Experiments.Statistics;

/// <summary>
/// Holm's correction (Holm 1979): of a family of tests, the chance that any true null hypothesis is rejected stays below the level at which the corrected
/// p-values are read, however the tests depend on each other.
/// </summary>
public static class HolmCorrection
{
    /// <summary>The corrected p-values, in the order of the given ones.</summary>
    public static double[] Adjust(IReadOnlyList<double> pValues)
    {
        double[] adjusted = new double[pValues.Count];
        double largest = 0;
        foreach ((int rank, int index) in Enumerable.Range(0, pValues.Count).OrderBy(i => pValues[i]).Index())
        {
            largest = Math.Max(largest, Math.Min(1, (pValues.Count - rank) * pValues[index]));
            adjusted[index] = largest;
        }

        return adjusted;
    }
}
