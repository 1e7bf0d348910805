using System.Text.Json.Nodes;
using Diffusion.Experiments.Claims;
using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Judging;

/// <summary>Judges claims by records.</summary>
/// <remarks>
/// Each comparison has two one-sided p-values: of its failure (small where it holds) and of its holding (small where it fails). A claim holds where all of its
/// comparisons do, so that the largest p-value of failure is its own (an intersection-union test, which needs no correction); it has failed where one of them
/// has, so that the smallest p-value of holding counts, times their number (Bonferroni). Exactly one verdict on a claim is wrong, and nobody knows
/// which. The wrong "held" among all claims are kept below half of the error by Holm's method, the wrong "failed" below the other half: then no verdict is
/// wrong with the stated confidence, however the claims depend on each other. Claims about what is computed play no part: chance has none in them.
/// </remarks>
public static class ClaimJudge
{
    private sealed record Open(ResolvedClaim Claim, IReadOnlyList<Evidence> Evidence)
    {
        public bool IsSure { get; } = Evidence.All(evidence => evidence.IsSure)
            || Evidence.Any(evidence => evidence.IsSure && evidence.PValueOfHolding == 0);

        public double PValueOfFailure { get; } = Evidence.Max(evidence => evidence.PValueOfFailure);

        public double PValueOfHolding { get; } =
            Math.Min(1, Evidence.Count(evidence => !evidence.IsSure) * Evidence.Where(evidence => !evidence.IsSure)
                .Select(evidence => evidence.PValueOfHolding).DefaultIfEmpty(1).Min());
    }

    /// <summary>Judges claims by the records of a run.</summary>
    public static ClaimVerdicts Judge(ClaimSet claims, RecordedValues values)
    {
        double half = (1 - claims.Confidence) / 2;
        Open[] open = [.. claims.Claims.Select(claim => new Open(claim, [.. claim.Comparisons.Select(comparison => Look(comparison, values))]))];
        Open[] tested = [.. open.Where(claim => !claim.IsSure)];
        Dictionary<Open, (double P, int Among)> holding = Corrected(tested, claim => claim.PValueOfFailure, half),
            failing = Corrected(tested, claim => claim.PValueOfHolding, half);
        return new(claims.Confidence, [.. open.Select(claim =>
        {
            if (claim.IsSure)
            {
                ClaimVerdict sure = claim.Evidence.All(evidence => evidence.PValueOfFailure == 0) ? ClaimVerdict.Held
                    : claim.Evidence.Any(evidence => evidence.PValueOfHolding == 0) ? ClaimVerdict.Failed
                    : ClaimVerdict.Undecided;
                return Judged(claim, sure, null, half);
            }

            (double heldP, int heldAmong) = holding[claim];
            (double failedP, int failedAmong) = failing[claim];
            ClaimVerdict verdict = heldP <= half ? ClaimVerdict.Held : failedP <= half ? ClaimVerdict.Failed : ClaimVerdict.Undecided;
            int among = verdict == ClaimVerdict.Failed ? failedAmong * claim.Evidence.Count(evidence => !evidence.IsSure) : heldAmong;
            return Judged(claim, verdict, Math.Min(1, 2 * (verdict == ClaimVerdict.Failed ? failedP : Math.Min(heldP, failedP))), half / among);
        })]);
    }

    // Holm's p-values, and among how many claims each is tested: those that are left when its turn comes, or where the method stops.
    private static Dictionary<Open, (double P, int Among)> Corrected(Open[] claims, Func<Open, double> pValue, double level)
    {
        double[] adjusted = HolmCorrection.Adjust([.. claims.Select(pValue)]);
        int rejected = adjusted.Count(p => p <= level);
        return Enumerable.Range(0, claims.Length).OrderBy(i => adjusted[i]).ThenBy(i => pValue(claims[i])).Index()
            .ToDictionary(rank => claims[rank.Item], rank => (adjusted[rank.Item], claims.Length - Math.Min(rank.Index, rejected)));
    }

    private static Evidence Look(ClaimedComparison comparison, RecordedValues values) => comparison switch
    {
        ClaimedContrast contrast => ContrastEvidence.FromRecords(contrast, values),
        ClaimedIdentity identity => IdentityEvidence.FromRecords(identity, values),
        ClaimedRanking ranking => RankingEvidence.FromRecords(ranking, values),
        var other => throw new InvalidOperationException($"{other.GetType().Name} cannot be judged yet."),
    };

    private static JudgedClaim Judged(Open claim, ClaimVerdict verdict, double? pValue, double level)
    {
        JudgedComparison[] comparisons = [.. claim.Evidence.Select(evidence => Judged(evidence, level))];
        // Of several that are equally sure, that which fails by most, or holds by least.
        int decisive = verdict == ClaimVerdict.Failed
            ? Enumerable.Range(0, comparisons.Length).OrderBy(i => claim.Evidence[i].PValueOfHolding).ThenByDescending(i => claim.Evidence[i].Distance).First()
            : Enumerable.Range(0, comparisons.Length).OrderByDescending(i => claim.Evidence[i].PValueOfFailure).ThenBy(i => claim.Evidence[i].Distance).First();
        return new()
        {
            Path = claim.Claim.Stated.Path,
            Text = claim.Claim.Stated.Text,
            Claim = JsonNode.Parse(claim.Claim.Stated.Json, documentOptions: new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip })!,
            Verdict = verdict,
            PValue = pValue,
            Held = comparisons.Count(comparison => comparison.Verdict == ClaimVerdict.Held),
            Failed = comparisons.Count(comparison => comparison.Verdict == ClaimVerdict.Failed),
            Undecided = comparisons.Count(comparison => comparison.Verdict == ClaimVerdict.Undecided),
            DecisiveIndex = decisive,
            Comparisons = comparisons,
        };
    }

    private static JudgedComparison Judged(Evidence evidence, double level)
    {
        ClaimVerdict verdict = evidence.PValueOfFailure <= level ? ClaimVerdict.Held
            : evidence.PValueOfHolding <= level ? ClaimVerdict.Failed
            : ClaimVerdict.Undecided;
        Interval? interval = evidence.Interval(2 * level);
        Remedy? remedy = verdict == ClaimVerdict.Undecided || evidence.Value is null ? evidence.Remedy(2 * level) : null;
        return new()
        {
            Place = evidence.Place,
            Claimed = evidence.Claimed,
            Value = evidence.Value,
            Interval = interval,
            Confidence = interval is null || evidence.IsSure ? null : 1 - (2 * level),
            Repeats = evidence.Repeats,
            IsComputed = evidence.IsSure && evidence.Value is not null,
            Verdict = verdict,
            Decides = remedy?.Text,
            RepeatsNeeded = remedy?.Repeats,
        };
    }
}
