using System.Text.Json;

namespace Diffusion.Plugins.Tests.Solvers;

/// <summary>A reference's options, spelled as manifests do.</summary>
internal sealed record TrajectoryOptions(JsonElement Json)
{
    public double Number(string name, double otherwise) => Json.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : otherwise;

    public bool Flag(string name, bool otherwise = false) => Json.TryGetProperty(name, out JsonElement value) ? value.GetBoolean() : otherwise;

    public T Choice<T>(string name, T otherwise = default)
        where T : struct, Enum =>
        Json.TryGetProperty(name, out JsonElement value)
            ? Enum.Parse<T>(value.GetString()!.Replace("-", "", StringComparison.Ordinal), ignoreCase: true)
            : otherwise;
}
