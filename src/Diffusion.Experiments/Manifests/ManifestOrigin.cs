namespace Diffusion.Experiments.Manifests;

/// <summary>Where a node or key is written.</summary>
/// <param name="Source">In what.</param>
/// <param name="Line">Line from 1; 0 outside files.</param>
/// <param name="Column">Column from 1, in characters; 0 outside files.</param>
/// <param name="Place">Where within the source.</param>
internal sealed record ManifestOrigin(ManifestSource Source, int Line, int Column, JsonPlace Place)
{
    /// <inheritdoc cref="ManifestOrigin(ManifestSource, int, int, JsonPlace)"/>
    public ManifestOrigin(ManifestSource source, int line, int column, string path)
        : this(source, line, column, JsonPlace.At(path))
    {
    }

    /// <summary>JSONPath within the source.</summary>
    public string Path => Place.ToString();
}
