using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Reporting;
using Diffusion.Experiments.Statistics;
using Xunit;

namespace Diffusion.Tests.Experiments;

public sealed class ComparisonTests
{
    private static readonly string[] Axes = ["solver", "steps"];

    private static CellRecord Record(string solver, int steps, int repeat, double? value, CellStatus status = CellStatus.Done) => new()
    {
        Id = CellId.Parse($"{solver}-{steps}-{repeat}"),
        Key = StageKey.Parse("k"),
        Repeat = repeat,
        Axes = new Dictionary<string, string> { ["solver"] = solver, ["steps"] = $"{steps}" },
        Status = status,
        Steps = steps,
        Evaluations = status == CellStatus.Done ? 2 * steps : null,
        Metrics = value is { } number ? [new MetricValue("mmd", number, 0.5, 10)] : [],
        Error = status == CellStatus.Done ? null : "went, \"wrong\"",
        Started = DateTimeOffset.UnixEpoch,
    };

    private static readonly CellRecord[] Records =
    [
        Record("euler", 5, 0, 1.0), Record("euler", 5, 1, 2.0), Record("euler", 5, 2, 4.5),
        Record("euler", 10, 0, 0.25), Record("euler", 10, 1, null, CellStatus.Diverged), Record("euler", 10, 2, 0.25),
        Record("heun", 5, 0, null, CellStatus.Failed), Record("heun", 5, 1, null, CellStatus.Failed), Record("heun", 5, 2, null, CellStatus.Failed),
    ];

    [Fact]
    public void Entries_are_means_with_standard_errors_over_the_repeats()
    {
        Comparison comparison = Assert.Single(Comparison.Build(Axes, Records));
        Assert.Equal("mmd", comparison.Metric);
        Assert.Equal(["5", "10"], comparison.Columns);
        Assert.Equal(["euler", "heun"], comparison.Rows.Select(row => row.Labels[0]));

        // 1, 2, 4.5: mean 2.5, variance 3.25, standard error √(3.25/3).
        ComparisonCell first = comparison.Rows[0].Cells[0]!;
        Assert.Equal(2.5, first.Estimate!.Value.Mean, 12);
        Assert.Equal(Math.Sqrt(3.25 / 3), first.Estimate.Value.StandardError!.Value, 12);
        Assert.Equal("2.5 ± 1.0 n=3 @10", first.ToString());
    }

    [Fact]
    public void Trouble_is_shown_and_missing_cells_are_empty()
    {
        Comparison comparison = Comparison.Build(Axes, Records)[0];
        Assert.Equal("0.25 (does not vary; own error 0.5) n=2 @20 (1 diverged)", comparison.Rows[0].Cells[1]!.ToString());
        Assert.Equal("failed", comparison.Rows[1].Cells[0]!.ToString());
        Assert.Null(comparison.Rows[1].Cells[1]);
    }

    [Fact]
    public void Work_that_stands_at_two_places_is_shown_at_both()
    {
        CellRecord At(string solver, string budget, int repeat, double value, string? also = null) => Record(solver, 8, repeat, value) with
        {
            Axes = Place(solver, budget),
            AlsoAt = also is null ? null : [Place(solver, also)],
        };
        Comparison comparison = Assert.Single(Comparison.Build(["solver", "nfe"], [
            At("euler", "8", 0, 1, "(atMost=8)"), At("euler", "8", 1, 2, "(atMost=8)"), At("heun", "(atMost=8)", 0, 3), At("heun", "(atMost=8)", 1, 4),
        ]));
        Assert.Equal(["8 NFE", "at most 8 NFE"], comparison.Titles.Skip(1));
        Assert.Equal([1.5, 1.5], comparison.Rows[0].Cells.Select(cell => cell!.Estimate!.Value.Mean));
        Assert.Equal([2, 2], comparison.Rows[0].Cells.Select(cell => cell!.Estimate!.Value.Count));
        Assert.Null(comparison.Rows[1].Cells[0]);
        Assert.Equal(3.5, comparison.Rows[1].Cells[1]!.Estimate!.Value.Mean);

        static Dictionary<string, string> Place(string solver, string budget) => new() { ["solver"] = solver, ["nfe"] = budget };
    }

    [Fact]
    public void Markdown_has_a_row_a_solver_and_a_column_a_step_count() =>
        Assert.Equal(
            """
            ## mmd

            Smaller is better. Mean ± standard error over n repeats @ function evaluations per sample.

            | solver | 5 steps | 10 steps |
            |---|---:|---:|
            | euler | 2.5 ± 1.0 n=3 @10 | 0.25 (does not vary; own error 0.5) n=2 @20 (1 diverged) |
            | heun | failed |  |

            """,
            Comparison.Build(Axes, Records)[0].ToMarkdown());

