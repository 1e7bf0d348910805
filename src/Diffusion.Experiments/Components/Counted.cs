using System.Globalization;

namespace Diffusion.Experiments.Components;

/// <summary>How many there are of something, for people.</summary>
public static class Counted
{
    /// <summary>"1 cell", "7 cells", "12,300 cells".</summary>
    public static string Text(int count, string noun) => $"{count.ToString("#,0", CultureInfo.InvariantCulture)} {noun}{(count == 1 ? "" : "s")}";
}
