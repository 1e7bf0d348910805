using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Judging;

/// <summary>What records say of one comparison of a claim.</summary>
internal abstract class Evidence
{
    /// <summary>Which comparison: what sets it apart from the others of the claim.</summary>
    public required string Place { get; init; }

    /// <summary>What is claimed of the value, for people.</summary>
    public abstract string Claimed { get; }

    /// <summary>The value; null where there is none.</summary>
    public abstract double? Value { get; }

    /// <summary>How many repeats it comes from.</summary>
    public abstract int Repeats { get; }

    /// <summary>Whether what it says is said without chance.</summary>
    public abstract bool IsSure { get; }

    /// <summary>Whether more repeats would tell more.</summary>
    public abstract bool GainsFromRepeats { get; }

    /// <summary>The one-sided p-value of the comparison's not holding: small where it holds.</summary>
    public abstract double PValueOfFailure { get; }

    /// <summary>The one-sided p-value of the comparison's holding: small where it does not hold.</summary>
    public abstract double PValueOfHolding { get; }

    /// <summary>How far the value is from the nearest end of what is claimed; null where there is none.</summary>
    public abstract double? Distance { get; }

    /// <summary>Where the value lies at a confidence of 1 − <paramref name="level"/>; null where nothing tells.</summary>
    public abstract Interval? Interval(double level);

    /// <summary>What would decide it at a level; null where nobody can say.</summary>
    public abstract Remedy? Remedy(double level);
}
