namespace Diffusion.Experiments.Comparing;

/// <summary>How the comparisons of one configuration ended, over all blocks and all others.</summary>
/// <param name="Name">The configuration.</param>
/// <param name="Won">It is better.</param>
/// <param name="Tied">The repeats do not tell them apart, or the values are the same.</param>
/// <param name="Lost">It is worse.</param>
/// <param name="Open">Nothing can be said: too few common repeats, or values that do not vary.</param>
public sealed record ConfigurationTally(string Name, int Won, int Tied, int Lost, int Open)
{
    /// <summary>The tallies of configurations, those with the most wins over losses first.</summary>
    internal static IReadOnlyList<ConfigurationTally> CountVerdicts(IReadOnlyList<string> names, IReadOnlyList<PairDifference> pairs)
    {
        ILookup<string, PairVerdict> verdicts = pairs.Concat(pairs.Select(pair => pair.Reversed())).ToLookup(pair => pair.First, pair => pair.Verdict);
        return [.. names
            .Select(name => new ConfigurationTally(
                name,
                verdicts[name].Count(verdict => verdict == PairVerdict.Better),
                verdicts[name].Count(verdict => verdict is PairVerdict.NotDistinguishable or PairVerdict.Same),
                verdicts[name].Count(verdict => verdict == PairVerdict.Worse),
                verdicts[name].Count(verdict => verdict is PairVerdict.TooFewRepeats or PairVerdict.DoesNotVary or PairVerdict.NoCommonRepeats)))
            .OrderByDescending(tally => tally.Won - tally.Lost)];
    }
}
