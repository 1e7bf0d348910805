using System.Text.Json.Nodes;

namespace Diffusion.Experiments.Planning;

/// <summary>One difference between two configurations.</summary>
/// <param name="Path">Where: "solver.order", "steps".</param>
/// <param name="Before">The value before; null where there was none.</param>
/// <param name="After">The value after; null where there is none.</param>
public sealed record CompositionChange(string Path, string? Before, string? After)
{
    // What stands under it in canonical form is the assembly and its version.
    private const string FromSuffix = ".$from";

    /// <summary>All differences between two compositions, member → canonical JSON.</summary>
    public static IReadOnlyList<CompositionChange> Between(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after)
    {
        List<CompositionChange> changes = [];
        foreach (string member in before.Keys.Union(after.Keys))
        {
            string? old = before.GetValueOrDefault(member);
            string? now = after.GetValueOrDefault(member);
            if (old == now)
                continue;
            SortedDictionary<string, string> olds = Leaves(member, old);
            SortedDictionary<string, string> nows = Leaves(member, now);
            // Another component: its options are not worth comparing.
            bool isOther = olds.TryGetValue(member, out string? oldName) && nows.TryGetValue(member, out string? newName) && oldName != newName;
            changes.AddRange(olds.Keys.Union(nows.Keys)
                .Where(path => (!isOther || path == member) && olds.GetValueOrDefault(path) != nows.GetValueOrDefault(path))
                // A component that comes or goes brings or takes its assembly; that is no news of its own.
                .Where(path => !path.EndsWith(FromSuffix, StringComparison.Ordinal) || (olds.ContainsKey(path) && nows.ContainsKey(path)))
                .Select(path => new CompositionChange(path, olds.GetValueOrDefault(path), nows.GetValueOrDefault(path))));
        }

        return changes;
    }

    /// <inheritdoc/>
    public override string ToString() => Path.EndsWith(FromSuffix, StringComparison.Ordinal)
        ? $"component version changed: {Before} → {After}"
        : $"{Path} {Before ?? "unset"} → {After ?? "unset"}";

    /// <summary>A member of a composition as path → text.</summary>
    internal static SortedDictionary<string, string> Leaves(string member, string? json)
    {
        SortedDictionary<string, string> leaves = new(StringComparer.Ordinal);
        if (json is not null)
            Add(member, JsonNode.Parse(json));
        return leaves;

        void Add(string path, JsonNode? node)
        {
            if (node is JsonObject map)
            {
                foreach ((string key, JsonNode? child) in map)
                    Add(key == "use" ? path : $"{path}.{key}", child);
            }
            else if (node is JsonArray list && list.Any(item => item is JsonObject component && component.ContainsKey("use")))
            {
                // Metrics are told apart by name, not by place.
                foreach (JsonNode? item in list)
                    Add($"{path}[{item?["use"]}]", item);
            }
            else
            {
                leaves[path] = node is JsonValue value && value.TryGetValue(out string? text) ? text : node?.ToJsonString() ?? "null";
            }
        }
    }
}
