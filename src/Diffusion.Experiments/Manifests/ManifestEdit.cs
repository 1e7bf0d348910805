namespace Diffusion.Experiments.Manifests;

/// <summary>Puts a value at a path: what <c>--set</c> and sweep axes do.</summary>
/// <param name="places">Where components stand.</param>
internal sealed class ManifestEdit(ComponentPlaces places)
{
    /// <summary>
    /// The tree with <paramref name="value"/> at <paramref name="path"/> in place of what stood there. Missing objects on the way are made,
    /// a component's bare name becomes an object. Whether the place makes sense is for validation to say.
    /// </summary>
    /// <param name="root">The tree.</param>
    /// <param name="path">Where.</param>
    /// <param name="value">What.</param>
    /// <param name="statedAt">Where the path is written, for the keys that are made and for problems.</param>
    /// <param name="problems">Where a path goes that leads through something that is neither object nor array.</param>
    /// <returns>Null, with a problem added, when the path leads nowhere.</returns>
    public ManifestNode? Set(ManifestNode root, ManifestPath path, ManifestNode value, ManifestOrigin statedAt, ManifestProblems problems) =>
        Set(root, 0, path, value, statedAt, problems);

    /// <summary>What stands at a path; null when nothing does.</summary>
    public ManifestNode? Find(ManifestNode root, ManifestPath path)
    {
        ManifestNode? node = root;
        for (int depth = 0; depth < path.Segments.Count && node is not null; depth++)
        {
            if (places.IsComponent(path, depth))
                node = ManifestMerge.AsObject(node);
            ManifestPath.Segment segment = path.Segments[depth];
            node = segment.Key is { } key ? node[key] : segment.Index < node.Items.Count ? node.Items[segment.Index] : null;
        }

        return node;
    }

    private ManifestNode? Set(ManifestNode? node, int depth, ManifestPath path, ManifestNode value, ManifestOrigin statedAt, ManifestProblems problems)
    {
        if (depth == path.Segments.Count)
            return value;

        if (node is not null && places.IsComponent(path, depth))
            node = ManifestMerge.AsObject(node);

        ManifestPath.Segment segment = path.Segments[depth];
        if (segment.Key is { } key)
        {
            if (node is null or { Kind: ManifestNodeKind.Null })
                node = ManifestNode.Object([], statedAt);
            if (node.Kind == ManifestNodeKind.Object)
            {
                ManifestNode? child = Set(node[key], depth + 1, path, value, statedAt, problems);
                ManifestNode rest = depth == 0 && ManifestKeys.Opposite(key) is { } opposite ? node.Without(opposite) : node;
                return child is null ? null : rest.With(key, child, statedAt);
            }
        }
        else if (node is { Kind: ManifestNodeKind.Array } && segment.Index < node.Items.Count)
        {
            ManifestNode? child = Set(node.Items[segment.Index], depth + 1, path, value, statedAt, problems);
            return child is null ? null : ManifestNode.Array([.. node.Items.Select((item, i) => i == segment.Index ? child : item)], node.Origin);
        }

        problems.Add(statedAt, $"there is no {path.JsonPath(depth + 1)}: {path.JsonPath(depth)} is {Found(node)}");
        return null;
    }

    private static string Found(ManifestNode? node) => node switch
    {
        null => "not stated",
        { Kind: ManifestNodeKind.Array, Items.Count: 1 } => "an array of 1 element",
        { Kind: ManifestNodeKind.Array } => $"an array of {node.Items.Count} elements",
        _ => node.KindInWords,
    };
}
