namespace Diffusion.Host.Views;

/// <summary>A cell as people know it.</summary>
internal static class CellLabel
{
    /// <summary>"10 heun 20 #1": its places on the axes that concern it, and its repeat.</summary>
    public static string Format(IReadOnlyDictionary<string, string> axes, int repeat) =>
        string.Join(' ', [.. axes.Values.Where(label => label.Length > 0), $"#{repeat}"]);
}
