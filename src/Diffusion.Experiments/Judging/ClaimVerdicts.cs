using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Judging;

/// <summary>The claims of a manifest, judged together.</summary>
/// <param name="Confidence">The chance that no verdict is wrong, at least.</param>
/// <param name="Claims">The claims, as stated.</param>
/// <param name="Looks">When they were judged, where repeats go on until they are decided; null where they were judged once.</param>
public sealed record ClaimVerdicts(double Confidence, IReadOnlyList<JudgedClaim> Claims, LookSchedule? Looks = null)
{
    /// <summary>How many have a verdict.</summary>
    public int Count(ClaimVerdict verdict) => Claims.Count(claim => claim.Verdict == verdict);

    /// <summary>What they come to together: failed where one has failed, or else undecided where one is, or else held.</summary>
    public ClaimVerdict Overall => Count(ClaimVerdict.Failed) > 0 ? ClaimVerdict.Failed
        : Count(ClaimVerdict.Undecided) > 0 ? ClaimVerdict.Undecided
        : ClaimVerdict.Held;
}
