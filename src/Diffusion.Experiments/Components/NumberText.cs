using System.Globalization;

namespace Diffusion.Experiments.Components;

/// <summary>Numbers as text: equal numbers have equal texts, however they are written.</summary>
internal static class NumberText
{
    // Who states the ends of a range has round numbers in mind; nobody means one with more digits than these.
    private const string RoundDigits = "G9";
    private const double RoundingError = 1e-14;

    /// <summary>A number in its shortest form; zero has no sign.</summary>
    public static string Format(double value) => value == 0 ? "0" : value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A JSON number. Whole numbers of 64 bits keep all their digits, which float64 would not.</summary>
    public static string FormatJson(string json)
    {
        double value = double.Parse(json, NumberStyles.Float, CultureInfo.InvariantCulture);
        // Decimal has 28 digits, so that 1e-40 would read as the whole number 0.
        return double.IsInteger(value)
            && decimal.TryParse(json, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal exact)
            && decimal.IsInteger(exact) && exact is >= long.MinValue and <= long.MaxValue
                ? ((long)exact).ToString(CultureInfo.InvariantCulture)
                : Format(value);
    }

    /// <summary>Text as a number in its one form, if it is one; else as it is.</summary>
    public static string Canonical(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? FormatJson(text) : text;

    /// <summary>The round number that a computed one stands for: 10 for 9.999999999999998. Numbers near no round one stay as they are.</summary>
    public static double Rounded(double value)
    {
        double round = double.Parse(value.ToString(RoundDigits, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return Math.Abs(round - value) <= RoundingError * Math.Abs(value) ? round : value;
    }
}
