using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Reporting;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Running;
using Diffusion.Tests.Manifests;
using Xunit;

namespace Diffusion.Tests.Running;

/// <summary>Sweeps that start from the exact law and measure that of their sampler.</summary>
public sealed class ExactLawSweepTests : IDisposable
{
    private const string Law = "metrics=[{ \"use\": \"exact-law\" }]";

    private readonly SweepBench _bench = new();
    private readonly ManifestFolder _folder = new();

    public void Dispose()
    {
        _bench.Dispose();
        _folder.Dispose();
    }

    private ExperimentPlan Plan(string text) => ExperimentLoader.Load(_folder.Write("laws.json", text), [], SweepBench.Catalogue, _bench.Factory);

    private string Refusal(string text) => Assert.Throws<InvalidDataException>(() => _bench.Decide(Plan(text))).Message;

    private static string Manifest(string data =
        """{ "use": "gaussian-mixture", "means": [[0]], "standardDeviations": [1] }""", string solver = "\"euler\"", string rest = "\"steps\": 5") => $$"""
        {
          "data": {{data}},
          "schedule": "edm", "model": "kde", "grid": "karras",
          "solver": {{solver}},
          {{rest}}, "samples": 10,
          "metrics": [
            "exact-law"
          ]
        }
        """;

    [Fact]
    public async Task The_shipped_experiment_shows_the_published_table()
    {
        ExperimentPlan plan = ExperimentLoader.Load(
            Path.Combine(Repository.Root, "experiments", "exact-laws.json"), ["sweep.axes.nfe=[10]", "samples=10"], SweepBench.Catalogue, _bench.Factory);
        RunOutcome outcome = await _bench.RunAsync(plan);
        Assert.All(outcome.Records, record => Assert.Equal(CellStatus.Done, record.Status));
        Dictionary<string, double> w2 = outcome.Records.ToDictionary(
            record => record.Axes["solver"].Split('(')[0], record => record.Metrics.Single(metric => metric.Name == "law-w2").Value);
        foreach ((string solver, double expected) in new[]
        {
            ("euler", 0.290), ("heun", 0.966), ("dpm-2", 0.492), ("dpmpp-2m", 0.128), ("dpmpp-3m-published", 0.106), ("unipc", 0.126), ("ipndm", 0.085),
            ("lms", 0.149),
        })
            Assert.Equal(expected, w2[solver], 1.05e-3);
        string text = await File.ReadAllTextAsync(Path.Combine(outcome.Folder.Path, "comparison.md"), TestContext.Current.CancellationToken);
        Assert.Contains("computed, the same in every repeat", text, StringComparison.Ordinal);
        Assert.Contains("0.2901 @10 |", text, StringComparison.Ordinal);
        Assert.Contains("below the last digit shown", text, StringComparison.Ordinal);
        Assert.DoesNotContain("±", text.Split("## law-w1", StringSplitOptions.None)[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repeats_have_the_same_law_and_no_spread_of_it()
    {
        RunOutcome outcome = await _bench.RunAsync(Law, "start=exact");
        Assert.All(outcome.Records, record => Assert.Equal(CellStatus.Done, record.Status));
        foreach (IGrouping<string, CellRecord> cell in outcome.Records.GroupBy(record => $"{record.Axes["solver"]} {record.Axes["steps"]}"))
        {
            Assert.Equal(2, cell.Count());
            Assert.Single(cell.Select(record => string.Join(
                ' ', record.Metrics.Select(metric => FormattableString.Invariant($"{metric.Name} {metric.Value:R} {metric.StandardError:R}")))).Distinct());
        }

        Assert.All(outcome.Records.SelectMany(record => record.Metrics), metric => Assert.Equal(MetricErrorKind.Quadrature, metric.ErrorKind));
        Assert.All(
            Comparison.Build(["solver", "steps"], outcome.Records).SelectMany(comparison => comparison.Rows).SelectMany(row => row.Cells).Where(
                cell => cell?.Estimate is not null),
            cell => Assert.Equal((true, (double?)null), (cell!.Estimate!.Value.IsComputed, cell.Estimate.Value.StandardError)));
        string[] names = [.. outcome.Records.SelectMany(record => record.Metrics.Select(metric => metric.Name)).Distinct()];
        Assert.Equal(
            ["law-kl", "law-reverse-kl", "law-total-variation", "law-w1", "law-w2", "law-fold-mass", "prior-kl", "prior-w2", "law-mean", "law-variance",
                "law-skewness", "law-kurtosis",
                "law-mode-weight-1", "law-mode-variance-1", "law-mode-weight-2", "law-mode-variance-2"],
            names);
        MetricValue weight = outcome.Records[0].Metrics.Single(metric => metric.Name == "law-mode-weight-1");
        Assert.Equal(MetricGoal.Near(0.3), weight.Goal);
        Assert.Equal(MetricGoal.Smaller, outcome.Records[0].Metrics[0].Goal);
    }

    [Fact]
    public async Task The_start_changes_samples_and_the_law_but_not_the_pairing()
    {
        RunOutcome usual = await _bench.RunAsync(Law), exact = await _bench.RunAsync(Law, "start=exact");
        Assert.All(usual.Records.Zip(exact.Records), pair =>
        {
            Assert.NotEqual(SweepBench.Samples(usual.Folder, pair.First), SweepBench.Samples(exact.Folder, pair.Second));
            Assert.NotEqual(pair.First.Metrics[0].Value, pair.Second.Metrics[0].Value);
            // The prior's own distance is a property of process and data alone.
            Assert.Equal(
                pair.First.Metrics.Single(metric => metric.Name == "prior-w2").Value, pair.Second.Metrics.Single(metric => metric.Name == "prior-w2").Value);
        });
    }

    [Fact]
    public void The_usual_start_is_in_no_key()
    {
        Assert.Equal(_bench.Plan().Key, _bench.Plan("start=gaussian").Key);
        Assert.False(_bench.Plan("start=gaussian").Cells[0].Canonical.ContainsKey("start"));
        Assert.Equal("exact", _bench.Plan("start=exact").Cells[0].Canonical["start"]!.GetValue<string>());
    }

    [Fact]
    public void Data_of_unknown_law_are_refused_with_their_place()
    {
        _folder.Write("rows.csv", "x\n1\n2\n4\n");
        string csv = """{ "use": "csv", "path": "rows.csv" }""";
        Assert.Matches(
            @"laws\.json: no cell .* metric 'exact-law' needs data whose law is known.* 'rows' is not \(.*laws\.json:7:5  \$\.metrics\[0\]\)$",
            Refusal(Manifest(csv)));
        Assert.Matches(
            @"start 'exact' needs data whose law is known.* 'rows' is not: use start 'gaussian' \(.*laws\.json:5:\d+  \$\.start\)$",
            Refusal(Manifest(csv, rest: "\"steps\": 5, \"start\": \"exact\"")));
    }

    [Theory]
    [InlineData(
        """{ "use": "gaussian-mixture", "means": [[0, 0, 0]], "standardDeviations": [1] }""", "\"euler\"", "\"steps\": 5",
        @"one or two dimensions, and the data 'gaussian-mixture' have 3 \(.*:7:5  \$\.metrics\[0\]\)$")]
    [InlineData(
        """{ "use": "gaussian-mixture", "means": [[0, 0]], "standardDeviations": [1] }""", "\"ddpm\"", "\"steps\": 5",
        @"in one dimension only \(solver 'ddpm' draws noise\), and the data 'gaussian-mixture' have 2 \(.*:7:5  \$\.metrics\[0\]\)$")]
    [InlineData(
        """{ "use": "gaussian-mixture", "means": [[0]], "standardDeviations": [1] }""", "\"rk45\"", "\"steps\": 5",
        @"solver 'rk45' chooses its own \(.*:7:5  \$\.metrics\[0\]\)$")]
    [InlineData(
        """{ "use": "gaussian-mixture", "means": [[0]], "standardDeviations": [1] }""", "\"heun\"", "\"nfe\": 8",
        @"cannot spend 8 evaluations exactly: 4 steps take 7 and 5 take 9 \(.*:5:\d+  \$\.nfe\)$")]
    public void What_cannot_be_computed_is_refused_with_its_place(string data, string solver, string rest, string message) =>
        Assert.Matches(message, Refusal(Manifest(data, solver, rest)));

    [Fact]
    public void A_sweep_over_budgets_nobody_can_spend_names_the_axis() =>
        Assert.Matches(@"\$\.sweep\.axes\.nfe\)$", Refusal("""
            { "data": { "use": "gaussian-mixture", "means": [[0]], "standardDeviations": [1] }, "schedule": "edm", "model": "kde", "grid": "karras",
              "solver": "heun",
              "nfe": 7, "samples": 10, "metrics": ["exact-law"], "sweep": { "axes": { "nfe": [8] } } }
            """));

    [Fact]
    public async Task A_method_that_is_not_covered_goes_without_the_law_and_keeps_its_other_metrics()
    {
        RunOutcome outcome = await _bench.RunAsync(
            "metrics=[\"exact-law\", \"energy-distance\"]", "sweep.axes={ \"solver\": [\"dpmpp-2m-sde\", \"ddpm\"] }", "sweep.repeats=1");
        Assert.Equal(["energy-distance"], outcome.Records[0].Metrics.Select(metric => metric.Name));
        Assert.Contains("looks back at earlier steps", Assert.Single(outcome.Records[0].Unmeasured).Reason, StringComparison.Ordinal);
        Assert.Empty(outcome.Records[1].Unmeasured);
        Assert.Contains("$.metrics[0]", outcome.Work.Located(outcome.Records[0].Unmeasured[0].Reason), StringComparison.Ordinal);
    }
}
