namespace Diffusion.Experiments.Claims;

/// <summary>A weighted sum of means, or of their logarithms, lies in a region.</summary>
/// <param name="Place">Which of the claim's comparisons it is.</param>
/// <param name="Terms">The values and their weights.</param>
/// <param name="Region">Where the sum is claimed to lie.</param>
/// <param name="IsLogarithmic">Whether the logarithms of the values are summed.</param>
public sealed record ClaimedContrast(string Place, IReadOnlyList<ContrastTerm> Terms, Region Region, bool IsLogarithmic = false) : ClaimedComparison(Place)
{
    internal override IEnumerable<ClaimedConfiguration> Configurations => Terms.Select(term => term.Configuration).Distinct();
}
