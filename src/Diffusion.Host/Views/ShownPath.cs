namespace Diffusion.Host.Views;

/// <summary>Paths for people.</summary>
internal static class ShownPath
{
    /// <summary>A path that can be opened from the current folder: relative to it where it lies within.</summary>
    public static string Relative(string path)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}
