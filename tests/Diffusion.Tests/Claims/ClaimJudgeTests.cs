using Diffusion.Experiments.Judging;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Statistics;
using Xunit;

namespace Diffusion.Tests.Claims;

/// <summary>Verdicts on records whose truth is known.</summary>
public sealed class ClaimJudgeTests : IDisposable
{
    // Scatter around 0 that all cells of a repeat share, and scatter of each solver's own.
    private static readonly double[] Shared = [3, -1, 4, -2, 0, -4, 5, -5];
    private static readonly double[] Own = [0.02, -0.01, -0.02, 0.01, 0, 0.015, -0.015, 0];

    private readonly ClaimRecords _records = new();

    public void Dispose() => _records.Dispose();

    private static string Solver(ExperimentCell cell) => cell.AxisValues["solver"];

    private static int Steps(ExperimentCell cell) => cell.Experiment.Steps;

    // 20 for euler and 19 for the other, give or take what they share and what is their own.
    private static CellRecord Drawn(ExperimentCell cell) => ClaimRecords.Record(
        cell, Shared[cell.Repeat] + (Solver(cell) == "euler" ? 20 + Own[cell.Repeat] : 19));

    private static CellRecord Computed(ExperimentCell cell, double value, double error) =>
        ClaimRecords.Record(cell, value, error, MetricErrorKind.Quadrature);

    private JudgedClaim Judge(string claim, Func<ExperimentCell, CellRecord?> record, int repeats = 8) =>
        Assert.Single(_records.Judge(claim, record, repeats).Claims);

    private ClaimVerdict Verdict(string claim, Func<ExperimentCell, CellRecord?> record, int repeats = 8) => Judge(claim, record, repeats).Verdict;

    private static string Value(string region, string where = "\"solver\": \"euler\", \"steps\": 5") =>
        $$"""{ "claim": "value", "metric": "mmd", "where": { {{where}} }, {{region}} }""";

    [Fact]
    public void The_interval_of_the_mean_decides_about_a_value()
    {
        JudgedClaim open = Judge(Value("\"between\": [18, 22]"), Drawn);
        Interval interval = MeanInference.FromValues([.. Shared.Zip(Own, (shared, own) => 20 + shared + own)]).Interval()!.Value;
        Assert.Equal(ClaimVerdict.Undecided, open.Verdict);
        Assert.Equal((20.0, interval, 8, 0.95), (open.Decisive.Value!.Value, open.Decisive.Interval!.Value, open.Decisive.Repeats, open.Decisive.Confidence));
        // Just what the interval leaves open.
        Assert.Equal(ClaimVerdict.Held, Verdict(Value(FormattableString.Invariant($"\"atMost\": {interval.High + 1e-9}")), Drawn));
        Assert.Equal(ClaimVerdict.Undecided, Verdict(Value(FormattableString.Invariant($"\"atMost\": {interval.High - 1e-9}")), Drawn));
        Assert.Equal(ClaimVerdict.Failed, Verdict(Value(FormattableString.Invariant($"\"atLeast\": {interval.High + 1e-9}")), Drawn));
        Assert.Equal(ClaimVerdict.Held, Verdict(Value("\"between\": [0, 40]"), Drawn));
        Assert.Equal(ClaimVerdict.Failed, Verdict(Value("\"between\": [30, 40]"), Drawn));
    }

    [Fact]
    public void An_open_claim_says_how_many_repeats_would_decide_it()
    {
        JudgedClaim open = Judge(Value("\"atMost\": 22"), Drawn);
        SampleMoments moments = SampleMoments.Compute([.. Shared.Zip(Own, (shared, own) => 20 + shared + own)]);
        int needed = RepeatPlanning.Needed((22 - moments.Mean) / moments.StandardDeviation, 0.05)!.Value;
        Assert.Equal((needed, $"about {needed} repeats"), (open.Decisive.RepeatsNeeded, open.Decisive.Decides));
        Assert.Equal("more than 100000 repeats: it lies too near the end of what is claimed", Judge(Value("\"atMost\": 20"), Drawn).Decisive.Decides);
    }

