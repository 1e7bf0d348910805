namespace Diffusion.Experiments.Claims;

/// <summary>Two configurations draw the same samples, repeat by repeat.</summary>
/// <param name="Place">Which of the claim's comparisons it is.</param>
/// <param name="Left">One of them.</param>
/// <param name="Right">The other.</param>
public sealed record ClaimedIdentity(string Place, ClaimedConfiguration Left, ClaimedConfiguration Right) : ClaimedComparison(Place)
{
    internal override IEnumerable<ClaimedConfiguration> Configurations => [Left, Right];
}
