using Diffusion.Experiments.Judging;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Statistics;
using Xunit;

namespace Diffusion.Tests.Claims;

/// <summary>Claims that are judged again and again while repeats go on: on records whose truth is known.</summary>
public sealed class UntilDecidedTests : IDisposable
{
    private const string Until = """{ "until": "decided", "atMost": 64 }""";

    private static readonly int[] Looks = [8, 12, 18, 27, 41, 64];

    private readonly ClaimRecords _records = new();

    public void Dispose() => _records.Dispose();

    private static string AtMost(string solver, int steps, double most) => FormattableString.Invariant(
        $$"""{ "claim": "value", "metric": "mmd", "where": { "solver": "{{solver}}", "steps": {{steps}} }, "atMost": {{most}} }""");

    // Mean 0 and a standard deviation near 1 in whatever number of repeats, without chance: the golden ratio's multiples fill (0, 1) evenly.
    private static double Scatter(int repeat, double phase = 0) => Math.Sqrt(12) * ((((repeat + phase) * 0.6180339887498949) % 1) - 0.5);

    private static CellRecord Drawn(ExperimentCell cell, double mean = 0) =>
        ClaimRecords.Record(cell, mean + Scatter(cell.Number.Sampling, cell.Experiment.Steps));

    private Judgement Judge(string claims, Func<ExperimentCell, CellRecord?> record, double confidence = 0.95)
    {
        ExperimentPlan plan = _records.Plan(claims, Until, confidence);
        return ClaimJudge.Look(plan.Claims, new([.. plan.Cells.Select(record).OfType<CellRecord>()], null));
    }

    private static double PValueOfAtLeast(ExperimentCell[] cells, int repeats, double high) =>
        MeanInference.FromValues([.. cells.Take(repeats).Select(cell => Drawn(cell).Metrics[0].Value)]).PValueOfAtLeast(high)!.Value;

    [Fact]
    public void A_claim_is_judged_at_the_first_look_that_decides_at_its_share_of_the_error()
    {
        ExperimentCell[] cells = [.. _records.Plan("", "64").Cells.Where(cell => cell.AxisValues["solver"] == "euler" && cell.Experiment.Steps == 5)];
        HashSet<int> met = [];
        foreach (double most in new[] { 3, 1.2, 0.9, 0.7, 0.5, 0.35, 0.3, 0.2 })
        {
            Judgement judgement = Judge(AtMost("euler", 5, most), cell => Drawn(cell));
            JudgedClaim claim = Assert.Single(judgement.Verdicts.Claims);
            // By hand: half of the error, the share of the look, one claim.
            int[] deciding = [.. Looks.Index().Where(look => PValueOfAtLeast(cells, look.Item, most)
                <= 0.025 * (look.Item - (look.Index == 0 ? 0 : Looks[look.Index - 1])) / 64.0).Select(look => look.Item)];
            int expected = deciding.FirstOrDefault(64);
            Assert.Equal((deciding.Length > 0 ? ClaimVerdict.Held : ClaimVerdict.Undecided, expected), (claim.Verdict, claim.Look));
            Assert.Equal((expected, expected), (judgement.Look, claim.Decisive.Repeats));
            int look = Looks.IndexOf(expected);
            double share = (expected - (look == 0 ? 0 : Looks[look - 1])) / 64.0;
            Assert.Equal(1 - (0.05 * share), claim.Decisive.Confidence!.Value, 1e-12);
            Assert.Equal(deciding.Length > 0, claim.PValue <= 0.05);
            if (deciding.Length > 0)
                Assert.Equal(2 * PValueOfAtLeast(cells, expected, most) / share, claim.PValue!.Value, 1e-12);
            Assert.Empty(judgement.Asking);
            met.Add(deciding.FirstOrDefault(0));
        }

        // Early, late, and never.
        Assert.Superset(new HashSet<int> { 0, 8, 12, 64 }, met);
    }

    [Fact]
    public void A_verdict_stays_whatever_later_repeats_say_and_records_beyond_the_look_change_nothing()
    {
        string claim = AtMost("euler", 5, 3);
        Judgement early = Judge(claim, cell => cell.Number.Sampling < 8 ? Drawn(cell) : null),
            late = Judge(claim, cell => Drawn(cell, cell.Number.Sampling < 8 ? 0 : 100));
        Assert.Equal(ClaimVerdict.Held, late.Verdicts.Overall);
        Assert.Equal(early.Verdicts.Claims[0].Comparisons, late.Verdicts.Claims[0].Comparisons);
        Assert.Equal(early.Verdicts.Claims[0].PValue, late.Verdicts.Claims[0].PValue);
        Assert.Equal(ClaimVerdict.Failed, Judge(claim, cell => Drawn(cell, 100)).Verdicts.Overall);
    }