    [Fact]
    public void Sides_are_compared_repeat_by_repeat()
    {
        const string Less = """{ "claim": "less", "metric": "mmd", "left": { "solver": "ancestral" }, "right": { "solver": "euler" }{0} }""";
        JudgedClaim less = Judge(Less.Replace("{0}", "", StringComparison.Ordinal), Drawn);
        Assert.Equal((ClaimVerdict.Held, 4, 0), (less.Verdict, less.Held, less.Undecided));
        Assert.Equal(-1, less.Decisive.Value!.Value, 1e-12);
        Assert.Equal(ClaimVerdict.Held, Verdict(Less.Replace("{0}", ", \"byAtLeast\": 0.95", StringComparison.Ordinal), Drawn));
        Assert.Equal(ClaimVerdict.Undecided, Verdict(Less.Replace("{0}", ", \"byAtLeast\": 1", StringComparison.Ordinal), Drawn));
        Assert.Equal(ClaimVerdict.Failed, Verdict(Less.Replace("{0}", ", \"byAtLeast\": 1.05", StringComparison.Ordinal), Drawn));
        const string Same = """{ "claim": "equivalent", "metric": "mmd", "left": { "solver": "ancestral" }, "right": { "solver": "euler" }, "within": {0} }""";
        Assert.Equal(
            [ClaimVerdict.Failed, ClaimVerdict.Undecided, ClaimVerdict.Held],
            new[] { "0.9", "1", "1.1" }.Select(margin => Verdict(Same.Replace("{0}", margin, StringComparison.Ordinal), Drawn)));
    }

    [Fact]
    public void Every_pair_must_hold_and_one_that_does_not_fails_the_claim()
    {
        const string Less = """{ "claim": "less", "metric": "mmd", "left": { "solver": "ancestral" }, "right": { "solver": "euler" } }""";
        JudgedClaim failed = Judge(Less, cell => Drawn(cell) is var record && Solver(cell) == "ancestral" && Steps(cell) == 20
            ? record with { Metrics = [record.Metrics[0] with { Value = record.Metrics[0].Value + 2 }] }
            : record);
        Assert.Equal((ClaimVerdict.Failed, 3, 1, 0), (failed.Verdict, failed.Held, failed.Failed, failed.Undecided));
        Assert.Equal(("steps 20", 1.0), (failed.Decisive.Place, Math.Round(failed.Decisive.Value!.Value, 9)));
    }

    [Fact]
    public void A_mean_over_an_axis_is_one_comparison_of_pairs()
    {
        // 1, 2, 3, 4 less on the left at three numbers of steps, and 3 more at the last.
        const string Mean = """
            { "claim": "less", "metric": "mmd", "left": { "solver": "ancestral" }, "right": { "solver": "euler" }, "meanOver": "steps"{0} }
            """;
        CellRecord Mixed(ExperimentCell cell) => Computed(
            cell, Solver(cell) == "euler" ? 10 : Steps(cell) switch { 5 => 9, 10 => 8, 20 => 7, _ => 13 }, 0.01);
        JudgedClaim held = Judge(Mean.Replace("{0}", "", StringComparison.Ordinal), Mixed);
        Assert.Equal((ClaimVerdict.Held, 1), (held.Verdict, held.Held));
        Assert.Equal(-0.75, held.Decisive.Value!.Value, 1e-12);
        // The errors of all values add up, in the mean.
        Assert.Equal(-0.75 + 0.02, held.Decisive.Interval!.Value.High, 1e-12);
        Assert.Equal(ClaimVerdict.Failed, Verdict(Mean.Replace("{0}", ", \"byAtLeast\": 0.8", StringComparison.Ordinal), Mixed));
        Assert.Equal(ClaimVerdict.Failed, Verdict(Mean.Replace(", \"meanOver\": \"steps\"{0}", "", StringComparison.Ordinal), Mixed));
    }

