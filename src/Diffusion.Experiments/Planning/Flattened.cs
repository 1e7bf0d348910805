using System.Text.Json.Nodes;

namespace Diffusion.Experiments.Planning;

/// <summary>A JSON tree as path → text, which is what trackers call parameters.</summary>
internal static class Flattened
{
    public static Dictionary<string, string> ByPath(JsonNode root)
    {
        var result = new Dictionary<string, string>();
        Add("", root);
        return result;

        void Add(string path, JsonNode? node)
        {
            if (node is JsonObject map && map.Count > 0)
            {
                // A component is its name: "solver" → "ddim" beside "solver.eta" → "0.5".
                foreach ((string key, JsonNode? child) in map)
                    Add(path.Length == 0 ? key : key == "use" ? path : $"{path}.{key}", child);
            }
            else if (node is JsonArray list && list.Count > 0 && list[0] is JsonObject first && first.ContainsKey("use"))
            {
                for (int i = 0; i < list.Count; i++)
                    Add($"{path}.{i}", list[i]);
            }
            else if (node is not null)
            {
                result[path] = node is JsonValue value && value.TryGetValue(out string? text) ? text : node.ToJsonString();
            }
        }
    }
}
