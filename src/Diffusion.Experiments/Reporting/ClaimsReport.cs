using System.Globalization;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Judging;
using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Reporting;

/// <summary>Judged claims as a table.</summary>
public static class ClaimsReport
{
    private const int ClaimsNamed = 3;

    private static readonly string[] Headers = ["claim", "verdict", "value", "interval", "claimed", "n", "would decide"];

    /// <summary>The table, with how to read it.</summary>
    public static ReportSection Section(ClaimVerdicts verdicts) => new()
    {
        Title = "Claims",
        Lines = [$"{Summary(verdicts)}. No verdict is wrong with a confidence of {Percent(verdicts.Confidence)} for all together "
            + $"({(verdicts.Looks is { } looks ? $"Holm, over looks at {Listed(looks)} repeats that share the error" : "Holm")}). "
            + "Values are means over n repeats or, without n, computed. Of a claim about several comparisons the one that decides is shown."],
        Table = new(Headers, [.. verdicts.Claims.Select(Row)]),
    };

    /// <summary>One table for several manifests.</summary>
    /// <param name="verdicts">What each is called, with its claims.</param>
    public static ReportSection SharedSection(IReadOnlyList<(string Name, ClaimVerdicts Verdicts)> verdicts) => new()
    {
        Title = "All claims",
        Lines = [$"{Summary([.. verdicts.Select(one => one.Verdicts)])}. No verdict of a manifest is wrong with its confidence, "
            + $"{string.Join(", ", verdicts.Select(one => Percent(one.Verdicts.Confidence)).Distinct())}."],
        Table = new(
            ["experiment", .. Headers], [.. verdicts.SelectMany(one => one.Verdicts.Claims.Select(claim => (string[])[one.Name, .. Row(claim)]))]),
    };

    /// <summary>What a look at claims came to whose repeats go on until they are decided, and what comes next.</summary>
    /// <param name="judgement">The claims, judged.</param>
    /// <param name="cells">How many more cells come.</param>
    internal static string Look(Judgement judgement, int cells)
    {
        string judged = judgement.Look is { } repeats ? $"After {repeats} repeats" : "Before the first look";
        string[] asking = [.. judgement.Asking.Select(claim => claim.Stated.Text)];
        string open = asking.Length == 0 ? "" : $"; open: {string.Join("; ", asking.Take(ClaimsNamed))}"
            + (asking.Length > ClaimsNamed ? $"; and {asking.Length - ClaimsNamed} more" : "");
        string next = cells > 0 ? $"{Counted.Text(cells, "more cell")} for up to {judgement.Next} repeats."
            : asking.Length > 0 ? "Cells that they need are left out or have not ended."
            : "No more repeats are needed.";
        return $"{judged}, {Summary(judgement.Verdicts)}{open}. {next}";
    }

    /// <summary>"8, 12 and 18".</summary>
    public static string Listed(LookSchedule looks) => looks.Repeats.Count == 1
        ? $"{looks.Most}"
        : $"{string.Join(", ", looks.Repeats.SkipLast(1))} and {looks.Most}";

    /// <summary>"5 claims: 3 held, 1 failed, 1 undecided".</summary>
    public static string Summary(params IReadOnlyList<ClaimVerdicts> verdicts)
    {
        int all = verdicts.Sum(one => one.Claims.Count);
        string[] counts = [.. Enum.GetValues<ClaimVerdict>().Select(verdict => (verdict, Count: verdicts.Sum(one => one.Count(verdict))))
            .Where(one => one.Count > 0)
            .Select(one => $"{one.Count} {Word(one.verdict)}")];
        return $"{all} {(all == 1 ? "claim" : "claims")}: {string.Join(", ", counts)}";
    }

    /// <summary>The table for a tracker, numbers as numbers.</summary>
    public static TrackedTable Tracked(ClaimVerdicts verdicts) => new(
        ["claim", "verdict", "place", "value", "low", "high", "claimed", "n", "p", "would decide"],
        [.. verdicts.Claims.Select(claim => (IReadOnlyList<object?>)
        [
            claim.Text, Word(claim.Verdict), claim.Decisive.Place, claim.Decisive.Value, claim.Decisive.Interval?.Low, claim.Decisive.Interval?.High,
            claim.Decisive.Claimed, (double)claim.Decisive.Repeats, claim.PValue, claim.Decisive.Decides,
        ])]);

    /// <summary>A verdict in words.</summary>
    public static string Word(ClaimVerdict verdict) => verdict switch
    {
        ClaimVerdict.Held => "held",
        ClaimVerdict.Failed => "FAILED",
        _ => "undecided",
    };

    private static string[] Row(JudgedClaim claim)
    {
        JudgedComparison decisive = claim.Decisive;
        int all = claim.Comparisons.Count;
        // Of several comparisons the table shows the one that decides.
        string which = all == 1 ? "" : claim.Verdict switch
        {
            ClaimVerdict.Held => $" (nearest of {all}: {decisive.Place})",
            ClaimVerdict.Failed => $" ({claim.Failed} of {all}: {decisive.Place})",
            _ => $" ({claim.Undecided} of {all}: {decisive.Place})",
        };
        return
        [
            claim.Text,
            $"{Word(claim.Verdict)}{which}",
            decisive.Value is { } value ? Number(value) : "",
            decisive switch
            {
                { IsComputed: true, Interval: { } computed } => $"computed, ± {Reach(computed)}",
                { Interval: { } interval, Confidence: { } confidence } => $"{Number(interval.Low)} to {Number(interval.High)} ({Percent(confidence)})",
                _ => "",
            },
            decisive.Claimed,
            decisive.IsComputed || decisive.Value is null ? "" : $"{decisive.Repeats}",
            decisive.Decides ?? "",
        ];
    }

    private static string Reach(Interval interval) => ((interval.High - interval.Low) / 2).ToString("g1", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("g4", CultureInfo.InvariantCulture);

    private static string Percent(double share) => $"{(100 * share).ToString("0.####", CultureInfo.InvariantCulture)} %";
}
