using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Diffusion.Experiments.Manifests;

namespace Diffusion.Experiments.Planning;

/// <summary>A composed manifest, ready to be written out.</summary>
/// <param name="root">The tree.</param>
/// <param name="files">The nodes that are paths of files, with the full path of each.</param>
internal sealed class FrozenManifest(ManifestNode root, IReadOnlyDictionary<ManifestNode, string> files)
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Write(string name, string folder)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, Indented))
        {
            ManifestNode nameNode = ManifestNode.Scalar(ManifestNodeKind.String, name, root.Origin);
            ManifestNode unnamed = Relocate(root, folder).Without(ManifestKeys.Schema, ManifestKeys.Name);
            ManifestNode.Object([new(ManifestKeys.Name, root.Origin, nameNode), .. unnamed.Members], root.Origin).WriteTo(writer);
        }

        return $"{Encoding.UTF8.GetString(stream.ToArray())}\n";
    }

    private ManifestNode Relocate(ManifestNode node, string folder)
    {
        if (files.TryGetValue(node, out string? path))
            return ManifestNode.Scalar(ManifestNodeKind.String, Path.GetRelativePath(folder, path).Replace('\\', '/'), node.Origin);
        return node.Kind switch
        {
            ManifestNodeKind.Object => ManifestNode.Object([.. node.Members.Select(m => m with { Value = Relocate(m.Value, folder) })], node.Origin),
            ManifestNodeKind.Array => ManifestNode.Array([.. node.Items.Select(item => Relocate(item, folder))], node.Origin),
            _ => node,
        };
    }
}
