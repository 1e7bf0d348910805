using System.Text.Json.Nodes;

using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;

namespace Diffusion.Experiments.Planning;

/// <summary>Components that are chosen outside a manifest: trackers and launchers, by the host's settings.</summary>
public static class ComponentLoader
{
    /// <summary>Binds and validates one component.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="value">Its name, or an object with <c>use</c> and options, as in a manifest.</param>
    /// <param name="source">Where the value comes from, for messages: the name of a setting, say. Relative paths start from the current directory.</param>
    /// <param name="catalogue">The components that it can name.</param>
    /// <exception cref="ManifestException">Something is wrong; it holds every problem.</exception>
    public static ComponentChoice Load(ComponentKind kind, JsonNode value, string source, ComponentCatalogue catalogue)
    {
        ManifestProblems problems = new();
        ManifestNode node = ManifestParser.ParseValue(value.ToJsonString(), new(source, Environment.CurrentDirectory), "$", problems);
        ComponentChoice? choice = new ComponentBinder(catalogue, new(problems), problems).Bind(node, kind);
        problems.ThrowIfAny();
        return choice!;
    }
}
