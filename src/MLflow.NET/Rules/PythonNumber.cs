using System.Globalization;

namespace MLflow.Rules;

/// <summary>Doubles as Python writes them, in which MLflow's messages and files are.</summary>
internal static class PythonNumber
{
    // Python writes out numbers of up to so many digits before the point, and so many zeros after it.
    private const int LargestExponent = 15;
    private const int SmallestExponent = -4;

    /// <summary>The shortest text that is read back as the same number.</summary>
    public static string Write(double value)
    {
        if (!double.IsFinite(value))
            return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        string sign = double.IsNegative(value) ? "-" : "";
        (string digits, int exponent) = Digits(Math.Abs(value));
        if (exponent is < SmallestExponent or > LargestExponent)
        {
            string mantissa = digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}";
            return string.Create(CultureInfo.InvariantCulture, $"{sign}{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
        }
        if (exponent < 0)
            return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        string whole = digits.PadRight(exponent + 1, '0');
        return $"{sign}{whole[..(exponent + 1)]}.{(whole.Length > exponent + 1 ? whole[(exponent + 1)..] : "0")}";
    }

    /// <summary>The fewest digits that tell the number from its neighbours, and the power of ten of the first.</summary>
    private static (string Digits, int Exponent) Digits(double value)
    {
        string[] parts = value.ToString("R", CultureInfo.InvariantCulture).Split('E');
        string[] sides = parts[0].Split('.');
        string all = sides[0] + (sides.Length > 1 ? sides[1] : "");
        int leading = all.Length - all.TrimStart('0').Length;
        string digits = all.Trim('0');
        if (digits.Length == 0)
            return ("0", 0);
        int exponent = sides[0].Length - 1 - leading
            + (parts.Length > 1 ? int.Parse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0);
        return (digits, exponent);
    }
}