    [Fact]
    public void A_difference_of_logarithms_is_a_factor()
    {
        const string Half = """
            {
              "claim": "less", "metric": "mmd", "left": { "solver": "ancestral" }, "right": { "solver": "euler" }, "logarithmic": true, "meanOver": "steps",
              "byAtLeast": {0}
            }
            """;
        // Factors 2, 4, 8 and 1/4: 2 in the geometric mean.
        CellRecord Factors(ExperimentCell cell) => Computed(
            cell, Solver(cell) == "euler" ? 10 : 10 / (Steps(cell) switch { 5 => 2.0, 10 => 4, 20 => 8, _ => 0.25 }), 0);
        Assert.Equal(
            [ClaimVerdict.Held, ClaimVerdict.Failed],
            new[] { "0.693", "0.694" }.Select(margin => Verdict(Half.Replace("{0}", margin, StringComparison.Ordinal), Factors)));
        Assert.Equal(-Math.Log(2), Judge(Half.Replace("{0}", "0.1", StringComparison.Ordinal), Factors).Decisive.Value!.Value, 1e-12);
        Assert.Equal(ClaimVerdict.Undecided, Verdict(Half.Replace("{0}", "0.1", StringComparison.Ordinal), cell => Computed(cell, 0, 0)));
    }

    [Fact]
    public void Of_comparisons_without_chance_that_which_holds_by_least_or_fails_by_most_decides()
    {
        const string Values = """{ "claim": "value", "metric": "mmd", "where": { "solver": "euler" }, "atMost": 25 }""";
        Assert.Equal(("steps 20", 20.0), Judge(Values, cell => Computed(cell, Math.Min(Steps(cell), 20), 0.1)).Decisive is var held
            ? (held.Place, held.Value!.Value)
            : default);
        Assert.Equal("steps 40", Judge(Values, cell => Computed(cell, Steps(cell) + 10, 0.1)).Decisive.Place);
    }

    [Fact]
    public void The_exact_sampler_is_a_side()
    {
        const string Claim = """
            { "claim": "equivalent", "metric": "mmd", "left": { "solver": "euler", "steps": 5 }, "right": "exact-sampler", "within": 0.1 }
            """;
        Assert.Equal(ClaimVerdict.Held, Verdict(Claim, cell => ClaimRecords.Record(cell, Shared[cell.Repeat] + Own[cell.Repeat], exact: Shared[cell.Repeat])));
        Assert.Equal("values: the exact sampler has no 'mmd'", Judge(Claim, cell => ClaimRecords.Record(cell, 1)).Decisive.Decides);
    }

    [Fact]
    public void What_is_computed_is_decided_by_the_error_of_its_quadrature_whatever_the_repeats()
    {
        foreach (int repeats in new[] { 1, 3 })
        {
            Assert.Equal(ClaimVerdict.Held, Verdict(Value("\"atMost\": 0.5"), cell => Computed(cell, 0.4, 0.1), repeats));
            Assert.Equal(ClaimVerdict.Undecided, Verdict(Value("\"atMost\": 0.5"), cell => Computed(cell, 0.4, 0.11), repeats));
            Assert.Equal(ClaimVerdict.Undecided, Verdict(Value("\"atMost\": 0.5"), cell => Computed(cell, 0.6, 0.11), repeats));
            Assert.Equal(ClaimVerdict.Failed, Verdict(Value("\"atMost\": 0.5"), cell => Computed(cell, 0.6, 0.09), repeats));
        }

        JudgedClaim held = Judge(Value("\"atMost\": 0.5"), cell => Computed(cell, 0.25, 0.125));
        Assert.Equal((true, null, null), (held.Decisive.IsComputed, held.Decisive.Confidence, held.PValue));
        Assert.Equal(new Interval(0.125, 0.375), held.Decisive.Interval);
        // The errors of both sides add up.
        const string Less = """
            { "claim": "less", "metric": "mmd", "left": { "solver": "ancestral" }, "right": { "solver": "euler" }, "where": { "steps": 5 } }
            """;
        Assert.Equal(
            [ClaimVerdict.Held, ClaimVerdict.Undecided],
            new[] { 0.49, 0.51 }.Select(error => Verdict(Less, cell => Computed(cell, Solver(cell) == "euler" ? 2 : 1, error), 1)));
        // Equal values are not less, and are at most.
        Assert.Equal(ClaimVerdict.Failed, Verdict(Less, cell => Computed(cell, 1, 0), 1));
        Assert.Equal(ClaimVerdict.Held, Verdict(Value("\"between\": [1, 1]"), cell => Computed(cell, 1, 0), 1));
    }

