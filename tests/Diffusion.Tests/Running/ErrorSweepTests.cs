using Diffusion.Experiments.Comparing;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Running;
using Diffusion.Tests.Manifests;
using Xunit;

namespace Diffusion.Tests.Running;

/// <summary>Sweeps that measure the errors of their model and of their sampler's paths.</summary>
public sealed class ErrorSweepTests : IDisposable
{
    private const string ModelErrors = """
        metrics=[{ "use": "score-error", "noiseScales": [0.1, 1.5], "rows": 64, "regions": 2 }, { "use": "excess-risk", "levels": 2, "rows": 64 }]
        """;

    private const string PathErrors = """metrics=[{ "use": "strong-error", "referenceSteps": 64 }]""";

    private readonly SweepBench _bench = new();
    private readonly ManifestFolder _folder = new();

    public void Dispose()
    {
        _bench.Dispose();
        _folder.Dispose();
    }

    private string Refusal<T>(string data, string metric, string solver = "euler")
        where T : Exception =>
        Assert.Throws<T>(() => _bench.Decide(ExperimentLoader.Load(
            _folder.Write("errors.json", $$"""
                {
                  "data": {{data}},
                  "schedule": "edm", "model": "kde", "grid": "karras", "solver": "{{solver}}", "steps": 5, "samples": 10,
                  "metrics": [
                    {{metric}}
                  ]
                }
                """), [], SweepBench.Catalogue, _bench.Factory))).Message;

    [Fact]
    public async Task The_errors_of_a_model_are_those_of_its_score_and_the_same_for_every_sampler()
    {
        RunOutcome outcome = await _bench.RunAsync(ModelErrors, """model={ "use": "exact-mixture", "means": [[-2], [1.6]], "standardDeviations": [0.5] }""");
        Assert.All(outcome.Records, record => Assert.Equal((CellStatus.Done, 0), (record.Status, record.Unmeasured.Count)));
        string[] names = [.. outcome.Records[0].Metrics.Select(metric => metric.Name)];
        Assert.Equal(
            ["score-error-at-0.1", "score-error-at-0.1-region-1", "score-error-at-0.1-region-2", "score-error-at-1.5", "score-error-at-1.5-region-1",
                "score-error-at-1.5-region-2", "excess-risk", "excess-risk-at-0.02", "excess-risk-at-10"],
            names);
        Assert.All(outcome.Records[0].Metrics, metric => Assert.True(metric.Value > 0));
        foreach (IGrouping<int, CellRecord> repeat in outcome.Records.GroupBy(record => record.Repeat))
            Assert.Single(repeat.Select(record => string.Join(' ', record.Metrics.Select(metric => $"{metric.Value:R}"))).Distinct());
        Assert.Equal(2, outcome.Records.Select(record => record.Metrics[0].Value).Distinct().Count());

        string header = (await File.ReadAllLinesAsync(outcome.Folder.MetricsFile, TestContext.Current.CancellationToken))[0];
        Assert.Contains(",score-error-at-0.1-region-1,score-error-at-0.1-region-1_se,", header, StringComparison.Ordinal);
        Assert.Contains("score-error-at-0.1-region-1", _bench.Tracker.Runs.SelectMany(run => run.Metrics).Select(metric => metric.Key));
    }

    [Fact]
    public async Task Rows_of_a_file_have_an_exact_score_of_their_own()
    {
        _folder.Write("rows.csv", "x\n1\n2\n4\n7\n");
        string data = $$"""data={ "use": "csv", "path": "{{_folder.At("rows.csv").Replace('\\', '/')}}" }""";
        RunOutcome exact = await _bench.RunAsync(ModelErrors, data, "model=empirical"), smooth = await _bench.RunAsync(ModelErrors, data, "model=kde");
        Assert.All(exact.Records.SelectMany(record => record.Metrics), metric => Assert.InRange(metric.Value, 0, 1e-18));
        Assert.All(smooth.Records, record => Assert.InRange(record.Metrics[0].Value, 1e-3, 1e3));
    }

    [Fact]
    public async Task A_network_in_single_precision_has_a_reference_that_it_can_follow()
    {
        RunOutcome outcome = await _bench.RunAsync(
            """model={ "use": "mlp", "width": 8, "layers": 1 }""", "loss=noise-prediction", """training={ "steps": 20, "batchSize": 16 }""",
            """metrics=[{ "use": "strong-error", "referenceSteps": 256 }, { "use": "excess-risk", "rows": 64 }]""",
            """sweep.axes={ "solver": ["heun", "rk45", "euler-maruyama"], "steps": [40] }""", "sweep.repeats=1");
        Assert.All(outcome.Records, record => Assert.Equal((CellStatus.Done, null), (record.Status, record.Error)));
        Dictionary<string, MetricValue[]> values = outcome.Records.ToDictionary(record => record.Axes["solver"], record => (MetricValue[])[.. record.Metrics]);
        Assert.All(values.Values, own => Assert.InRange(own[2].Value, 0, own[0].Value + 1e-3));
        Assert.InRange(values["heun"][0].Value, 0, 0.1);
        Assert.InRange(values["rk45"][0].Value, 0, 0.1);
        Assert.True(values["heun"][3].Value > 0);
    }

