using Diffusion.Experiments.Manifests;

namespace Diffusion.Experiments.Planning;

/// <summary>Where a manifest says what, for messages about what shows only when its parts are put together.</summary>
/// <param name="root">The composed manifest.</param>
internal sealed class ManifestPlaces(ManifestNode root)
{
    /// <summary>
    /// "file:line:column path" of what stands at a path such as "metrics[1]": where it is stated or, where an axis varies it, the axis. Null where neither is.
    /// </summary>
    public string? Find(string path)
    {
        if (ManifestPath.Parse(path) is not { } parsed)
            return null;
        ManifestPath.Segment[] segments = [.. parsed.Segments];
        ManifestNode? node = Axis(path) ?? Axis(segments[0].Key!) ?? Stated(segments);
        return node?.Origin is { } origin ? new ManifestProblem(origin.Source.Name, origin.Line, origin.Column, origin.Path, "").ToString().TrimEnd() : null;
    }

    private ManifestNode? Axis(string key) => root[ManifestKeys.Sweep]?[ManifestKeys.Axes]?[key];

    // As far down as there is something: what is not stated has its default because of what stands around it.
    private ManifestNode? Stated(ManifestPath.Segment[] segments)
    {
        ManifestNode? found = null;
        ManifestNode? at = root;
        foreach (ManifestPath.Segment segment in segments)
        {
            at = segment.Key is { } key ? at[key] : segment.Index < at.Items.Count ? at.Items[segment.Index] : null;
            if (at is null)
                break;
            found = at;
        }

        return found;
    }
}