    [Fact]
    public void Only_what_open_claims_are_about_is_asked_for_and_one_look_at_a_time()
    {
        string claims = $"{AtMost("euler", 5, 3)}, {AtMost("euler", 10, 0.5)}, {AtMost("ancestral", 20, -3)}";
        ExperimentPlan plan = _records.Plan(claims, Until);
        List<int> looks = [];
        HashSet<CellId> ran = [];
        // What a run does: whatever the records ask for, until nothing is asked.
        while (true)
        {
            Judgement judgement = ClaimJudge.Look(plan.Claims, new([.. plan.Cells.Where(cell => ran.Contains(cell.Id)).Select(cell => Drawn(cell))], null));
            ExperimentCell[] missing = [.. plan.Cells.Where(cell => judgement.NeededOf(plan.Cells).Contains(cell.Id) && !ran.Contains(cell.Id))];
            if (missing.Length == 0)
            {
                Assert.Equal(
                    [ClaimVerdict.Held, ClaimVerdict.Held, ClaimVerdict.Failed], judgement.Verdicts.Claims.Select(claim => claim.Verdict));
                Assert.Equal((8, 8), (judgement.Verdicts.Claims[0].Look, judgement.Verdicts.Claims[2].Look));
                break;
            }

            if (looks.Count > 0)
            {
                Assert.All(missing, cell => Assert.Equal(("euler", 10), (cell.AxisValues["solver"], cell.Experiment.Steps)));
                Assert.Equal("$.expect[1]", Assert.Single(judgement.Asking).Stated.Path);
            }

            looks.Add(missing.Max(cell => cell.Number.Sampling) + 1);
            Assert.Equal(looks[^1], judgement.Next);
            ran.UnionWith(missing.Select(cell => cell.Id));
        }

        Assert.Equal(Looks.Take(looks.Count), looks);
        Assert.InRange(looks.Count, 3, 6);
        Assert.Equal((8 * 8) + looks[^1] - 8, ran.Count);
    }

    [Fact]
    public void A_look_that_is_not_complete_decides_nothing_new()
    {
        string claims = $"{AtMost("euler", 5, 0.7)}, {AtMost("euler", 10, 0.7)}";
        Judgement before = Judge(claims, cell => cell.Number.Sampling < 8 ? Drawn(cell) : null),
            within = Judge(claims, cell => cell.Number.Sampling < 12 && !(cell.Experiment.Steps == 10 && cell.Number.Sampling == 11) ? Drawn(cell) : null),
            after = Judge(claims, cell => cell.Number.Sampling < 12 ? Drawn(cell) : null);
        Assert.Equal((8, 12, 2), (before.Look, before.Next, before.Asking.Count));
        Assert.Equal((8, 12, 2), (within.Look, within.Next, within.Asking.Count));
        Assert.Equal(before.Verdicts.Claims.Select(claim => claim.Decisive), within.Verdicts.Claims.Select(claim => claim.Decisive));
        Assert.Equal(12, after.Look);
        Assert.NotEqual(before.Verdicts.Claims.Select(claim => claim.Decisive), after.Verdicts.Claims.Select(claim => claim.Decisive));
        Judgement first = Judge(claims, cell => cell.Number.Sampling < 7 ? Drawn(cell) : null);
        Assert.Equal((null, 8, 2), (first.Look, first.Next, first.Asking.Count));
        Assert.Equal("the 1 of 8 cells that have not ended", first.Verdicts.Claims[0].Decisive.Decides);
    }

    [Fact]
    public void A_claim_that_has_one_verdict_is_counted_among_those_that_may_get_the_other()
    {
        // The first claim holds at once. Of "held" there is one left to come, of "failed" there are two.
        double most = 0.2;
        JudgedClaim open = Judge($"{AtMost("euler", 5, 3)}, {AtMost("euler", 10, most)}", cell => Drawn(cell)).Verdicts.Claims[1],
            alone = Judge(AtMost("euler", 10, most), cell => Drawn(cell)).Verdicts.Claims[0];
        Assert.Equal((ClaimVerdict.Undecided, ClaimVerdict.Undecided), (open.Verdict, alone.Verdict));
        Assert.Equal(alone.Decisive.Interval, open.Decisive.Interval);

        // The mean lies above what is claimed, and the p-value of "failed" is between the level of one claim and that of two.
        ExperimentCell[] cells = [.. _records.Plan("", "64").Cells.Where(cell => cell.AxisValues["solver"] == "euler" && cell.Experiment.Steps == 10)];
        MeanInference mean = MeanInference.FromValues([.. cells.Select(cell => Drawn(cell).Metrics[0].Value)]);
        double level = 0.025 * (64 - 41) / 64.0, end = mean.Interval(1 - (2 * 0.75 * level))!.Value.Low;
        Assert.InRange(mean.PValueOfAtMost(end)!.Value, 0.5 * level, level);
        Assert.Equal(ClaimVerdict.Failed, Judge(AtMost("euler", 10, end), cell => Drawn(cell)).Verdicts.Claims[0].Verdict);
        Assert.Equal(ClaimVerdict.Undecided, Judge($"{AtMost("euler", 5, 3)}, {AtMost("euler", 10, end)}", cell => Drawn(cell)).Verdicts.Claims[1].Verdict);
    }

