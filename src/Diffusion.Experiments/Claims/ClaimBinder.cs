using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;

namespace Diffusion.Experiments.Claims;

/// <summary>From the nodes of a manifest's <c>expect</c> to claims.</summary>
/// <param name="options">Binds their keys.</param>
/// <param name="problems">Where everything goes that is wrong.</param>
internal sealed class ClaimBinder(OptionsBinder options, ManifestProblems problems)
{
    private const int Most = 1000;

    /// <summary>The claims of an array; those in which something is wrong are left out, with problems added.</summary>
    /// <param name="node">The array; null where nothing is stated.</param>
    public IReadOnlyList<StatedClaim> Bind(ManifestNode? node)
    {
        if (node is null or { Kind: ManifestNodeKind.Null })
            return [];
        if (node.Kind != ManifestNodeKind.Array)
            problems.Add(node.Origin, $"expected an array of claims, found {node.KindInWords}");
        else if (node.Items.Count > Most)
            problems.Add(node.Origin, $"{node.Items.Count} claims; at most {Most} are possible");
        else
            return [.. node.Items.Select(BindClaim).OfType<StatedClaim>()];
        return [];
    }

    private StatedClaim? BindClaim(ManifestNode node)
    {
        string[] known = [.. ClaimForm.All.Select(form => form.Name)];
        if (node.Kind != ManifestNodeKind.Object)
            problems.Add(node.Origin, $"expected a claim, an object with '{ManifestKeys.Claim}', found {node.KindInWords}");
        else if (node[ManifestKeys.Claim] is not { } name)
            problems.Add(node.Origin, $"missing key '{ManifestKeys.Claim}', which form the claim has (known: {string.Join(", ", known)})");
        else if (name.Kind != ManifestNodeKind.String)
            problems.Add(name.Origin, $"expected the form of a claim, found {name.KindInWords}");
        else if (ClaimForm.Find(name.Text) is not { } form)
            problems.Add(name.Origin, $"unknown form of claims '{name.Text}'{NameSuggestions.Hint(name.Text, known)}");
        else if (options.Bind(node, form.Shape, $"claim '{form.Name}'", ManifestKeys.Claim) is Claim claim)
            return new(form, claim, node);
        return null;
    }
}
