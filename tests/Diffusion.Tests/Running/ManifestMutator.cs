using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Diffusion.Tests.Running;

/// <summary>Changes manifests as people do, and as accidents do.</summary>
/// <param name="random">Decides what changes.</param>
internal sealed class ManifestMutator(Random random)
{
    private static readonly string[] Words =
    [
        "heun", "euler", "ddim", "dpmpp-2m", "karras", "uniform", "log-snr", "variance-exploding", "edm", "sliced-wasserstein", "mmd", "exact-mixture",
        "nope", "",
    ];

    private static readonly string[] Fragments =
    [
        "{", "}", "[", "]", ",", ":", "\"", "null", "true", "NaN", "1e999", "-", "0", "//", "/*", "\\", "\\u", "\0", "\u001b[31m", "é", "日本", "\ud83d\ude00",
        "\"use\"", "\"sweep\"", "\"name\":", "[[[[", "{\"a\":",
    ];

    /// <summary>The same experiment, written otherwise: other order of keys, white space, comments, escapes, spellings of numbers.</summary>
    public string Respell(JsonNode manifest)
    {
        StringBuilder text = new();
        Write(manifest, text);
        return text.ToString();
    }

    /// <summary>Another experiment: a few values changed to others, which may or may not be allowed.</summary>
    public string Change(JsonObject manifest)
    {
        JsonObject changed = manifest.DeepClone().AsObject();
        for (int count = random.Next(1, 4); count > 0; count--)
        {
            (JsonNode parent, object key)[] places = [.. Places(changed)];
            (JsonNode parent, object key) = places[random.Next(places.Length)];
            JsonNode? value = key is int i ? parent[i] : parent[(string)key];
            JsonNode? other = Other(value);
            if (key is int index)
                parent[index] = other;
            else
                parent[(string)key] = other;
        }

        return changed.ToJsonString();
    }

    /// <summary>A mistake: keys gone, doubled, misspelt or in a wrong place; values of a wrong kind.</summary>
    public string Spoil(JsonObject manifest)
    {
        JsonObject spoilt = manifest.DeepClone().AsObject();
        (JsonNode parent, object key)[] places = [.. Places(spoilt)];
        (JsonNode parent, object key) = places[random.Next(places.Length)];
        switch (parent)
        {
            case JsonObject group:
                string name = (string)key;
                JsonNode? value = group[name];
                switch (random.Next(4))
                {
                    case 0:
                        group.Remove(name);
                        break;
                    case 1:
                        group.Remove(name);
                        group[name.Length > 1 ? name[..^1] : $"{name}x"] = value;
                        break;
                    case 2:
                        group[$"{name}{(char)random.Next(1, 256)}"] = value?.DeepClone();
                        break;
                    default:
                        group[name] = OfAnotherKind();
                        break;
                }

                break;
            case JsonArray list:
                list[(int)key] = OfAnotherKind();
                break;
        }

        return spoilt.ToJsonString();
    }

    /// <summary>Something that happened to the text: signs lost, doubled, flipped or put in.</summary>
    public string Damage(JsonNode manifest)
    {
        StringBuilder text = new(manifest.ToJsonString(new() { WriteIndented = random.Next(2) == 0 }));
        for (int count = random.Next(1, 4); count > 0; count--)
        {
            int at = random.Next(text.Length), length = Math.Min(random.Next(1, 20), text.Length - at);
            switch (random.Next(5))
            {
                case 0:
                    text.Remove(at, Math.Min(length, text.Length - 1));
                    break;
                case 1:
                    text.Insert(at, text.ToString(at, length));
                    break;
                case 2:
                    text[at] = (char)(text[at] ^ (1 << random.Next(7)));
                    break;
                case 3:
                    text.Insert(at, Fragments[random.Next(Fragments.Length)]);
                    break;
                default:
                    text.Length = Math.Max(1, at);
                    break;
            }
        }

        return text.ToString();
    }

    private static IEnumerable<(JsonNode Parent, object Key)> Places(JsonNode node) => node switch
    {
        JsonObject group => group.SelectMany(pair => (IEnumerable<(JsonNode, object)>)[(group, pair.Key), .. pair.Value is { } child ? Places(child) : []]),
        JsonArray list =>
            Enumerable.Range(0, list.Count).SelectMany(i => (IEnumerable<(JsonNode, object)>)[(list, i), .. list[i] is { } child ? Places(child) : []]),
        _ => [],
    };

