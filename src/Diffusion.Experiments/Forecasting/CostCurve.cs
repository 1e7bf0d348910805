namespace Diffusion.Experiments.Forecasting;

/// <summary>What a piece of work costs as a power of its size, from timings of a few sizes: seconds at size n are s (n/n₀)^p.</summary>
/// <param name="Size">n₀, the largest size that was timed.</param>
/// <param name="Seconds">s.</param>
/// <param name="Exponent">p.</param>
internal readonly record struct CostCurve(double Size, double Seconds, double Exponent)
{
    // Work that looks at all triples of its rows is the most that is believed; less than constant is noise.
    private const double LargestExponent = 3;

    // Of one size alone, which is then the only one wanted or all that there was time for.
    private const double UsualExponent = 1;

    /// <summary>Work that is not done.</summary>
    public static CostCurve Nothing => new(1, 0, 0);

    /// <summary>Sizes that double, from a few to all of them, which is always the last.</summary>
    /// <param name="first">The first.</param>
    /// <param name="all">All; at least 1.</param>
    public static IEnumerable<int> Sizes(int first, int all)
    {
        for (long size = first; size < all; size *= 2)
            yield return (int)size;
        yield return all;
    }

    /// <summary>Times growing sizes until one takes long enough to tell. The whole size is then either timed itself or follows from the last two.</summary>
    /// <param name="sizes">The sizes, rising.</param>
    /// <param name="enough">Seconds that tell.</param>
    /// <param name="time">
    /// Times one size: seconds of the work when it is done for the first time, and when parts of it are known from before. Null ends the timing.
    /// </param>
    /// <returns>Both curves; null where nothing could be timed.</returns>
    public static (CostCurve First, CostCurve Later)? Fit(IEnumerable<int> sizes, double enough, Func<int, (double First, double Later)?> time)
    {
        List<(int Size, double First, double Later)> points = [];
        foreach (int size in sizes)
        {
            if (time(size) is not { } seconds)
                break;
            points.Add((size, seconds.First, seconds.Later));
            // Of one size nobody knows how the work grows.
            if (seconds.First >= enough && points.Count > 1)
                break;
        }

        return points.Count == 0
            ? null
            : (Through([.. points.Select(point => (point.Size, point.First))]), Through([.. points.Select(point => (point.Size, point.Later))]));
    }

    /// <summary>Seconds at a size.</summary>
    public double At(double size) => Seconds * Math.Pow(size / Size, Exponent);

    private static CostCurve Through((int Size, double Seconds)[] points)
    {
        (int size, double seconds) = points[^1];
        if (points is not [.., var before, _] || !(before.Seconds > 0) || !(seconds > 0))
            return new(size, seconds, UsualExponent);
        double exponent = Math.Log(seconds / before.Seconds) / Math.Log((double)size / before.Size);
        return new(size, seconds, Math.Clamp(exponent, 0, LargestExponent));
    }
}
