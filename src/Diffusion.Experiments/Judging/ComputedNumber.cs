using Diffusion.Experiments.Claims;
using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Judging;

/// <summary>A number that is computed, not drawn, up to an error that is not exceeded.</summary>
/// <param name="value">The number.</param>
/// <param name="error">The error of its quadrature.</param>
/// <param name="repeats">How many repeats have it, all the same.</param>
internal sealed class ComputedNumber(double value, double error, int repeats) : Knowledge
{
    public override double? Value => value;

    public override int Repeats => repeats;

    public override bool IsSure => true;

    public override Interval? Interval(double level) => new(value - error, value + error);

    public override double PValueOfOutside(Region region) => region.Contains(value - error) && region.Contains(value + error) ? 0 : 1;

    public override double PValueOfInside(Region region) =>
        value + error < region.Low || (region.IsBelowHigh ? value - error >= region.High : value - error > region.High) ? 0 : 1;

    public override Remedy? Remedy(Region region, double level) => new(error > 0
        ? "a smaller error of the quadrature (the metric's tolerance)"
        : "nothing: it lies at the end of what is claimed");
}
