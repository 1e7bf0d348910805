namespace Diffusion.Experiments.Manifests;

/// <summary>Where text comes from.</summary>
/// <param name="Name">The file as messages show it, or the text of a <c>--set</c>.</param>
/// <param name="Folder">Full path of the folder that relative paths in it start from.</param>
internal sealed record ManifestSource(string Name, string Folder)
{
    /// <summary>A file; shown relative to the current directory when it lies below.</summary>
    public static ManifestSource OfFile(string fullPath)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, fullPath);
        bool isBelow = relative != ".." && !relative.StartsWith($"..{Path.DirectorySeparatorChar}", StringComparison.Ordinal);
        return new(isBelow ? relative : fullPath, Path.GetDirectoryName(fullPath)!);
    }
}
