namespace Diffusion.Experiments.Statistics;

/// <summary>The ranks that something may have among others, 1 the best.</summary>
/// <param name="Low">The best that it may have.</param>
/// <param name="High">The worst that it may have.</param>
public readonly record struct RankInterval(int Low, int High)
{
    /// <summary>
    /// The ranks that decided pairs leave open: one place behind all that are better, and before all that are worse. Where all pairs are decided at a joint
    /// level, all true ranks lie in these intervals at that level.
    /// </summary>
    /// <param name="count">How many are ranked.</param>
    /// <param name="isBetter">Whether the first is known to be better than the second.</param>
    public static RankInterval[] FromPairs(int count, Func<int, int, bool> isBetter)
    {
        int[] all = [.. Enumerable.Range(0, count)];
        return [.. all.Select(i => new RankInterval(1 + all.Count(j => j != i && isBetter(j, i)), count - all.Count(j => j != i && isBetter(i, j))))];
    }

    /// <inheritdoc/>
    public override string ToString() => Low == High ? $"{Low}" : $"{Low}–{High}";
}