    private JsonNode? Other(JsonNode? value)
    {
        switch (value?.GetValueKind())
        {
            case JsonValueKind.Number:
                double number = value.AsValue().TryGetValue(out double d) ? d : 0;
                double other = random.Next(8) switch { 0 =>
                    -number, 1 => 0, 2 => number * 1e6, 3 or 4 => number + 1, 5 => Math.Max(1, number - 1), 6 => 2 * number, _ => number * 0.5 };
                return JsonValue.Create(other);
            case JsonValueKind.String:
                return Words[random.Next(Words.Length)];
            case JsonValueKind.True or JsonValueKind.False:
                return JsonValue.Create(value.GetValueKind() == JsonValueKind.False);
            case JsonValueKind.Array:
                JsonArray list = value.DeepClone().AsArray();
                if (list.Count > 1 && random.Next(2) == 0)
                    list.RemoveAt(random.Next(list.Count));
                else if (list.Count > 0)
                    list.Add(list[random.Next(list.Count)]?.DeepClone());
                return list;
            case JsonValueKind.Object:
                return value.DeepClone();
            default:
                return null;
        }
    }

    private JsonNode? OfAnotherKind() => random.Next(7) switch
    {
        0 => null,
        1 => JsonValue.Create(1e300),
        2 => JsonValue.Create(-7),
        3 => JsonValue.Create(new string('x', 3000)),
        4 => new JsonArray(),
        5 => new JsonObject { ["use"] = "euler" },
        _ => JsonValue.Create(true),
    };

    private void Write(JsonNode? node, StringBuilder text)
    {
        Space(text);
        switch (node)
        {
            case JsonObject group:
                KeyValuePair<string, JsonNode?>[] pairs = [.. group];
                random.Shuffle(pairs);
                WriteAll('{', pairs, '}', text, pair =>
                {
                    Space(text);
                    text.Append('"').Append(Escaped(pair.Key)).Append('"');
                    // System.Text.Json takes no comment between a key and its colon.
                    text.Append(random.Next(6) == 0 ? "\n :" : ":");
                    Write(pair.Value, text);
                });
                break;
            case JsonArray list:
                WriteAll('[', [.. list], ']', text, item => Write(item, text));
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.Number:
                text.Append(Number(value.GetValue<double>()));
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                text.Append('"').Append(Escaped(value.GetValue<string>())).Append('"');
                break;
            default:
                text.Append(node?.ToJsonString() ?? "null");
                break;
        }

        Space(text);
    }

    private void WriteAll<T>(char open, T[] items, char close, StringBuilder text, Action<T> write)
    {
        text.Append(open);
        foreach ((int i, T item) in items.Index())
        {
            if (i > 0)
                text.Append(',');
            write(item);
        }

        if (items.Length > 0 && random.Next(4) == 0)
            text.Append(',');
        Space(text);
        text.Append(close);
    }

    private void Space(StringBuilder text) =>
        text.Append(random.Next(12) switch { 0 => " ", 1 => "\n\t", 2 => "\r\n", 3 => " // \"seed\": 7 }\n", 4 => "/* { */", _ => "" });

    private string Number(double number)
    {
        string plain = number.ToString("R", CultureInfo.InvariantCulture);
        if (plain.Contains('E', StringComparison.Ordinal))
            return plain;
        string tenths = $"{(number * 10).ToString("R", CultureInfo.InvariantCulture)}e-1";
        return random.Next(4) switch
        {
            0 => $"{plain}e0",
            1 => plain.Contains('.', StringComparison.Ordinal) ? $"{plain}00" : $"{plain}.0",
            2 when double.Parse(tenths, CultureInfo.InvariantCulture) == number => tenths,
            _ => plain,
        };
    }

    private string Escaped(string text)
    {
        StringBuilder escaped = new();
        foreach (char sign in text)
            escaped.Append(random.Next(20) == 0 ? $"\\u{(int)sign:x4}" : JsonEncodedText.Encode($"{sign}").Value);
        return escaped.ToString();
    }
}
