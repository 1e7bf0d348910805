using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Storage;

namespace Diffusion.Experiments.Planning;

/// <summary>From nodes to components with their options. A node is bound once, a file read once.</summary>
/// <param name="catalogue">What can be named.</param>
/// <param name="options">Binds options.</param>
/// <param name="problems">Where everything goes that is wrong.</param>
internal sealed class ComponentBinder(ComponentCatalogue catalogue, OptionsBinder options, ManifestProblems problems)
{
    private readonly Dictionary<(ComponentKind, ManifestNode), ComponentChoice?> _choices = [];
    private readonly Dictionary<string, string> _digests = new(StringComparer.Ordinal);

    /// <summary>The component that stands at a node.</summary>
    /// <returns>Null, with problems added, when something is wrong.</returns>
    public ComponentChoice? Bind(ManifestNode node, ComponentKind kind)
    {
        if (!_choices.TryGetValue((kind, node), out ComponentChoice? choice))
            _choices[(kind, node)] = choice = BindAnew(node, kind);
        return choice;
    }

    private ComponentChoice? BindAnew(ManifestNode node, ComponentKind kind)
    {
        if (node.Kind is not (ManifestNodeKind.String or ManifestNodeKind.Object))
        {
            problems.Add(node.Origin, $"expected a {kind.Prose()} (its name, or an object with 'use'), found {node.KindInWords}{SweptPlaces.AdviceOn(node)}");
            return null;
        }

        ManifestNode stated = ManifestMerge.AsObject(node);
        if (stated[ManifestKeys.Use] is not { } use)
        {
            options.Missing(stated, $"missing key 'use', the name of a {kind.Prose()}");
            return null;
        }

        if (use.Kind != ManifestNodeKind.String)
        {
            problems.Add(use.Origin, $"expected the name of a {kind.Prose()}, found {use.KindInWords}");
            return null;
        }

        if (catalogue.Find(kind, use.Text) is not { } component)
        {
            ComponentKind[] others = [.. Enum.GetValues<ComponentKind>().Where(other => catalogue.Find(other, use.Text) is not null)];
            problems.Add(use.Origin, others.Length > 0
                ? $"'{use.Text}' is a {string.Join(" and a ", others.Select(other => other.Prose()))}, not a "
                    + $"{kind.Prose()}{(NameSuggestions.Meant(use.Text, catalogue.Names(kind)) is { } meant ? $"; did you mean '{meant}'?" : "")}"
                : $"unknown {kind.Prose()} '{use.Text}'{NameSuggestions.Hint(use.Text, catalogue.Names(kind))}");
            return null;
        }

        OptionsShape shape = component.Options ?? OptionsShape.ForType(typeof(NoOptions));
        if (options.Bind(stated, shape, component.Title, key => Owners(kind, key), ManifestKeys.Use) is not { } bound)
            return null;
        return ExperimentJson.Choose(component, component.Options is null ? null : bound, p => stated[p.Name]?.Text ?? (string)p.Get(bound)!, Digest);
    }

    // The components of a kind that have an option.
    private string[] Owners(ComponentKind kind, string option) =>
        [.. catalogue.All.Where(component => component.Kind == kind && (component.Options?.Properties.Any(property => property.Name == option) ?? false))
            .Select(component => component.Name)];

    private string Digest(string file)
    {
        if (!_digests.TryGetValue(file, out string? digest))
        {
            _digests[file] = digest = $"{FileDigest.KeyPrefix}{FileDigest.Compute(file)}";
        }

        return digest;
    }

    private sealed record NoOptions : ComponentOptions;
}
