using Diffusion.Experiments.Claims;
using Diffusion.Experiments.Judging;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Statistics;
using Xunit;

namespace Diffusion.Tests.Claims;

/// <summary>Kendall's τ between what was measured and a reference.</summary>
public sealed class RankingTests : IDisposable
{
    private readonly ClaimRecords _records = new();

    public void Dispose() => _records.Dispose();

    // Five values of an axis, of which the third and the fourth change places: one of ten pairs is discordant.
    private static readonly double[] References = [1, 2, 3, 4, 5], Values = [10, 20, 40, 30, 50];

    private JudgedClaim Judge(double tau, Func<ExperimentCell, int, CellRecord> record, double[]? references = null)
    {
        // Every name stands for a number of steps, so that the fakes of the tests are enough.
        ExperimentPlan plan = _records.Plan("""{ "claim": "value", "metric": "mmd", "atMost": 1 }""", axes: "\"steps\": [1, 2, 3, 4, 5]");
        StatedClaim stated = plan.Claims.Claims[0].Stated;
        ClaimedConfiguration[] configurations =
            [.. plan.Claims.Claims[0].Comparisons.Cast<ClaimedContrast>().Select(contrast => contrast.Terms[0].Configuration)];
        ClaimedRanking ranking = new("", "mmd", [.. configurations.Zip(references ?? References, (cell, number) => (cell.Axes["steps"], cell, number))], tau);
        return Assert.Single(ClaimJudge.Judge(
            new(0.95, [new(stated, [ranking])]), new([.. plan.Cells.Select(cell => record(cell, cell.Experiment.Steps - 1))], null)).Claims);
    }

    private static CellRecord Computed(ExperimentCell cell, int place) => ClaimRecords.Record(cell, Values[place], 0.1, MetricErrorKind.Quadrature);

    // Scatter that all share hides no order; scatter of its own by which the third and the fourth cannot be told apart does.
    private static CellRecord Drawn(ExperimentCell cell, int place) => ClaimRecords.Record(
        cell,
        Values[place] + (10 * Math.Sin(7 * cell.Repeat)) + (place is 2 or 3 ? 30 * Math.Sin((3 * cell.Repeat) + place) : 0.1 * Math.Sin(cell.Repeat * place)));

    [Fact]
    public void Tau_counts_concordant_pairs_less_discordant_ones()
    {
        JudgedClaim held = Judge(0.8, Computed);
        Assert.Equal((ClaimVerdict.Held, true, 0.8), (held.Verdict, held.Decisive.IsComputed, Math.Round(held.Decisive.Value!.Value, 12)));
        Assert.Equal(ClaimVerdict.Failed, Judge(0.81, Computed).Verdict);
        Assert.Equal(new Interval(0.8, 0.8), held.Decisive.Interval);
    }

    [Fact]
    public void A_pair_that_the_errors_leave_open_may_be_either()
    {
        CellRecord Wide(ExperimentCell cell, int place) => ClaimRecords.Record(cell, Values[place], 6, MetricErrorKind.Quadrature);
        // Neighbours 10 apart with errors of 6 each are open: (10, 20), (20, 30), (40, 30) and (40, 50).
        JudgedClaim open = Judge(0.5, Wide);
        Assert.Equal((ClaimVerdict.Undecided, new Interval(0.2, 1)), (open.Verdict, open.Decisive.Interval!.Value));
        Assert.Equal(ClaimVerdict.Held, Judge(0.2, Wide).Verdict);
    }

    [Fact]
    public void Pairs_of_equal_reference_numbers_say_nothing() =>
        Assert.Equal(1, Judge(0.9, Computed, [1, 2, 3, 3, 5]).Decisive.Value);

    [Fact]
    public void Pairs_are_told_apart_repeat_by_repeat_at_a_level_that_all_share()
    {
        JudgedClaim judged = Judge(0.7, Drawn);
        Assert.Equal(8, judged.Decisive.Repeats);
        // Three and four are open, and so is each beside its other neighbour.
        Interval interval = judged.Decisive.Interval!.Value;
        Assert.InRange(interval.Low, -0.5, 0.5);
        Assert.Equal(1, interval.High);
        Assert.Equal(ClaimVerdict.Undecided, judged.Verdict);
        Assert.Contains("repeats", judged.Decisive.Decides, StringComparison.Ordinal);
        Assert.Equal(ClaimVerdict.Held, Judge(interval.Low, Drawn).Verdict);
    }
}
