using Diffusion.Experiments.Records;
using Diffusion.Experiments.Running;
using Xunit;

namespace Diffusion.Tests.Running;

/// <summary>What metrics are told of the rows that a model was made from.</summary>
public sealed class MemorisationSweepTests : IDisposable
{
    private const string Reason = "metric 'memorisation' needs the rows that a model was made from, and this model has seen none";

    private readonly SweepBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Models_that_keep_rows_are_measured_against_them_and_those_that_do_not_are_known_beforehand()
    {
        string[] sets =
        [
            "metrics=[\"memorisation\", \"energy-distance\"]", """sweep.axes={ "model": ["exact-mixture", "empirical"] }""", "data.count=12",
            "schedule.sigmaMin=0.0005", "steps=30",
        ];
        Assert.Equal([(Reason, 2)], _bench.Decide(_bench.Plan(sets)).MetricObjections.Select(pair => (pair.Key, pair.Value)));

        RunOutcome outcome = await _bench.RunAsync(sets);
        CellRecord[] exact = [.. outcome.Records.Where(record => record.Unmeasured.Count > 0)];
        CellRecord[] empirical = [.. outcome.Records.Except(exact)];
        Assert.Equal((2, 2), (exact.Length, empirical.Length));
        Assert.All(exact, record => Assert.Equal(Reason, Assert.Single(record.Unmeasured).Reason));
        Assert.All(outcome.Records, record => Assert.Equal(CellStatus.Done, record.Status));

        // The empirical model gives its rows back. An exact sampler does not, and its row says what chance gives.
        Assert.All(empirical, record => Assert.True(Value(record.Metrics, "memorised") > 0.95));
        Assert.All(empirical, record => Assert.True(Value(record.Metrics, "data-copying") > 0.9));
        Assert.All(empirical, record => Assert.InRange(Value(record.Exact, "memorised"), 0, 0.7));
        Assert.All(exact, record => Assert.Equal(["energy-distance"], record.Exact.Select(value => value.Name)));
    }

    [Fact]
    public async Task Rows_of_a_file_are_the_target_and_the_exact_sampler_memorises_them()
    {
        string rows = Path.Combine(Path.GetDirectoryName(_bench.Manifest)!, "rows.csv");
        await File.WriteAllLinesAsync(
            rows, ["x", .. Enumerable.Range(0, 30).Select(i => $"{i * i}.5")], TestContext.Current.CancellationToken);
        RunOutcome outcome = await _bench.RunAsync(
            $"data={{ \"use\": \"csv\", \"path\": {System.Text.Json.JsonSerializer.Serialize(rows)} }}", "model=\"empirical\"", "metrics=[\"memorisation\"]");
        Assert.All(outcome.Records, record => Assert.Equal(["memorised", "copied"], record.Metrics.Select(value => value.Name)));
        Assert.All(outcome.Records, record => Assert.Equal([1.0, 1.0], record.Exact.Select(value => value.Value)));
    }

    [Fact]
    public void Cells_whose_only_metric_asks_for_training_rows_are_not_sampled() => Assert.Contains(
        $"no cell of this experiment can run: {Reason} (--set metrics=[\"memorisation\"]  $.metrics[0])",
        Assert.Throws<InvalidDataException>(() => _bench.Decide(_bench.Plan("metrics=[\"memorisation\"]"))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Training_rows_are_lent_and_not_to_be_changed()
    {
        RunOutcome outcome = await _bench.RunAsync(
            """metrics=["memorisation", { "use": "scripted", "manner": "change-training-rows" }]""", "model=\"empirical\"");
        Assert.All(outcome.Records, record => Assert.Contains("changed the training rows that it was given", record.Error, StringComparison.Ordinal));
        Assert.All(outcome.Records, record => Assert.Equal(3, record.Metrics.Count));
    }

    private static double Value(IReadOnlyList<MetricValue> values, string name) => values.Single(value => value.Name == name).Value;
}
