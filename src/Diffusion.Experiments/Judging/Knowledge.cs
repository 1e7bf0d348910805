using Diffusion.Experiments.Claims;
using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Judging;

/// <summary>What is known of a number that a claim is about.</summary>
internal abstract class Knowledge
{
    /// <summary>The best guess; null where there is none.</summary>
    public abstract double? Value { get; }

    /// <summary>How many repeats it comes from.</summary>
    public abstract int Repeats { get; }

    /// <summary>Whether it is known without chance: computed, not drawn.</summary>
    public virtual bool IsSure => false;

    /// <summary>Whether more repeats would tell more: it is drawn anew in each, and there are enough to see its spread.</summary>
    public virtual bool GainsFromRepeats => false;

    /// <summary>Where the number lies at a confidence of 1 − <paramref name="level"/>; null where nothing tells.</summary>
    public abstract Interval? Interval(double level);

    /// <summary>The one-sided p-value of what would contradict that the number lies in a region: small where it does lie there.</summary>
    public abstract double PValueOfOutside(Region region);

    /// <summary>The one-sided p-value of the number's lying in a region: small where it does not.</summary>
    public abstract double PValueOfInside(Region region);

    /// <summary>What would tell whether the number lies in a region, at a level; null where nobody can say.</summary>
    public abstract Remedy? Remedy(Region region, double level);

    /// <summary>How far a guess is from the nearest end of a region.</summary>
    public static double Distance(double value, Region region) => new[] { region.Low, region.High }.OfType<double>().Min(end => Math.Abs(value - end));
}
