namespace Diffusion.Experiments.Comparing;

/// <summary>The configurations that differ in the compared axis alone: every other axis has one value.</summary>
public sealed record ComparisonBlock
{
    /// <summary>Which block: axis → label, over the axes that are not compared.</summary>
    public required IReadOnlyDictionary<string, string> Axes { get; init; }

    /// <summary>The configurations, the best mean first.</summary>
    public required IReadOnlyList<ConfigurationResult> Configurations { get; init; }

    /// <summary>The comparisons: each pair once, the better mean first; or each configuration with the baseline.</summary>
    public required IReadOnlyList<PairDifference> Pairs { get; init; }

    /// <summary>The largest groups in which no two are distinguishable.</summary>
    public required IReadOnlyList<IReadOnlyList<string>> NotDistinguishable { get; init; }

    /// <summary>The comparison of two configurations, the first minus the second; null where there is none.</summary>
    public PairDifference? Find(string first, string second) =>
        Pairs.FirstOrDefault(pair => pair.First == first && pair.Second == second)
            ?? Pairs.FirstOrDefault(pair => pair.First == second && pair.Second == first)?.Reversed();
}
