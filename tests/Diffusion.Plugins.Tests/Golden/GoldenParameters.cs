using System.Text.Json;

namespace Diffusion.Plugins.Tests.Golden;

/// <summary>The arguments of a case. What nobody asked for is not understood, and a case that is not understood is not reproduced.</summary>
internal sealed class GoldenParameters
{
    private readonly Dictionary<string, JsonElement> _values;
    private readonly HashSet<string> _unread;

    /// <param name="json">The case.</param>
    public GoldenParameters(JsonElement json)
    {
        _values = json.TryGetProperty("params", out JsonElement parameters)
            ? parameters.EnumerateObject().ToDictionary(p => p.Name, p => p.Value)
            : [];
        _unread = [.. _values.Keys];
    }

    /// <summary>Names that no one has asked for.</summary>
    public IReadOnlyCollection<string> Unread => _unread;

    public double Number(string name, double otherwise) => Read(name) is { } value ? value.GetDouble() : otherwise;

    public bool Flag(string name, bool otherwise) => Read(name) is { } value ? value.GetBoolean() : otherwise;

    public string Text(string name, string otherwise) => Read(name) is { } value ? value.GetString()! : otherwise;

    /// <summary>Takes note of arguments that do not matter here.</summary>
    public void Ignore(params string[] names) => _unread.ExceptWith(names);

    private JsonElement? Read(string name)
    {
        _unread.Remove(name);
        return _values.TryGetValue(name, out JsonElement value) ? value : null;
    }
}
