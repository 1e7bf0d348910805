namespace Diffusion.Experiments.Claims;

/// <summary>A value ranks configurations as reference numbers do.</summary>
/// <param name="Place">Which of the claim's comparisons it is.</param>
/// <param name="Metric">The value, as tables call it.</param>
/// <param name="Ranked">The configurations, each with its name and its reference number.</param>
/// <param name="TauAtLeast">The least that Kendall's τ is claimed to be.</param>
public sealed record ClaimedRanking(
    string Place, string Metric, IReadOnlyList<(string Name, ClaimedConfiguration Configuration, double Reference)> Ranked, double TauAtLeast)
    : ClaimedComparison(Place)
{
    internal override IEnumerable<ClaimedConfiguration> Configurations => Ranked.Select(ranked => ranked.Configuration);
}
