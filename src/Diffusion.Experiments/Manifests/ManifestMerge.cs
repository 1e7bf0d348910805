namespace Diffusion.Experiments.Manifests;

/// <summary>Lays one manifest over another.</summary>
/// <remarks>
/// Objects are merged key by key, everything else is replaced. Where a component stands, a bare name counts as { "use": name }, and an
/// upper value that uses another component replaces the lower one whole: options never reach a component that they were not written for.
/// </remarks>
/// <param name="places">Where components stand.</param>
internal sealed class ManifestMerge(ComponentPlaces places)
{
    /// <summary><paramref name="upper"/> over <paramref name="lower"/>.</summary>
    public ManifestNode Over(ManifestNode lower, ManifestNode upper) => Over(lower, upper, []);

    /// <summary>A component's value as an object, whichever way it is written.</summary>
    public static ManifestNode AsObject(ManifestNode component)
    {
        if (component.Kind != ManifestNodeKind.String)
            return component;
        ManifestOrigin origin = component.Origin;
        return ManifestNode.Object([new(ManifestKeys.Use, origin, component)], origin);
    }

    private ManifestNode Over(ManifestNode lower, ManifestNode upper, IReadOnlyList<string> keys)
    {
        if (places.IsComponent(keys))
        {
            lower = AsObject(lower);
            upper = AsObject(upper);
            if (upper[ManifestKeys.Use] is { } use && use.Text != lower[ManifestKeys.Use]?.Text)
                return upper;
        }

        if (lower.Kind != ManifestNodeKind.Object || upper.Kind != ManifestNodeKind.Object)
            return upper;

        List<ManifestMember> members = [];
        bool isRoot = keys.Count == 0;
        foreach (ManifestMember member in lower.Members
            .Where(m => !isRoot || ManifestKeys.Opposite(m.Name) is not { } opposite || upper[opposite] is not { Kind: not ManifestNodeKind.Null }))
        {
            members.Add(upper.Member(member.Name) is { } over
                ? over with { Value = Over(member.Value, over.Value, [.. keys, member.Name]) }
                : member);
        }

        members.AddRange(upper.Members.Where(m => lower.Member(m.Name) is null));
        return ManifestNode.Object(members, upper.Origin);
    }
}
