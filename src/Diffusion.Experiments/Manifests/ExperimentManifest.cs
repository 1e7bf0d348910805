namespace Diffusion.Experiments.Manifests;

/// <summary>
/// A manifest as it is written, with what it extends and what was set on the command line laid over it. Nothing of its content is checked yet.
/// </summary>
public sealed class ExperimentManifest
{
    internal ExperimentManifest(string file, ManifestNode root, IReadOnlyList<(ManifestPath Path, ManifestOrigin StatedAt)> sets)
    {
        File = file;
        Root = root;
        Sets = sets;
    }

    /// <summary>Full path of the file.</summary>
    public string File { get; }

    internal ManifestNode Root { get; }

    /// <summary>What was set on the command line, and where.</summary>
    internal IReadOnlyList<(ManifestPath Path, ManifestOrigin StatedAt)> Sets { get; }
}
