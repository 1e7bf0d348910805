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
/// <para>
/// Where repeats go on until claims are decided, they are judged at each look of a <see cref="LookSchedule"/> at its share of the error, and a verdict stays.
/// Holm's method counts at a look all claims without that verdict. Of the claims of which the verdict would be wrong, none has it before the first wrong one,
/// so that at least so many are counted: the first wrong verdict comes with a p-value below the share over their number, which at any look and
/// for any of them happens with a probability of at most the sum of the shares.
/// </para>
/// </remarks>
public static class ClaimJudge
{
    // A claim as it stands after the looks so far.
    private sealed class Standing(ResolvedClaim claim)
    {
        public ResolvedClaim Claim { get; } = claim;

        public IReadOnlyList<Evidence> Evidence { get; set; } = [];

        // Judged once and for all: by chance at a look, or without it.
        public bool IsSettled { get; set; }

        public bool IsSure => Evidence.All(evidence => evidence.IsSure) || Evidence.Any(evidence => evidence.IsSure && evidence.PValueOfHolding == 0);

        public double PValueOfFailure => Evidence.Max(evidence => evidence.PValueOfFailure);

        public double PValueOfHolding => Math.Min(1, Drawn * Evidence.Where(evidence => !evidence.IsSure)
            .Select(evidence => evidence.PValueOfHolding).DefaultIfEmpty(1).Min());

        public int Drawn => Evidence.Count(evidence => !evidence.IsSure);

        public ClaimVerdict Verdict { get; set; } = ClaimVerdict.Undecided;

        // Corrected for all claims and looks.
        public double? PValue { get; set; }

        // One-sided, of each comparison.
        public double Level { get; set; }

        public int Look { get; set; }

        // Whether it has a part in the families of claims that are corrected together: once it has, it keeps it.
        public bool IsTested { get; set; }
    }

    /// <summary>Judges claims by the records of a run.</summary>
    public static ClaimVerdicts Judge(ClaimSet claims, RecordedValues values) => Look(claims, values).Verdicts;

    /// <summary>Judges claims by the records of a run, look by look as far as the records go: a function of claims and records alone.</summary>
    internal static Judgement Look(ClaimSet claims, RecordedValues values)
    {
        double half = (1 - claims.Confidence) / 2;
        Standing[] all = [.. claims.Claims.Select(claim => new Standing(claim))];
        LookSchedule? looks = claims.Looks;
        if (looks is null)
        {
            Judge(all, all, values, half, 1);
            return new(Verdicts(), null, [], null) { Needs = [] };
        }

        Standing[] asking = all;
        for (int look = 0; look < looks.Repeats.Count; look++)
        {
            RecordedValues seen = values.UpTo(looks.Repeats[look]);
            bool isWhole = asking.All(one => one.Claim.Configurations.All(seen.IsWhole));
            // Before the first look is complete, what is there is shown; later ones wait until they are.
            if (isWhole || look == 0)
            {
                foreach (Standing one in asking)
                    one.Look = looks.Repeats[look];
                Judge(all, asking, seen, half, looks.Share(look));
            }

            if (!isWhole)
                return After(look == 0 ? null : looks.Repeats[look - 1], [.. asking.Where(one => !one.IsSettled)], looks.Repeats[look]);
            asking = [.. asking.Where(one => !one.IsSettled && one.Evidence.Any(evidence => evidence.GainsFromRepeats))];
            if (asking.Length == 0)
                return After(looks.Repeats[look], [], null);
        }

        return After(looks.Most, [], null);

        Judgement After(int? last, Standing[] open, int? next) => new(Verdicts(), last, [.. open.Select(one => one.Claim)], next)
        {
            Needs = [.. all.Select(one => (one.Claim, open.Contains(one) ? next!.Value : one.Look))],
        };

        ClaimVerdicts Verdicts() => new(claims.Confidence, [.. all.Select(one => Judged(one, looks is null ? null : one.Look))], looks);
    }

    // Judges the claims that are asked about at a share of the error; the others keep what they have, and their part in the families.
    private static void Judge(Standing[] all, Standing[] asked, RecordedValues values, double half, double share)
    {
        double level = half * share;
        foreach (Standing one in asked)
        {
            one.Evidence = [.. one.Claim.Comparisons.Select(comparison => Look(comparison, values))];
            one.IsTested |= !one.IsSure;
        }

        Standing[] tested = [.. all.Where(one => one.IsTested)];
        HashSet<Standing> open = [.. asked.Where(one => !one.IsSure)];
        Dictionary<Standing, (double P, int Among)>
            holding = Corrected([.. tested.Where(one => one.Verdict != ClaimVerdict.Held)], one => open.Contains(one) ? one.PValueOfFailure : 1, level),
            failing = Corrected([.. tested.Where(one => one.Verdict != ClaimVerdict.Failed)], one => open.Contains(one) ? one.PValueOfHolding : 1, level);
        foreach (Standing one in asked)
        {
            if (one.IsSure)
            {
                one.Verdict = one.Evidence.All(evidence => evidence.PValueOfFailure == 0) ? ClaimVerdict.Held
                    : one.Evidence.Any(evidence => evidence.PValueOfHolding == 0) ? ClaimVerdict.Failed
                    : ClaimVerdict.Undecided;
                (one.PValue, one.Level, one.IsSettled) = (null, level, true);
                continue;
            }

            (double heldP, int heldAmong) = holding[one];
            (double failedP, int failedAmong) = failing[one];
            one.Verdict = heldP <= level ? ClaimVerdict.Held : failedP <= level ? ClaimVerdict.Failed : ClaimVerdict.Undecided;
            one.IsSettled = one.Verdict != ClaimVerdict.Undecided;
            double p = Math.Min(1, 2 * (one.Verdict == ClaimVerdict.Failed ? failedP : Math.Min(heldP, failedP)) / share);
            one.PValue = Math.Min(p, one.PValue ?? 1);
            one.Level = level / (one.Verdict == ClaimVerdict.Failed ? failedAmong * one.Drawn : heldAmong);
        }
    }

    // Holm's p-values, and among how many claims each is tested: those that are left when its turn comes, or where the method stops.
    private static Dictionary<Standing, (double P, int Among)> Corrected(Standing[] claims, Func<Standing, double> pValue, double level)
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

    private static JudgedClaim Judged(Standing claim, int? look)
    {
        ClaimVerdict verdict = claim.Verdict;
        JudgedComparison[] comparisons = [.. claim.Evidence.Select(evidence => Judged(evidence, claim.Level))];
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
            PValue = claim.PValue,
            Look = look,
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
