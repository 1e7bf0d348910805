using System.Globalization;

namespace Diffusion.Experiments.Components;

/// <summary>How many there are of something, for people.</summary>
public static class Counted
{
    /// <summary>"1 cell", "7 cells".</summary>
    public static string Text(int count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");
}
