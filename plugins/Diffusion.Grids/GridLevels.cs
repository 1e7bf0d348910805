namespace Diffusion.Grids;

/// <summary>What every grid shares: how many levels a run of N steps has and how it ends.</summary>
internal static class GridLevels
{
    /// <param name="steps">N, the number of solver steps.</param>
    /// <param name="end">Whether the last of them goes to σ = 0.</param>
    /// <param name="at">The level at a fraction of the way from the noisiest (0) to the least noisy (1).</param>
    public static IReadOnlyList<NoiseLevel> Spread(int steps, GridEnd end, Func<double, NoiseLevel> at)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        var levels = new NoiseLevel[steps + 1];
        int intervals = end == GridEnd.Zero ? steps - 1 : steps;
        for (int i = 0; i <= intervals; i++)
            levels[i] = at(i / (double)Math.Max(intervals, 1));
        if (end == GridEnd.Zero)
            levels[steps] = NoiseLevel.Clean;
        return levels;
    }

    /// <summary>a + u (b − a), equal to a and b at the ends.</summary>
    public static double Between(double a, double b, double u) => ((1 - u) * a) + (u * b);
}
