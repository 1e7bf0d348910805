namespace Diffusion.Experiments.Manifests;

/// <summary>
/// Where components stand in a manifest. Composing manifests goes by it: a bare name counts as an object there, and another component replaces the whole.
/// </summary>
/// <param name="places">Kind, and whether an array of components stands there, by the keys that lead there: "training.weighting".</param>
internal sealed class ComponentPlaces(IReadOnlyDictionary<string, (ComponentKind Kind, bool IsList)> places)
{
    /// <summary>The kind of component that stands at a path; null when none does.</summary>
    public ComponentKind? KindAt(ManifestPath path) => KindAt(path, path.Segments.Count);

    /// <summary>Whether a component stands at these keys, so that "ddim" means { "use": "ddim" } there.</summary>
    public bool IsComponent(IEnumerable<string> keys) =>
        places.TryGetValue(string.Join('.', keys), out (ComponentKind Kind, bool IsList) place) && !place.IsList;

    /// <summary>Whether a component stands at the first <paramref name="count"/> segments of a path.</summary>
    public bool IsComponent(ManifestPath path, int count) => KindAt(path, count) is not null;

    private ComponentKind? KindAt(ManifestPath path, int count)
    {
        ManifestPath.Segment[] segments = [.. path.Segments.Take(count)];
        bool isElement = segments.Length > 0 && segments[^1].Key is null;
        IEnumerable<ManifestPath.Segment> keys = isElement ? segments[..^1] : segments;
        return keys.All(segment => segment.Key is not null)
            && places.TryGetValue(string.Join('.', keys.Select(segment => segment.Key)), out (ComponentKind Kind, bool IsList) place)
            && place.IsList == isElement
                ? place.Kind
                : null;
    }
}
