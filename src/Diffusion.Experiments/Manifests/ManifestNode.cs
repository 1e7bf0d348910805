using System.Text.Json;

namespace Diffusion.Experiments.Manifests;

/// <summary>An immutable JSON value that knows where it is written. Trees share their unchanged parts.</summary>
internal sealed class ManifestNode
{
    private ManifestNode(ManifestNodeKind kind, ManifestOrigin origin)
    {
        Kind = kind;
        Origin = origin;
    }

    public ManifestNodeKind Kind { get; }

    public ManifestOrigin Origin { get; }

    /// <summary>A string's content; the JSON text of a number, boolean or null.</summary>
    public string Text { get; private init; } = "";

    /// <summary>An array's elements.</summary>
    public IReadOnlyList<ManifestNode> Items { get; private init; } = [];

    /// <summary>An object's members in the order in which they are written.</summary>
    public IReadOnlyList<ManifestMember> Members { get; private init; } = [];

    public static ManifestNode Scalar(ManifestNodeKind kind, string text, ManifestOrigin origin) => new(kind, origin) { Text = text };

    public static ManifestNode Array(IReadOnlyList<ManifestNode> items, ManifestOrigin origin) => new(ManifestNodeKind.Array, origin) { Items = items };

    public static ManifestNode Object(IReadOnlyList<ManifestMember> members, ManifestOrigin origin) =>
        new(ManifestNodeKind.Object, origin) { Members = members };

    /// <summary>The value of a key; null when the key is absent.</summary>
    public ManifestNode? this[string key] => Member(key)?.Value;

    public ManifestMember? Member(string key) => Members.FirstOrDefault(m => m.Name == key);

    /// <summary>This object with one member replaced or added at the end.</summary>
    public ManifestNode With(string key, ManifestNode value, ManifestOrigin nameOrigin)
    {
        ManifestMember? existing = Member(key);
        ManifestMember member = new(key, existing?.NameOrigin ?? nameOrigin, value);
        return Object(existing is null ? [.. Members, member] : [.. Members.Select(m => m == existing ? member : m)], Origin);
    }

    /// <summary>This object without some keys.</summary>
    public ManifestNode Without(params ReadOnlySpan<string> keys)
    {
        HashSet<string> left = [.. keys];
        return Object([.. Members.Where(m => !left.Contains(m.Name))], Origin);
    }

    /// <summary>The value's kind with an article, as messages name what they found.</summary>
    public string KindInWords => Kind switch
    {
        ManifestNodeKind.Object => "an object",
        ManifestNodeKind.Array => "an array",
        ManifestNodeKind.String => "a string",
        ManifestNodeKind.Number => "a number",
        ManifestNodeKind.Boolean => Text,
        _ => "null",
    };

    /// <summary>Writes the value as it was read.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        switch (Kind)
        {
            case ManifestNodeKind.Object:
                writer.WriteStartObject();
                foreach (ManifestMember member in Members)
                {
                    writer.WritePropertyName(member.Name);
                    member.Value.WriteTo(writer);
                }

                writer.WriteEndObject();
                break;
            case ManifestNodeKind.Array:
                writer.WriteStartArray();
                foreach (ManifestNode item in Items)
                    item.WriteTo(writer);
                writer.WriteEndArray();
                break;
            case ManifestNodeKind.String:
                writer.WriteStringValue(Text);
                break;
            default:
                writer.WriteRawValue(Text);
                break;
        }
    }
}