    [Fact]
    public void A_computed_value_beside_drawn_ones_widens_the_interval_by_its_error()
    {
        const string Claim = """{ "claim": "bound", "metric": "mmd", "atMost": { "metric": "bound" }, "where": { "solver": "euler", "steps": 5 } }""";
        CellRecord Bounded(ExperimentCell cell, double error) => Drawn(cell) is var record
            ? record with { Metrics = [.. record.Metrics, new("bound", 25, error, 1) { ErrorKind = MetricErrorKind.Quadrature }] }
            : record;
        Interval exact = Judge(Claim, cell => Bounded(cell, 0)).Decisive.Interval!.Value,
            wide = Judge(Claim, cell => Bounded(cell, 0.5)).Decisive.Interval!.Value;
        Assert.Equal((exact.Low - 0.5, exact.High + 0.5), (wide.Low, wide.High));
        Assert.Equal(ClaimVerdict.Held, Verdict(Claim, cell => Bounded(cell, 0)));
        Assert.Equal(ClaimVerdict.Undecided, Verdict(Claim, cell => Bounded(cell, 4)));
    }

    [Fact]
    public void Fewer_repeats_than_tell_a_spread_take_the_error_that_each_value_came_with()
    {
        JudgedClaim one = Judge(Value("\"atMost\": 1"), cell => ClaimRecords.Record(cell, 0.8, 0.1), 1);
        Assert.Equal(0.8 + (1.959963985 * 0.1), one.Decisive.Interval!.Value.High, 1e-8);
        Assert.Equal(ClaimVerdict.Held, one.Verdict);
        // The mean of four: half the error.
        JudgedClaim four = Judge(Value("\"atMost\": 1"), cell => ClaimRecords.Record(cell, 0.8 + (cell.Repeat % 2 * 0.1), 0.1), 4);
        Assert.Equal(0.85 + (1.959963985 * 0.05), four.Decisive.Interval!.Value.High, 1e-8);
        JudgedClaim open = Judge(Value("\"atMost\": 1"), cell => ClaimRecords.Record(cell, 0.9, 0.1), 1);
        // ((1.96 + 0.84)·0.1/0.1)²
        Assert.Equal((ClaimVerdict.Undecided, "about 7.8 times as many samples, or at least 5 repeats"), (open.Verdict, open.Decisive.Decides));
        // Of two sides of one repeat the errors add up, whatever they have in common.
        const string Less = """
            { "claim": "less", "metric": "mmd", "left": { "solver": "ancestral" }, "right": { "solver": "euler" }, "where": { "steps": 5 } }
            """;
        JudgedClaim pair = Judge(Less, cell => ClaimRecords.Record(cell, Solver(cell) == "euler" ? 1 : 0.5, 0.1), 1);
        Assert.Equal(-0.5 + (1.959963985 * 0.2), pair.Decisive.Interval!.Value.High, 1e-8);
    }

    [Fact]
    public void Values_that_do_not_vary_take_their_own_error_and_without_one_are_undecided()
    {
        Assert.Equal(ClaimVerdict.Held, Verdict(Value("\"atMost\": 1"), cell => ClaimRecords.Record(cell, 0.8, 0.1)));
        Assert.Equal(0.8 + (1.959963985 * 0.1), Judge(Value("\"atMost\": 1"), cell => ClaimRecords.Record(cell, 0.8, 0.1)).Decisive.Interval!.Value.High, 1e-8);
        JudgedClaim without = Judge(Value("\"atMost\": 1"), cell => ClaimRecords.Record(cell, 0.8));
        Assert.Equal((ClaimVerdict.Undecided, "values that vary between repeats, or that come with an error"), (without.Verdict, without.Decisive.Decides));
        Assert.Equal("at least 5 repeats", Judge(Value("\"atMost\": 1"), cell => ClaimRecords.Record(cell, cell.Repeat), 4).Decisive.Decides);
    }

