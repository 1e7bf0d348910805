using Diffusion.Experiments.Comparing;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Reporting;
using Diffusion.Experiments.Running;
using Diffusion.Experiments.Storage;
using Xunit;

namespace Diffusion.Tests.Running;

/// <summary>What a sweep makes of its metrics: none is confused with another, none takes another down, and what can be known is known before.</summary>
public sealed class MetricTests : IDisposable
{
    private const string OneSolver = "sweep.axes={ \"solver\": [\"euler\"] }";

    private readonly SweepBench _bench = new();

    public void Dispose() => _bench.Dispose();

    private static string Metrics(params string[] metrics) => $"metrics=[{string.Join(", ", metrics)}]";

    private static string Scripted(string manner, string name = "scripted", string value = "1") =>
        $"{{ \"use\": \"scripted\", \"manner\": \"{manner}\", \"name\": \"{name}\", \"value\": {value} }}";

    [Fact]
    public async Task One_metric_with_two_options_is_two_quantities_everywhere()
    {
        RunOutcome outcome = await _bench.RunAsync(Metrics("{ \"use\": \"mmd\", \"bandwidth\": 1 }", "{ \"use\": \"mmd\", \"bandwidth\": 2 }"), OneSolver);
        double[] narrow = [.. outcome.Records.Select(record => record.Metrics[0].Value)], wide = [.. outcome.Records.Select(record => record.Metrics[1].Value)];
        Assert.All(narrow.Zip(wide), pair => Assert.NotEqual(pair.First, pair.Second));

        string[] csv = await File.ReadAllLinesAsync(outcome.Folder.MetricsFile, TestContext.Current.CancellationToken);
        Assert.Equal(
            "cell,repeat,training_repeat,status,solver,nfe,mmd(bandwidth=1),mmd(bandwidth=1)_se,mmd(bandwidth=2),mmd(bandwidth=2)_se,sampling_seconds,"
                + "sampling_cpu_seconds,model_seconds,peak_memory_bytes,error,"
                + "mmd(bandwidth=1)_exact,mmd(bandwidth=2)_exact,samples",
            csv[0]);
        Assert.StartsWith(FormattableString.Invariant($"{narrow[0]:R},"), string.Join(',', csv[1].Split(',')[6..]), StringComparison.Ordinal);

        IReadOnlyList<Comparison> comparisons = Comparison.Build(["solver"], outcome.Records);
        Assert.Equal(["mmd(bandwidth=1)", "mmd(bandwidth=2)"], comparisons.Select(comparison => comparison.Metric));
        Assert.Equal([narrow.Average(), wide.Average()], comparisons.Select(comparison => comparison.Rows[0].Cells[0]!.Estimate!.Value.Mean));

        var configuration =
            new RecordedRun([.. _bench.Tracker.Runs.Single(run => run.Description.Parent is not null).Metrics.Select(metric => (metric.Key, metric.Value))]);
        Assert.Equal(narrow.Average(), configuration.Value("mmd/bandwidth 1"));
        Assert.Equal(wide.Average(), configuration.Value("mmd/bandwidth 2"));
        var sweep =
            new RecordedRun([.. _bench.Tracker.Runs.Single(run => run.Description.Parent is null).Metrics.Select(metric => (metric.Key, metric.Value))]);
        Assert.Equal(narrow.Average(), sweep.Value("mmd/bandwidth 1/euler"));
        Assert.Equal(wide.Average(), sweep.Value("mmd/bandwidth 2/euler"));
    }

    [Fact]
    public async Task Runs_that_measure_with_other_options_are_not_compared_with_each_other()
    {
        RunOutcome first = await _bench.RunAsync(Metrics("{ \"use\": \"mmd\", \"bandwidth\": 1 }", "\"sliced-wasserstein\""), OneSolver);
        RunOutcome second = await _bench.RunAsync(Metrics("{ \"use\": \"mmd\", \"bandwidth\": 2 }", "\"sliced-wasserstein\""), OneSolver);
        var comparison = RunComparison.Compare(first.Folder, second.Folder);
        Assert.Equal((2, 0), (comparison.Compared, comparison.Identical));
        Assert.Empty(comparison.Metrics);
    }

    [Fact]
    public async Task A_record_that_does_not_say_where_its_value_comes_from_is_still_compared()
    {
        RunOutcome outcome = await _bench.RunAsync(Metrics("\"mmd\""), OneSolver);
        CellRecord now = outcome.Records[0];
        CellRecord before = now with { Metrics = [.. now.Metrics.Select(value => value with { Source = null })] };
        MetricLabels labels = RunComparison.Labels([before, now]);
        Assert.Equal(RunComparison.Numbers(before, labels), RunComparison.Numbers(now, labels));
        Assert.Equal(["mmd"], labels.Series.Select(series => labels[series]));
    }

