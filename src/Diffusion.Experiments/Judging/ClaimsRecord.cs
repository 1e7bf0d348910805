namespace Diffusion.Experiments.Judging;

/// <summary><c>claims.json</c>: what the manifest of a run claims, judged by its records.</summary>
/// <param name="Confidence">The chance that no verdict is wrong, at least.</param>
/// <param name="Held">How many claims hold.</param>
/// <param name="Failed">How many have failed.</param>
/// <param name="Undecided">How many the records do not decide.</param>
/// <param name="Claims">The claims, as stated.</param>
/// <param name="Looks">After how many repeats they are judged, where repeats go on until they are decided; null where they are judged once.</param>
public sealed record ClaimsRecord(
    double Confidence, int Held, int Failed, int Undecided, IReadOnlyList<JudgedClaim> Claims, IReadOnlyList<int>? Looks = null)
{
    /// <summary>The record of verdicts.</summary>
    public static ClaimsRecord FromVerdicts(ClaimVerdicts verdicts) => new(
        verdicts.Confidence, verdicts.Count(ClaimVerdict.Held), verdicts.Count(ClaimVerdict.Failed), verdicts.Count(ClaimVerdict.Undecided), verdicts.Claims,
        verdicts.Looks?.Repeats);
}