    [Fact]
    public void Methods_that_are_one_are_equivalent_without_chance_and_neither_is_less()
    {
        CellRecord Same(ExperimentCell cell) => ClaimRecords.Record(cell, (100 + Shared[cell.Repeat]) * (Solver(cell) == "euler" ? 1 : 1 + 1e-7));
        const string Sides = """ "metric": "mmd", "left": { "solver": "ancestral" }, "right": { "solver": "euler" } """,
            Equivalent = $$"""{ "claim": "equivalent", "within": 0.01, {{Sides}} }""",
            Less = $$"""{ "claim": "less", {{Sides}} }""";
        Assert.Equal((ClaimVerdict.Held, (double?)null), Judge(Equivalent, Same) is var held ? (held.Verdict, held.PValue) : default);
        Assert.Equal(ClaimVerdict.Undecided, Verdict(Less, Same));
    }

    [Fact]
    public void Lines_fall_from_number_to_number_and_have_the_order_of_their_power()
    {
        // 8/n² and 8/n, give or take a factor that each repeat shares.
        CellRecord Power(ExperimentCell cell) => ClaimRecords.Record(
            cell, 8 * Math.Exp((0.1 * Shared[cell.Repeat]) + (Steps(cell) * 1e-4 * Own[cell.Repeat])) / Math.Pow(Steps(cell), Solver(cell) == "euler" ? 1 : 2));
        const string Falls = """{ "claim": "monotone", "metric": "mmd", "along": "steps", "direction": "decreasing" }""";
        JudgedClaim falls = Judge(Falls, Power);
        Assert.Equal((ClaimVerdict.Held, 6), (falls.Verdict, falls.Held));
        Assert.Equal(ClaimVerdict.Failed, Verdict(Falls, cell => ClaimRecords.Record(cell, Steps(cell) + Own[(cell.Repeat + Steps(cell)) % 7])));
        static string Order(string solver) =>
            $$"""{ "claim": "order", "metric": "mmd", "along": "steps", "where": { "solver": "{{solver}}" }, "between": [1.9, 2.1] }""";
        JudgedClaim order = Judge(Order("ancestral"), Power);
        Assert.Equal((ClaimVerdict.Held, 2.0), (order.Verdict, Math.Round(order.Decisive.Value!.Value, 2)));
        Assert.Equal(ClaimVerdict.Failed, Verdict(Order("euler"), Power));
        Assert.StartsWith(
            "positive values", Judge(Order("euler"), cell => ClaimRecords.Record(cell, Own[cell.Repeat])).Decisive.Decides, StringComparison.Ordinal);
    }

    [Fact]
    public void The_order_of_computed_values_carries_their_errors()
    {
        const string Order = """
            { "claim": "order", "metric": "mmd", "along": "steps", "range": [10, 40], "where": { "solver": "euler" }, "between": [1.9, 2.1] }
            """;
        JudgedClaim order = Judge(Order, cell => Computed(cell, 1.0 / Steps(cell) / Steps(cell), 0.001 / Steps(cell) / Steps(cell)), 1);
        // The slope over three points in equal ratios of 2 takes the outer ones, and downwards a logarithm is further off.
        double reach = -2 * Math.Log(1 - 0.001) / (2 * Math.Log(2));
        Assert.Equal(ClaimVerdict.Held, order.Verdict);
        Assert.Equal((2 - reach, 2 + reach), (order.Decisive.Interval!.Value.Low, order.Decisive.Interval.Value.High), Near);
    }

    private static bool Near((double, double) a, (double, double) b) => Math.Abs(a.Item1 - b.Item1) < 1e-9 && Math.Abs(a.Item2 - b.Item2) < 1e-9;

