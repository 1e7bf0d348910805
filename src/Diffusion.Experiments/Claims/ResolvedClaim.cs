namespace Diffusion.Experiments.Claims;

/// <summary>A claim and what it comes to in a sweep.</summary>
/// <param name="Stated">The claim.</param>
/// <param name="Comparisons">What must hold, all of it, for the claim to hold; at least one.</param>
public sealed record ResolvedClaim(StatedClaim Stated, IReadOnlyList<ClaimedComparison> Comparisons)
{
    /// <summary>The configurations that it is about.</summary>
    internal IEnumerable<ClaimedConfiguration> Configurations => Comparisons.SelectMany(comparison => comparison.Configurations).Distinct();
}
