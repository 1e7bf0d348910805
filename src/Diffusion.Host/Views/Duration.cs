using System.Globalization;

namespace Diffusion.Host.Views;

/// <summary>Times for people.</summary>
internal static class Duration
{
    /// <summary>"0.8 s", "42 s", "3 min 20 s", "2 h 5 min", "4 d 3 h".</summary>
    public static string Text(TimeSpan time)
    {
        double seconds = time.TotalSeconds;
        return seconds switch
        {
            < 9.95 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#} s"),
            < 89.5 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s"),
            < 3570 => Two(seconds, 60, "min", 1, "s", 5),
            < 171_000 => Two(seconds, 3600, "h", 60, "min", 1),
            _ => Two(seconds, 86_400, "d", 3600, "h", 1),
        };
    }

    /// <summary>"about 40 s left", to the digits that a forecast has; "" where nothing is known.</summary>
    public static string Left(TimeSpan? time) => time switch
    {
        null => "",
        { TotalSeconds: < 1 } => "about 1 s left",
        { TotalSeconds: < 20 } left => $"about {Text(TimeSpan.FromSeconds(Math.Round(left.TotalSeconds)))} left",
        { TotalSeconds: < 600 } left => $"about {Text(TimeSpan.FromSeconds(Math.Round(left.TotalSeconds / 10) * 10))} left",
        { TotalSeconds: < 36_000 } left => $"about {Text(TimeSpan.FromMinutes(Math.Round(left.TotalMinutes)))} left",
        { } left => $"about {Text(left)} left",
    };

    private static string Two(double seconds, int large, string largeUnit, int small, string smallUnit, int multiple)
    {
        long units = (long)Math.Round(seconds / (small * multiple)) * multiple;
        (long whole, long rest) = Math.DivRem(units, large / small);
        return rest == 0 ? $"{whole} {largeUnit}" : $"{whole} {largeUnit} {rest} {smallUnit}";
    }
}
