using Diffusion.Experiments.Manifests;

namespace Diffusion.Experiments.Claims;

/// <summary>From the composed tree of a manifest to what it claims about a sweep.</summary>
internal static class ClaimReader
{
    /// <summary>Binds and resolves the claims of a manifest, checking all that can be known without results.</summary>
    /// <param name="expect">The manifest's claims; null where it states none.</param>
    /// <param name="confidence">The chance that no verdict is wrong.</param>
    /// <param name="options">Binds their keys.</param>
    /// <param name="axes">Paths of the sweep's axes.</param>
    /// <param name="configurations">The sweep's configurations.</param>
    /// <param name="problems">Where everything goes that is wrong.</param>
    public static ClaimSet Read(
        ManifestNode? expect, double confidence, OptionsBinder options, IReadOnlyList<string> axes, IReadOnlyList<ClaimedConfiguration> configurations,
        ManifestProblems problems)
    {
        IReadOnlyList<StatedClaim> stated = new ClaimBinder(options, problems).Bind(expect);
        IReadOnlyList<ResolvedClaim> claims = configurations.Count == 0 ? [] : new ClaimResolver(axes, configurations, problems).Resolve(stated);
        ClaimContradictions.Find(claims, problems);
        return new(confidence, claims);
    }
}
