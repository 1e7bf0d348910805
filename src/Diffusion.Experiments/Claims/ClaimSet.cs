using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Claims;

/// <summary>All that a manifest claims about its sweep.</summary>
/// <param name="Confidence">The chance that no verdict on any of the claims is wrong, at least.</param>
/// <param name="Claims">The claims, as stated.</param>
/// <param name="Looks">When they are judged, where repeats go on until they are decided; null where they are judged once, by all repeats.</param>
public sealed record ClaimSet(double Confidence, IReadOnlyList<ResolvedClaim> Claims, LookSchedule? Looks = null)
{
    /// <summary>The confidence where none is stated.</summary>
    public const double UsualConfidence = 0.95;

    /// <summary>No claims.</summary>
    public static ClaimSet None { get; } = new(UsualConfidence, []);
}
