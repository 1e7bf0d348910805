namespace Diffusion.Experiments.Manifests;

/// <summary>Which settings of a manifest a sweep can vary.</summary>
internal static class SweptPlaces
{
    /// <summary>Whether a sweep can have an axis that begins with a key of the manifest.</summary>
    public static bool Include(string section) =>
        section is not (ManifestKeys.Sweep or ManifestKeys.Extends or ManifestKeys.Schema or ManifestKeys.Name or ManifestKeys.Description
            or ManifestKeys.Expect or ManifestKeys.Confidence);

    /// <summary>What a message about a value of the wrong type adds where the value is an array: how a sweep states several values.</summary>
    /// <returns>Empty where there is no array, or where no sweep can vary it.</returns>
    public static string AdviceOn(ManifestNode node) =>
        node.Kind == ManifestNodeKind.Array
            && node.Origin.Path is ['$', '.', .. string path]
            && ManifestPath.Parse(path) is { } parsed
            && Include(parsed.Section)
            ? $"; to compare several values, make them an axis: \"sweep\": {{ \"axes\": {{ \"{path}\": [...] }} }}"
            : "";
}