    [Fact]
    public async Task A_cell_s_reference_paths_do_not_depend_on_the_cells_before_it()
    {
        string[] sets = [PathErrors, """sweep.axes={ "solver": ["euler", "heun", "euler-maruyama"], "steps": [4, 8] }"""];
        RunOutcome all = await _bench.RunAsync(sets);
        Assert.All(all.Records, record => Assert.Equal((CellStatus.Done, 0), (record.Status, record.Unmeasured.Count)));
        RunOutcome one = await _bench.RunAsync(
            _bench.Plan([.. sets[..1], """sweep.axes={ "solver": ["euler-maruyama"], "steps": [8] }"""]), settings => settings with { Fresh = true });
        IReadOnlyDictionary<string, string> numbers = SweepBench.Numbers(all);
        Assert.All(SweepBench.Numbers(one), cell => Assert.Equal(numbers[cell.Key], cell.Value));
        Dictionary<string, double> errors = all.Records.Where(record => record.Repeat == 0)
            .ToDictionary(record => $"{record.Axes["solver"]} {record.Steps}", record => record.Metrics[0].Value);
        Assert.True(errors["euler 4"] > errors["euler 8"] && errors["heun 4"] > errors["heun 8"]);
        // Independent noise has paths of its own.
        RunOutcome independent = await _bench.RunAsync([.. sets, "noise=independent"]);
        Assert.Equal(12, independent.Records.Select(record => record.Metrics[0].Value).Distinct().Count());
    }

    [Fact]
    public async Task Orders_are_observed_beside_those_that_the_solvers_declared()
    {
        RunOutcome outcome = await _bench.RunAsync(
            """metrics=[{ "use": "strong-error", "referenceSteps": 256, "rows": 40 }, "energy-distance"]""", "dtype=float64",
            """data={ "use": "gaussian-mixture", "means": [[0.4]], "standardDeviations": [0.6] }""",
            """sweep.axes={ "solver": ["euler", "heun", "euler-maruyama", "rk45"], "steps": [16, 32, 64] }""");
        Assert.All(outcome.Records, record => Assert.Equal(CellStatus.Done, record.Status));
        // As read back, too.
        var comparison = ConfigurationComparison.Compare(ComparedRuns.Read([outcome.Folder]), new());
        ObservedOrder[] orders = [.. Assert.Single(comparison.Orders).Orders];
        // An adaptive method takes no steps that anybody asked for.
        Assert.Equal(["euler", "euler-maruyama", "heun"], orders.Select(order => order.Name).Order(StringComparer.Ordinal));
        foreach (ObservedOrder order in orders)
        {
            Assert.Equal(order.Name == "heun" ? 2.0 : 1.0, order.Declared);
            Assert.InRange(order.Order!.Value, order.Declared!.Value - 0.3, order.Declared!.Value + 0.3);
        }

        string text = await File.ReadAllTextAsync(outcome.Folder.ComparisonFile, TestContext.Current.CancellationToken);
        Assert.Single(text.Split("### Observed order").Skip(2));
    }

    [Theory]
    [InlineData(
        """{ "use": "score-error", "noiseScales": [0.5, 100] }""", "euler",
        @"metric 'score-error' has no noise level 100 \(σ/α\) here: those of the schedule go from 0\.002 to 80 \(.*errors\.json:5:5  \$\.metrics\[0\]\)$")]
    [InlineData(
        "\"strong-error\"", "langevin",
        @"metric 'strong-error' needs a method .*, and solver 'langevin' states no order at which it does \(.*errors\.json:5:5  \$\.metrics\[0\]\)$")]
    [InlineData(
        """{ "use": "strong-error", "referenceSteps": 16 }""", "euler-maruyama",
        @"metric 'strong-error' needs a reference of 20 steps or more beside 5, and 16 are asked for \(.*errors\.json:5:5  \$\.metrics\[0\]\)$")]
    public void What_cannot_be_computed_is_refused_with_its_place(string metric, string solver, string message) => Assert.Matches(
        message, Refusal<InvalidDataException>("""{ "use": "gaussian-mixture", "means": [[0]], "standardDeviations": [1] }""", metric, solver));

    [Fact]
    public void Two_equal_levels_are_refused() => Assert.Contains(
        "noiseScales has a level twice", Refusal<ManifestException>(
            """{ "use": "gaussian-mixture", "means": [[0]], "standardDeviations": [1] }""",
            """{ "use": "score-error", "noiseScales": [1, 1.0] }"""), StringComparison.Ordinal);

    [Fact]
    public async Task A_method_without_reference_paths_goes_without_the_metric_and_keeps_its_others()
    {
        RunOutcome outcome = await _bench.RunAsync(
            """metrics=[{ "use": "strong-error", "referenceSteps": 64 }, "energy-distance"]""",
            """sweep.axes={ "solver": ["edm-stochastic", "euler-maruyama"] }""", "sweep.repeats=1");
        Assert.Equal(["energy-distance"], outcome.Records[0].Metrics.Select(metric => metric.Name));
        Assert.Contains("has no place there", Assert.Single(outcome.Records[0].Unmeasured).Reason, StringComparison.Ordinal);
        Assert.Equal(4, outcome.Records[1].Metrics.Count);
    }
}