    [Fact]
    public void Errors_of_quadratures_are_told_once_and_at_entries_whose_digits_they_reach()
    {
        CellRecord Computed(string solver, int steps, int repeat, double value, double error) => Record(solver, steps, repeat, null) with
        {
            Metrics = [new MetricValue("law-w2", value, error, 10) { ErrorKind = MetricErrorKind.Quadrature }],
        };
        const string caption = "Smaller is better. Value @ function evaluations per sample; computed, the same in every repeat. The errors of their "
            + "quadratures are at most 3e-09, below the last digit shown, except where an entry states one in brackets.";
        Assert.Equal(
            $"""
            ## law-w2

            {caption}

            | solver | 5 steps | 10 steps |
            |---|---:|---:|
            | euler | 0.2901 @10 | 1.236e-05 (quadrature error 2e-08) @20 |
            | heun | 0.9663 @10 | diverged |

            """,
            Comparison.Build(Axes, [
                Computed("euler", 5, 0, 0.29012, 1e-9), Computed("euler", 5, 1, 0.29012, 1e-9), Computed("euler", 10, 0, 1.2356e-5, 2e-8),
                Computed("heun", 5, 0, 0.9663, 3e-9), Record("heun", 10, 0, null, CellStatus.Diverged),
            ])[0].ToMarkdown());
    }

    [Fact]
    public void Entries_that_are_computed_are_told_from_those_that_are_drawn()
    {
        CellRecord computed = Record("euler", 5, 0, null) with
        {
            Metrics = [new MetricValue("mmd", 0.5, 1e-9, 10) { ErrorKind = MetricErrorKind.Quadrature }],
        };
        Comparison comparison = Comparison.Build(Axes, [computed, computed with { Repeat = 1 }, Record("heun", 5, 0, 1), Record("heun", 5, 1, 3)])[0];
        Assert.Equal(["0.5 @10", "2.0 ± 1.0 n=2 @10"], comparison.Rows.Select(row => $"{row.Cells[0]}"));
        Assert.Equal(
            "Smaller is better. Entries with n: Mean ± standard error over n repeats @ function evaluations per sample. Entries without n: value @ function "
                + "evaluations per sample; computed, the same in every repeat. The errors of their quadratures are at most 1e-09, below the last digit shown.",
            comparison.Caption);
    }

    [Theory]
    [InlineData(12, 12, "12 NFE")]
    [InlineData(11, 12, "11 to 12 NFE")]
    public void A_budget_that_the_manifest_fixes_makes_one_column(double ofHeun, double ofEuler, string title)
    {
        Comparison comparison = Assert.Single(Comparison.Build(["solver"], [
            Record("heun", 6, 0, 1) with { Evaluations = ofHeun }, Record("heun", 6, 1, 2) with { Evaluations = ofHeun },
            Record("euler", 12, 0, 3) with { Evaluations = ofEuler }, Record("euler", 12, 1, null, CellStatus.Diverged),
        ]));
        Assert.Equal(["solver", title], comparison.Titles);
        Assert.Equal([$"1.5 ± 0.5 n=2 @{ofHeun}", $"3 n=1 @{ofEuler} (1 diverged)"], comparison.Rows.Select(row => $"{Assert.Single(row.Cells)}"));
    }

    [Fact]
    public void Steps_that_the_manifest_fixes_make_one_column_of_steps() =>
        Assert.Equal(["solver", "5 steps"], Assert.Single(Comparison.Build(["solver"], [Record("euler", 5, 0, 1), Record("heun", 5, 0, 2)])).Titles);

    [Fact]
    public void The_csv_has_a_row_a_cell_and_quotes_what_needs_it()
    {
        string path = Path.GetTempFileName();
        try
        {
            CellRecord costly = Records[0] with { Samples = "samples/a1.npy", SamplingCpuSeconds = 0.25, ModelSeconds = 0.125, PeakMemoryBytes = 123_456_789 };
            MetricsCsv.Write(path, Axes, [costly, Records[4]]);
            Assert.Equal(
                [
                    "cell,repeat,training_repeat,status,solver,steps,nfe,mmd,mmd_se,sampling_seconds,sampling_cpu_seconds,model_seconds,"
                        + "peak_memory_bytes,error,samples",
                    "euler-5-0,0,0,done,euler,5,10,1,0.5,0,0.25,0.125,123456789,,samples/a1.npy",
                    "euler-10-1,1,0,diverged,euler,10,,,,0,,,,\"went, \"\"wrong\"\"\",",
                ],
                File.ReadAllLines(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(0.18432, 0.0123, "0.184 ± 0.012")]
    [InlineData(153.2, 14.0, "153 ± 14")]
    [InlineData(-0.000123456, 0.00000789, "-0.000123 ± 0.000008")]
    [InlineData(0.268613, 0.000016, "0.2686 ± <0.0001")]
    [InlineData(28.72, 0.72, "28.7 ± 0.7")]
    [InlineData(6214.3, 51.2, "6214 ± 51")]
    public void Estimates_show_the_digits_that_their_error_leaves(double mean, double error, string text) =>
        Assert.Equal(text, new Estimate(mean, error, 3).ToString());

    [Fact]
    public void Repeats_that_give_one_value_say_so_and_leave_its_own_error()
    {
        // Added up and divided, sixty times 2.251 is not 2.251; its rounding is no standard error.
        double[] values = [.. Enumerable.Repeat(2.251, 60)];
        Assert.Equal("2.25 (does not vary; own error 0.14)", $"{Estimate.FromValues(values, [.. values.Select(_ => (double?)0.135)])}");
        Assert.Equal("2.25 (does not vary)", $"{Estimate.FromValues(values)}");
        Assert.Equal("2.25", $"{Estimate.FromValues([2.251])}");
        Assert.Null(Estimate.FromValues(values).StandardError);
    }
}
