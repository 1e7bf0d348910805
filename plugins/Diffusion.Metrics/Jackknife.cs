namespace Diffusion.Metrics;

/// <summary>The jackknife of a sample: what an estimate becomes without each of its points.</summary>
internal static class Jackknife
{
    /// <summary>The estimate's variance over the draw of these points: never too small on average (Efron &amp; Stein 1981).</summary>
    /// <param name="leavingOut">The estimate without each of n points.</param>
    public static double Variance(IReadOnlyCollection<double> leavingOut)
    {
        double mean = leavingOut.Average();
        return (leavingOut.Count - 1.0) / leavingOut.Count * leavingOut.Sum(estimate => (estimate - mean) * (estimate - mean));
    }
}
