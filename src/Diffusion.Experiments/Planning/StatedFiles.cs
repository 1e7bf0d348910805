using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Diffusion.Experiments.Storage;

namespace Diffusion.Experiments.Planning;

/// <summary>
/// The files that a composed manifest or a plan names. No component is asked which of its options are paths: keys have the digest of a file in the place of its
/// path, and so tell it.
/// </summary>
internal static class StatedFiles
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Indented = new(Compact) { WriteIndented = true, NewLine = "\n" };

    /// <summary>The files of a part of a plan.</summary>
    /// <param name="stated">The part as manifests state it.</param>
    /// <param name="canonical">The part as keys have it.</param>
    public static IEnumerable<StatedFile> Find(string stated, string canonical) => Find(JsonNode.Parse(stated), JsonNode.Parse(canonical));

    /// <summary>JSON with other paths in the place of some of its texts.</summary>
    public static string Replace(string json, IReadOnlyDictionary<string, string> paths, bool indented = false)
    {
        JsonNode root = JsonNode.Parse(json)!;
        return (Replace(root, paths) ?? root).ToJsonString(indented ? Indented : Compact);
    }

    private static IEnumerable<StatedFile> Find(JsonNode? stated, JsonNode? canonical) => (stated, canonical) switch
    {
        (JsonObject a, JsonObject b) => a.SelectMany(member => Find(member.Value, b[member.Key])),
        (JsonArray a, JsonArray b) => a.Zip(b).SelectMany(pair => Find(pair.First, pair.Second)),
        (JsonValue a, JsonValue b) when a.TryGetValue(out string? path) && b.TryGetValue(out string? digest)
            && digest.StartsWith(FileDigest.KeyPrefix, StringComparison.Ordinal) && path != digest => [new(path, digest[FileDigest.KeyPrefix.Length..])],
        _ => [],
    };

    // What stands in the place of a node, or null where the node stays.
    private static JsonValue? Replace(JsonNode? node, IReadOnlyDictionary<string, string> paths)
    {
        switch (node)
        {
            case JsonObject members:
                foreach ((string name, JsonNode? value) in members.ToArray())
                {
                    if (Replace(value, paths) is { } other)
                        members[name] = other;
                }

                return null;
            case JsonArray items:
                for (int i = 0; i < items.Count; i++)
                {
                    if (Replace(items[i], paths) is { } other)
                        items[i] = other;
                }

                return null;
            case JsonValue value when value.TryGetValue(out string? text) && paths.TryGetValue(text, out string? path):
                return JsonValue.Create(path);
            default:
                return null;
        }
    }
}
