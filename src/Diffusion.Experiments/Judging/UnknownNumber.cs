using Diffusion.Experiments.Claims;
using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Judging;

/// <summary>A number of which too little is known to say where it lies.</summary>
/// <param name="value">The best guess; null where there is none.</param>
/// <param name="repeats">How many repeats there are.</param>
/// <param name="remedy">What would tell.</param>
/// <param name="isFailed">Whether there is no such number, so that what is claimed of it is not so.</param>
internal sealed class UnknownNumber(double? value, int repeats, Remedy? remedy, bool isFailed = false) : Knowledge
{
    public override double? Value => value;

    public override int Repeats => repeats;

    public override bool IsSure => isFailed;

    public override Interval? Interval(double level) => null;

    public override double PValueOfOutside(Region region) => 1;

    public override double PValueOfInside(Region region) => isFailed ? 0 : 1;

    public override Remedy? Remedy(Region region, double level) => remedy;
}