    [Fact]
    public void What_diverged_has_failed_and_what_has_not_ended_is_undecided()
    {
        string claim = Value("\"atMost\": 100");
        JudgedClaim diverged = Judge(claim, cell => cell.Repeat < 2 ? ClaimRecords.Record(cell, null, status: CellStatus.Diverged) : Drawn(cell));
        Assert.Equal((ClaimVerdict.Failed, "2 of 8 cells diverged, so there is no such value"), (diverged.Verdict, diverged.Decisive.Decides));
        JudgedClaim missing = Judge(claim, cell => cell.Repeat < 6 ? Drawn(cell) : null);
        Assert.Equal((ClaimVerdict.Undecided, "the 2 of 8 cells that have not ended"), (missing.Verdict, missing.Decisive.Decides));
        JudgedClaim failed = Judge(claim, cell => cell.Repeat == 0 ? ClaimRecords.Record(cell, null, status: CellStatus.Failed) : Drawn(cell));
        Assert.Equal((ClaimVerdict.Undecided, "cells that do not fail: out of sorts"), (failed.Verdict, failed.Decisive.Decides));
        JudgedClaim unmeasured = Judge(claim, cell => Drawn(cell) with { Metrics = cell.Repeat == 0 ? [] : Drawn(cell).Metrics });
        Assert.Equal((ClaimVerdict.Undecided, "values: 1 of 8 cells have no 'mmd'"), (unmeasured.Verdict, unmeasured.Decisive.Decides));
    }

    [Fact]
    public void All_claims_of_a_manifest_share_the_error_by_Holms_method()
    {
        // One claim of which the interval at 95 % is enough by itself, and 0 to 3 others beside it.
        Interval interval = MeanInference.FromValues([.. Shared.Zip(Own, (shared, own) => 20 + shared + own)]).Interval(0.97)!.Value;
        string near = Value(FormattableString.Invariant($"\"atMost\": {interval.High}"));
        string open = Value("\"atMost\": 20.5"), sure = Value("\"atMost\": 1000");
        string computed = Value("\"atMost\": 1000", "\"solver\": \"ancestral\", \"steps\": 5");
        ClaimVerdict Beside(params string[] others) => _records.Judge(string.Join(',', others.Append(near)), Drawn).Claims[^1].Verdict;
        Assert.Equal(ClaimVerdict.Held, Beside());
        // Two claims at 97.5 % each; of a claim that is decided no error is left to share.
        Assert.Equal(ClaimVerdict.Undecided, Beside(open));
        Assert.Equal(ClaimVerdict.Held, Beside(sure));
        Assert.Equal(ClaimVerdict.Held, Beside(sure, sure, computed));
        Assert.Equal(0.975, _records.Judge($"{open},{near}", Drawn).Claims[1].Decisive.Confidence);
        // What is computed needs no share.
        ClaimVerdicts mixed = _records.Judge($"{computed},{near}", cell => Solver(cell) == "ancestral" ? Computed(cell, 1, 0.1) : Drawn(cell));
        Assert.Equal((ClaimVerdict.Held, 0.95), (mixed.Claims[1].Verdict, mixed.Claims[1].Decisive.Confidence));
        Assert.Equal(ClaimVerdict.Held, mixed.Overall);
        // The p-value that is told is the one that was decided by.
        JudgedClaim judged = _records.Judge($"{open},{near}", Drawn).Claims[1];
        double p = MeanInference.FromValues([.. Shared.Zip(Own, (shared, own) => 20 + shared + own - interval.High)]).PValue!.Value;
        Assert.Equal(2 * p, judged.PValue!.Value, 1e-9);
    }

    [Fact]
    public void The_confidence_of_a_manifest_is_taken()
    {
        string claim = Value("\"atMost\": 24");
        Assert.Equal(ClaimVerdict.Held, _records.Judge(claim, Drawn, confidence: 0.9).Overall);
        Assert.Equal(ClaimVerdict.Undecided, _records.Judge(claim, Drawn, confidence: 0.999).Overall);
    }

    [Fact]
    public void Tails_of_the_mean_agree_with_its_interval()
    {
        MeanInference mean = MeanInference.FromValues([.. Shared.Select(value => Math.Exp(value / 4))]);
        foreach (double level in new[] { 0.2, 0.05, 0.001 })
        {
            Interval interval = mean.Interval(1 - level)!.Value;
            Assert.Equal(level / 2, mean.PValueOfAtMost(interval.Low)!.Value, 1e-7);
            Assert.Equal(level / 2, mean.PValueOfAtLeast(interval.High)!.Value, 1e-7);
            Assert.Equal(1 - (level / 2), mean.PValueOfAtLeast(interval.Low)!.Value, 1e-7);
        }
    }
}
