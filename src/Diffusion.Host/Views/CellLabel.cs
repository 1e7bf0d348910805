using Diffusion.Experiments.Components;

namespace Diffusion.Host.Views;

/// <summary>A cell as people know it.</summary>
internal static class CellLabel
{
    /// <summary>"10 heun 20 #1": its places on the axes that concern it, and its repeat; "#2.1" is repeat 1 of network 2.</summary>
    public static string Format(IReadOnlyDictionary<string, string> axes, RepeatNumber repeat) =>
        string.Join(' ', [.. axes.Values.Where(label => label.Length > 0), $"#{repeat}"]);
}
