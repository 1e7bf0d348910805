namespace Diffusion.Grids;

/// <summary>What every grid shares: how many levels a run of N steps has, how it ends, and that its noise falls.</summary>
internal static class GridLevels
{
    /// <summary>Between how many levels with noise the grid's own steps go: N, or N − 1 where the last step leaves it for σ = 0.</summary>
    public static int Intervals(int steps, GridEnd end)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        return end == GridEnd.Zero ? steps - 1 : steps;
    }

    /// <param name="name">The grid's name, for what it says when its levels coincide.</param>
    /// <param name="steps">N, the number of steps asked for.</param>
    /// <param name="end">How the grid ends.</param>
    /// <param name="at">The level at a fraction of the way from the noisiest (0) to the least noisy (1).</param>
    /// <exception cref="ArgumentException">Double precision does not tell two neighbouring levels apart.</exception>
    public static IReadOnlyList<NoiseLevel> Spread(string name, int steps, GridEnd end, Func<double, NoiseLevel> at)
    {
        int intervals = Intervals(steps, end);
        return Finish(name, end, [.. Enumerable.Range(0, intervals + 1).Select(i => at(i / (double)Math.Max(intervals, 1)))]);
    }

    /// <summary>Adds clean data where the grid ends there.</summary>
    /// <param name="name">The grid's name.</param>
    /// <param name="end">How the grid ends.</param>
    /// <param name="levels">Its levels with noise, noisiest first.</param>
    /// <exception cref="ArgumentException">Noise or time does not fall from one level to the next.</exception>
    public static IReadOnlyList<NoiseLevel> Finish(string name, GridEnd end, NoiseLevel[] levels)
    {
        for (int i = 1; i < levels.Length; i++)
        {
            if (!(levels[i].NoiseToSignal < levels[i - 1].NoiseToSignal && levels[i].T < levels[i - 1].T))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"The {name} grid cannot place {levels.Length} distinct levels here: levels {i - 1} and {i} ")
                        + FormattableString.Invariant($"have the noise scales {levels[i - 1].NoiseToSignal:r} and {levels[i].NoiseToSignal:r}. ")
                        + "Take fewer steps, or options that spread them more.");
            }
        }

        return end == GridEnd.Minimum ? levels : [.. levels, NoiseLevel.Clean];
    }

    /// <summary>a + u (b − a), equal to a and b at the ends.</summary>
    public static double Between(double a, double b, double u) => ((1 - u) * a) + (u * b);
}
