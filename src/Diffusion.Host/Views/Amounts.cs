using System.Globalization;

namespace Diffusion.Host.Views;

/// <summary>Estimated amounts for people: no more digits than an estimate has.</summary>
internal static class Amounts
{
    private static readonly (double Seconds, string Unit)[] Times = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    private static readonly string[] Sizes = ["B", "kB", "MB", "GB", "TB", "PB"];

    /// <summary>"under 1 s", "45 s", "3 min", "1.5 h".</summary>
    public static string Duration(double seconds)
    {
        if (seconds < 1)
            return "under 1 s";
        // 95 s are "95 s" rather than "1.6 min": units change where two digits no longer say enough.
        (double size, string unit) = Array.Find(Times, time => seconds / time.Seconds >= (time.Seconds == 1 ? 1 : 1.5));
        return $"{Text(Rounded(seconds / size))} {unit}";
    }

    /// <summary>"830 B", "3.2 MB".</summary>
    public static string Bytes(long bytes)
    {
        double value = bytes;
        int unit = 0;
        while (Rounded(value) >= 1000 && unit < Sizes.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        return $"{Text(Rounded(value))} {Sizes[unit]}";
    }

    /// <summary>A count of many, to three digits: "12300", "1.23e9".</summary>
    public static string Count(double count) => count < 1e6
        ? Math.Round(count).ToString("#,0", CultureInfo.InvariantCulture)
        : count.ToString("0.##e0", CultureInfo.InvariantCulture);

    // Two digits.
    private static double Rounded(double value)
    {
        if (value == 0)
            return 0;
        double unit = Math.Pow(10, Math.Floor(Math.Log10(value)) - 1);
        return Math.Round(value / unit) * unit;
    }

    private static string Text(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