    [Fact]
    public void Nothing_is_asked_for_that_repeats_cannot_decide()
    {
        string claim = AtMost("euler", 5, 0.5);
        // Computed, never varying, diverged, failed: each is open or settled after the first look, and stays so.
        Assert.Equal((ClaimVerdict.Undecided, 8), After(cell => ClaimRecords.Record(cell, 0.5, 0.1, MetricErrorKind.Quadrature)));
        Assert.Equal((ClaimVerdict.Undecided, 8), After(cell => ClaimRecords.Record(cell, 0.5, 0.1)));
        Assert.Equal((ClaimVerdict.Failed, 8), After(cell => ClaimRecords.Record(cell, null, status: CellStatus.Diverged)));
        Assert.Equal((ClaimVerdict.Undecided, 8), After(cell => ClaimRecords.Record(cell, null, status: CellStatus.Failed)));

        (ClaimVerdict Verdict, int? Look) After(Func<ExperimentCell, CellRecord> record)
        {
            Judgement judgement = Judge(claim, record);
            Assert.Empty(judgement.Asking);
            return (judgement.Verdicts.Overall, judgement.Look);
        }
    }

    [Theory]
    [InlineData("""{ "until": "decidd", "atMost": 64 }""", "$.sweep.repeats.until  unknown condition 'decidd'; did you mean 'decided'? (known: decided)")]
    [InlineData("""{ "until": 3, "atMost": 64 }""", "$.sweep.repeats.until  expected \"decided\", found a number")]
    [InlineData("""{ "until": "decided" }""", "$.sweep.repeats  missing key 'atMost' in repeats: { \"until\": \"decided\", \"atMost\": number }")]
    [InlineData("""{ "atMost": 64 }""", "$.sweep.repeats  missing key 'until' in repeats: { \"until\": \"decided\", \"atMost\": number }")]
    [InlineData(
        """{ "until": "decided", "atMost": 7 }""",
        "$.sweep.repeats.atMost  must be at least 8, the repeats after which claims are first judged; found 7")]
    [InlineData("""{ "until": "decided", "atMost": 64.5 }""", "$.sweep.repeats.atMost  ")]
    [InlineData("""{ "until": "decided", "atMost": 20000 }""", "$.sweep.repeats.atMost  must be ")]
    [InlineData(
        """{ "until": "decided", "atMost": 64, "training": 5 }""",
        "$.sweep.repeats.training  unknown key 'training' in repeats with 'until' (known: atMost, until)")]
    public void Mistakes_are_told_with_their_place(string repeats, string message)
    {
        ManifestProblem problem = Assert.Single(Assert.Throws<ManifestException>(() => _records.Plan(AtMost("euler", 5, 1), repeats)).Problems);
        Assert.Contains(message, problem.ToString(), StringComparison.Ordinal);
        Assert.True(problem.Line > 1);
    }

    [Fact]
    public void Without_claims_there_is_nothing_to_decide() => Assert.EndsWith(
        "$.sweep.repeats.until  nothing is claimed, so that nothing can be decided: state what the results should be in 'expect', or a number of repeats "
        + "(\"repeats\": 8)",
        Assert.Single(Assert.Throws<ManifestException>(() => _records.Plan("", Until)).Problems).ToString(), StringComparison.Ordinal);

    [Fact]
    public void Cells_and_keys_are_those_of_as_many_repeats_as_are_possible()
    {
        ExperimentPlan until = _records.Plan(AtMost("euler", 5, 1), Until), plain = _records.Plan("", "64");
        Assert.Equal(plain.Key, until.Key);
        Assert.Equal(plain.Cells.Select(cell => cell.Key), until.Cells.Select(cell => cell.Key));
        Assert.Equal(Looks, until.Claims.Looks!.Repeats);
        Assert.Null(plain.Claims.Looks);
    }
}