    [Theory]
    [InlineData("nfe")]
    [InlineData("status")]
    [InlineData("solver")]
    [InlineData("sampling_seconds")]
    [InlineData("sampling_cpu_seconds")]
    [InlineData("model_seconds")]
    [InlineData("peak_memory_bytes")]
    [InlineData("trace/largest_magnitude")]
    [InlineData("nfe_se")]
    public async Task A_metric_named_as_something_else_stands_apart(string name)
    {
        RunOutcome outcome = await _bench.RunAsync(Metrics(Scripted("measure", name, "99"), Scripted("measure", "other")), OneSolver);
        string[] header = (await File.ReadAllLinesAsync(outcome.Folder.MetricsFile, TestContext.Current.CancellationToken))[0].Split(',');
        Assert.Equal(header.Distinct(), header);
        foreach (var run in _bench.Tracker.Runs.Where(run => run.Description.Parent is not null))
        {
            Assert.Single(run.Metrics, metric => metric.Value == 99);
            Assert.DoesNotContain(
                run.Metrics.Where(metric => metric.Key is "nfe" or "sampling_seconds" or "trace/largest_magnitude"), metric => metric.Value == 99);
        }
    }

    [Fact]
    public async Task Columns_are_unique_where_the_budget_is_an_axis()
    {
        RunOutcome outcome = await _bench.RunAsync("solver=\"euler\"", "steps=null", "sweep.axes={ \"nfe\": [4, 6] }");
        string[] lines = await File.ReadAllLinesAsync(outcome.Folder.MetricsFile, TestContext.Current.CancellationToken);
        Assert.StartsWith("cell,repeat,training_repeat,status,axis.nfe,nfe,sliced-wasserstein,", lines[0], StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Manners => new()
    {
        { "throw", "metric 'scripted': out of sorts" },
        { "change-and-throw", "metric 'scripted': out of sorts, and its input too" },
        { "change-samples", "changed the samples that it was given" },
        { "change-reference", "changed the reference that it was given" },
        { "dispose-samples", "disposed the samples that it was given" },
        { "return-null", "returned null where a list of values is expected" },
        { "return-twice", "returned two values named 'scripted' where every name is expected once" },
        { "return-no-name", "returned a value without a name" },
        { "return-negative-error", "returned the standard error -1 of 'scripted' where none is negative" },
    };

    [Theory]
    [MemberData(nameof(Manners))]
    public async Task A_metric_that_fails_is_named_and_costs_no_other_its_value(string manner, string breach)
    {
        double[] alone = [.. (await _bench.RunAsync(Metrics("\"sliced-wasserstein\"", "\"energy-distance\""), OneSolver)).Records
            .SelectMany(record => record.Metrics)
            .Select(metric => metric.Value)];
        RunOutcome outcome = await _bench.RunAsync(Metrics("\"sliced-wasserstein\"", Scripted(manner), "\"energy-distance\""), OneSolver);
        Assert.Equal(RunEnding.Finished, outcome.Ending);
        Assert.All(outcome.Records, record =>
        {
            Assert.Equal(CellStatus.Failed, record.Status);
            Assert.StartsWith("metric 'scripted'", record.Error, StringComparison.Ordinal);
            Assert.EndsWith(breach, record.Error, StringComparison.Ordinal);
            if (!manner.EndsWith("throw", StringComparison.Ordinal))
                Assert.Contains(typeof(ScriptedMetric).Assembly.Location, record.Error, StringComparison.Ordinal);
            UnmeasuredMetric unmeasured = Assert.Single(record.Unmeasured);
            Assert.Equal((record.Error, true, "scripted"), (unmeasured.Reason, unmeasured.IsFailure, unmeasured.Source.Metric));
            Assert.True(File.Exists(Path.Combine(outcome.Folder.Path, record.Log!)));
        });
        Assert.Equal(alone, outcome.Records.SelectMany(record => record.Metrics).Select(metric => metric.Value));
        Assert.Equal(["sliced-wasserstein", "energy-distance"], Comparison.Build(["solver"], outcome.Records).Select(comparison => comparison.Metric));
        Assert.All(
            Comparison.Build(["solver"], outcome.Records),
            comparison => Assert.Equal((2, 0), (comparison.Rows[0].Cells[0]!.Estimate!.Value.Count, comparison.Rows[0].Cells[0]!.Failed)));
    }

    [Fact]
    public async Task Two_samples_are_too_few_for_two_metrics_which_is_known_before_and_the_third_is_kept()
    {
        string[] sets = [Metrics("\"sliced-wasserstein\"", "\"energy-distance\"", "\"mmd\""), OneSolver, "samples=2"];
        WorkPlan plan = _bench.Decide(_bench.Plan(sets));
        string[] reasons =
        [
            "metric 'energy-distance' needs at least 3 points on either side; there are 2 samples and 50 reference rows",
            "metric 'mmd' needs at least 3 points on either side; there are 2 samples and 50 reference rows",
        ];
        Assert.Equal(reasons, plan.MetricObjections.Keys);
        Assert.All(plan.MetricObjections.Values, cells => Assert.Equal(2, cells));

        RunOutcome outcome = await _bench.RunAsync(sets);
        Assert.All(outcome.Records, record =>
        {
            Assert.Equal((CellStatus.Done, null), (record.Status, record.Error));
            Assert.Equal(["sliced-wasserstein"], record.Metrics.Select(metric => metric.Name));
            Assert.Equal(reasons, record.Unmeasured.Select(metric => metric.Reason));
            Assert.All(record.Unmeasured, metric => Assert.False(metric.IsFailure));
        });
    }

    [Fact]
    public async Task A_cell_of_which_nothing_can_be_measured_is_not_run()
    {
        RunOutcome outcome = await _bench.RunAsync("sweep.axes={ \"samples\": [2, 40] }", Metrics("\"energy-distance\""));
        Assert.All(outcome.Records.Where(record => record.Axes["samples"] == "2"), record =>
        {
            Assert.Equal(CellStatus.NotApplicable, record.Status);
            Assert.StartsWith("metric 'energy-distance' needs at least 3 points", record.Error, StringComparison.Ordinal);
        });
        Assert.All(outcome.Records.Where(record => record.Axes["samples"] == "40"), record => Assert.Equal(CellStatus.Done, record.Status));
    }

    [Theory]
    [InlineData("data.referenceCount=1", "\"energy-distance\"", "needs at least 3 points")]
    [InlineData("data.referenceCount=1", "\"latent-interpolation\"", "needs at least two reference rows")]
    [InlineData("seed=3", "{ \"use\": \"scripted\", \"manner\": \"refuse\" }", "needs more than 40 samples")]
    [InlineData("seed=3", "{ \"use\": \"scripted\", \"manner\": \"refuse-when-made\" }", "it takes no such value")]
    public async Task What_a_metric_refuses_is_known_before_anything_runs(string set, string metric, string reason)
    {
        RunOutcome outcome = await _bench.RunAsync(set, Metrics("\"sliced-wasserstein\"", metric), OneSolver);
        Assert.All(outcome.Records, record => Assert.Equal(CellStatus.Done, record.Status));
        Assert.Contains(reason, Assert.Single(outcome.Work.MetricObjections).Key, StringComparison.Ordinal);
        Assert.All(outcome.Records, record => Assert.Equal(Assert.Single(outcome.Work.MetricObjections).Key, Assert.Single(record.Unmeasured).Reason));
    }

    [Theory]
    [InlineData("measure", "Smaller is better.")]
    [InlineData("larger", "Larger is better.")]
    [InlineData("nearer", "Nearer to 0.95 is better.")]
    public async Task A_metric_says_which_way_it_gets_better(string manner, string caption)
    {
        RunOutcome outcome = await _bench.RunAsync(Metrics(Scripted(manner)), OneSolver);
        Assert.StartsWith($"{caption} Mean ± standard error", Comparison.Build(["solver"], outcome.Records)[0].Caption, StringComparison.Ordinal);
        // As read back, too.
        Assert.Equal(outcome.Records[0].Metrics, RecordJson.Read<CellRecord>(outcome.Folder.CellFile(outcome.Records[0].Id)).Metrics);
    }

    [Fact]
    public void Goals_order_values()
    {
        double[] values = [0.2, 0.9, 1.5];
        Assert.Equal([0.2, 0.9, 1.5], values.OrderBy(MetricGoal.Smaller.Cost));
        Assert.Equal([1.5, 0.9, 0.2], values.OrderBy(MetricGoal.Larger.Cost));
        Assert.Equal([0.9, 1.5, 0.2], values.OrderBy(MetricGoal.Near(0.95).Cost));
    }

    [Fact]
    public void Metrics_of_two_components_with_one_name_for_their_values_are_named_apart()
    {
        MetricValue Value(string name, string metric, string options) => new(name, 1, null, 1) { Source = new(metric, options) };
        MetricLabels labels = new([
            Value("mmd", "mmd", "{\"bandwidth\":1}"),
            Value("mmd", "my-mmd", "{\"bandwidth\":1,\"h\":\"sha256:0123456789abcdef\"}"),
            Value("mmd", "my-mmd", "{\"bandwidth\":1,\"h\":\"x\"}"),
            Value("nfe", "nfe", "{}"),
        ], "nfe");
        Assert.Equal(["mmd", "mmd(my-mmd, h=sha256:01234567)", "mmd(my-mmd, h=x)", "metric.nfe"], labels.Series.Select(series => labels[series]));
    }

    private sealed record RecordedRun(IReadOnlyList<(string Key, double Value)> Points)
    {
        public double Value(string key) => Points.Last(point => point.Key == key).Value;
    }
}
