using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Diffusion.Host.Settings;

/// <summary>Where values stand in a JSON file of settings, whose reader does not keep it.</summary>
internal static class JsonPlaces
{
    private static readonly JsonReaderOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Line and column, from 1, of the value with a configuration path; null where the file has none.</summary>
    public static (int Line, int Column)? Find(string file, string path)
    {
        byte[] content = File.ReadAllBytes(file);
        int start = content.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        Utf8JsonReader reader = new(content.AsSpan(start), Options);
        List<string> at = [];
        List<int> items = [];
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    at[^1] = reader.GetString()!;
                    continue;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    at.RemoveAt(at.Count - 1);
                    items.RemoveAt(items.Count - 1);
                    continue;
            }

            if (items.Count > 0 && items[^1] >= 0)
                at[^1] = $"{items[^1]++}";
            if (ConfigurationPath.Combine(at).Equals(path, StringComparison.OrdinalIgnoreCase))
                return Place(content, start + (int)reader.TokenStartIndex);
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                at.Add("");
                items.Add(reader.TokenType == JsonTokenType.StartArray ? 0 : -1);
            }
        }

        return null;
    }

    /// <summary>Line and column, from 1, of a byte.</summary>
    private static (int Line, int Column) Place(byte[] content, int offset)
    {
        int line = content.AsSpan(0, offset).Count((byte)'\n') + 1;
        int lineStart = content.AsSpan(0, offset).LastIndexOf((byte)'\n') + 1;
        return (line, Encoding.UTF8.GetCharCount(content.AsSpan(lineStart, offset - lineStart)) + 1);
    }
}
