using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Diffusion.Experiments.Components;

/// <summary>
/// The bounds of a <see cref="RangeAttribute"/>. Compared as float64: the attribute's own check would first round a number to the type of
/// its bounds, so that 0.6 passes a range of whole numbers from 1.
/// </summary>
internal readonly record struct NumberRange(double Minimum, bool MinimumIsExclusive, double Maximum, bool MaximumIsExclusive)
{
    public static NumberRange FromAttribute(RangeAttribute range) => new(
        Bound(range.Minimum, double.NegativeInfinity),
        range.MinimumIsExclusive,
        Bound(range.Maximum, double.PositiveInfinity),
        range.MaximumIsExclusive);

    public bool Contains(double value) =>
        (MinimumIsExclusive ? value > Minimum : value >= Minimum) && (MaximumIsExclusive ? value < Maximum : value <= Maximum);

    public override string ToString()
    {
        string low = (MinimumIsExclusive ? "greater than " : "at least ") + Text(Minimum);
        string high = (MaximumIsExclusive ? "less than " : "at most ") + Text(Maximum);
        return (double.IsInfinity(Minimum), double.IsInfinity(Maximum)) switch
        {
            (true, true) => "any number",
            (false, true) => low,
            (true, false) => high,
            _ when !MinimumIsExclusive && !MaximumIsExclusive => $"between {Text(Minimum)} and {Text(Maximum)}",
            _ => $"{low} and {high}",
        };
    }

    // The largest values of each number type are how attributes say "no bound".
    private static double Bound(object bound, double unbounded)
    {
        double value = Convert.ToDouble(bound, CultureInfo.InvariantCulture);
        bool isUnbounded = bound is int.MaxValue or int.MinValue || Math.Abs(value) is double.MaxValue or >= long.MaxValue;
        return isUnbounded ? unbounded : value;
    }

    private static string Text(double value) => NumberText.Format(value);
}
