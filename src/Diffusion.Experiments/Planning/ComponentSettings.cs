using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;

namespace Diffusion.Experiments.Planning;

/// <summary>Components that are chosen outside a manifest: trackers and launchers by the host's settings, others on the command line.</summary>
public static class ComponentSettings
{
    /// <summary>Binds and validates one component.</summary>
    /// <param name="catalogue">The components that can be named.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="name">Its name.</param>
    /// <param name="options">Option → value, read as <c>--set</c> reads values; null leaves the default. Relative paths start from the current
    /// directory.</param>
    /// <param name="source">Where the values come from, for messages.</param>
    /// <exception cref="ManifestException">Something is wrong; it holds every problem.</exception>
    public static ComponentChoice Bind(
        this ComponentCatalogue catalogue, ComponentKind kind, string name, IReadOnlyDictionary<string, string?> options, string source)
    {
        ManifestProblems problems = new();
        ManifestOrigin origin = new(new(source, Environment.CurrentDirectory), 0, 0, "$");
        List<ManifestMember> members = [new(ManifestKeys.Use, origin, ManifestNode.Scalar(ManifestNodeKind.String, name, origin))];
        foreach ((string option, string? text) in options)
        {
            ManifestOrigin place = origin with { Place = origin.Place.Child(option) };
            if (text is not null && ManifestParser.ParseArgument(text, place, problems) is { } value)
                members.Add(new(option, place, value));
        }

        return Bind(catalogue, kind, ManifestNode.Object(members, origin), problems);
    }

    /// <summary>Binds and validates one component that a text states as a manifest would: by its name, or as an object with <c>use</c>.</summary>
    /// <param name="catalogue">The components that can be named.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="text">The name or the JSON object. Relative paths start from the current directory.</param>
    /// <param name="source">Where the text comes from, for messages.</param>
    /// <exception cref="ManifestException">Something is wrong; it holds every problem.</exception>
    public static ComponentChoice Bind(this ComponentCatalogue catalogue, ComponentKind kind, string text, string source)
    {
        ManifestProblems problems = new();
        ManifestNode? node = ManifestParser.ParseArgument(text, new(new(source, Environment.CurrentDirectory), 0, 0, "$"), problems);
        problems.ThrowIfAny();
        return Bind(catalogue, kind, node!, problems);
    }

    private static ComponentChoice Bind(ComponentCatalogue catalogue, ComponentKind kind, ManifestNode node, ManifestProblems problems)
    {
        ComponentChoice? choice = new ComponentBinder(catalogue, new(problems), problems).Bind(node, kind);
        problems.ThrowIfAny();
        return choice!;
    }
}
