using Diffusion.Experiments.Claims;
using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Judging;

/// <summary>The mean of a number that every repeat draws anew.</summary>
/// <param name="mean">What the repeats say.</param>
/// <param name="slack">How far parts of it that are computed may be off.</param>
internal sealed class RepeatedNumber(MeanInference mean, double slack) : Knowledge
{
    public override double? Value => mean.Moments.Mean;

    public override int Repeats => mean.Moments.Count;

    public override bool GainsFromRepeats => true;

    public override Interval? Interval(double level) =>
        mean.Interval(1 - level) is { } interval ? new(interval.Low - slack, interval.High + slack) : null;

    public override double PValueOfOutside(Region region) => Math.Max(
        region.Low is { } low ? mean.PValueOfAtMost(low + slack)!.Value : 0, region.High is { } high ? mean.PValueOfAtLeast(high - slack)!.Value : 0);

    // Of two ways to lie outside, each may go wrong.
    public override double PValueOfInside(Region region) => (region.Low, region.High) switch
    {
        ({ } low, { } high) => Math.Min(1, 2 * Math.Min(Below(low), Above(high))),
        ({ } low, null) => Below(low),
        (null, { } high) => Above(high),
        _ => 1,
    };

    public override Remedy? Remedy(Region region, double level)
    {
        double effect = Math.Max(0, Distance(mean.Moments.Mean, region) - slack) / mean.Moments.StandardDeviation;
        return RepeatPlanning.Needed(effect, level) is { } needed && Math.Max(needed, Repeats + 1) is var repeats
            ? new($"about {RepeatPlanning.Rounded(repeats)} repeats", repeats)
            : new($"more than {RepeatPlanning.Most} repeats: it lies too near the end of what is claimed");
    }

    private double Below(double low) => mean.PValueOfAtLeast(low - slack)!.Value;

    private double Above(double high) => mean.PValueOfAtMost(high + slack)!.Value;
}
