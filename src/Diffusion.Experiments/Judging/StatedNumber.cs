using System.Globalization;
using Diffusion.Experiments.Claims;
using Diffusion.Experiments.Statistics;
using MathNet.Numerics.Distributions;

namespace Diffusion.Experiments.Judging;

/// <summary>
/// A number from too few repeats to tell its spread, or from repeats that share what it is uncertain of, with the standard error that it came with.
/// </summary>
/// <param name="value">The number.</param>
/// <param name="standardError">Its standard error.</param>
/// <param name="slack">How far parts of it that are computed may be off.</param>
/// <param name="repeats">How many repeats there are.</param>
internal sealed class StatedNumber(double value, double standardError, double slack, int repeats) : Knowledge
{
    public override double? Value => value;

    public override int Repeats => repeats;

    public override Interval? Interval(double level)
    {
        double reach = (Normal.InvCDF(0, 1, 1 - (level / 2)) * standardError) + slack;
        return new(value - reach, value + reach);
    }

    public override double PValueOfOutside(Region region) =>
        Math.Max(region.Low is { } low ? Tail(value - low) : 0, region.High is { } high ? Tail(high - value) : 0);

    public override double PValueOfInside(Region region) => (region.Low, region.High) switch
    {
        ({ } low, { } high) => Math.Min(1, 2 * Math.Min(Tail(low - value), Tail(value - high))),
        ({ } low, null) => Tail(low - value),
        (null, { } high) => Tail(value - high),
        _ => 1,
    };

    public override Remedy? Remedy(Region region, double level)
    {
        string repeated = repeats < MeanInference.FewestValues ? $", or at least {MeanInference.FewestValues} repeats" : "";
        double distance = Distance(value, region) - slack;
        double reach = Normal.InvCDF(0, 1, 1 - (level / 2)) + Normal.InvCDF(0, 1, RepeatPlanning.UsualPower);
        double factor = Math.Pow(reach * standardError / distance, 2);
        return new(distance > 0 && factor < RepeatPlanning.Most
            ? $"about {Math.Max(factor, 1.1).ToString("g2", CultureInfo.InvariantCulture)} times as many samples{repeated}"
            : $"many more samples{repeated}: it lies near the end of what is claimed");
    }

    // The probability of a guess so far beyond the end of a region, were the number at that end.
    private double Tail(double beyond) => Normal.CDF(0, 1, -(beyond - slack) / standardError);
}
