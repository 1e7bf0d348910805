namespace Diffusion.Experiments.Comparing;

/// <summary>What the common repeats of two configurations say.</summary>
public enum PairVerdict
{
    /// <summary>The first is better, after the correction for all comparisons.</summary>
    Better,

    /// <summary>The first is worse, after the correction for all comparisons.</summary>
    Worse,

    /// <summary>The repeats do not tell them apart.</summary>
    NotDistinguishable,

    /// <summary>Both gave the same values, repeat by repeat.</summary>
    Same,

    /// <summary>They differ by the same amount in all repeats, which therefore say nothing about its error.</summary>
    DoesNotVary,

    /// <summary>There are fewer common repeats, or networks, than an interval takes.</summary>
    TooFewRepeats,

    /// <summary>No repeat has a value of both.</summary>
    NoCommonRepeats,
}
