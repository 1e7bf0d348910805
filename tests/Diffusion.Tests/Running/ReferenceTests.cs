using System.Text.Json;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Reporting;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Running;
using Diffusion.Experiments.Statistics;
using Xunit;

namespace Diffusion.Tests.Running;

/// <summary>Reference rows of repeats, and what an exact sampler scores against them.</summary>
public sealed class ReferenceTests : IDisposable
{
    private readonly SweepBench _bench = new();

    public void Dispose() => _bench.Dispose();

    private static double[] Exact(RunOutcome outcome) =>
        [.. outcome.Records.OrderBy(record => record.Repeat).Select(record => Assert.Single(record.Exact).Value)];

    private Task<RunOutcome> RepeatAsync(int repeats, params string[] sets) => _bench.RunAsync(
        [
            $"sweep.repeats={repeats}", "sweep.axes={ \"solver\": [\"heun\"] }", "metrics=[\"energy-distance\"]", "data.referenceCount=20", "samples=400",
            .. sets,
        ]);

    [Fact]
    public async Task Over_references_of_their_own_an_exact_sampler_has_an_unbiased_mean_and_over_a_shared_one_it_does_not()
    {
        // The energy distance is unbiased: its mean is 0 over everything that is drawn. 40 repeats, 99.9 % intervals with fixed seeds.
        const int Repeats = 40;
        var own = SampleMoments.Compute(Exact(await RepeatAsync(Repeats)));
        Assert.InRange(own.Mean, -3.3 * own.StandardError, 3.3 * own.StandardError);

        // Given one reference, what is left of its error is a constant that more repeats do not remove: far outside the error that they show, for this seed of
        // the data.
        var shared = SampleMoments.Compute(Exact(await RepeatAsync(Repeats, "reference=shared", "data.seed=7")));
        Assert.True(Math.Abs(shared.Mean) > 5 * shared.StandardError, $"{shared.Mean} +- {shared.StandardError}");
        Assert.True(own.StandardError > 1.5 * shared.StandardError);
    }

    [Fact]
    public async Task Cells_of_a_repeat_share_their_reference_and_more_repeats_change_none()
    {
        RunOutcome two = await _bench.RunAsync("metrics=[\"energy-distance\"]");
        Assert.All(two.Records.GroupBy(record => record.Repeat), repeat => Assert.Single(repeat.Select(record => record.Exact[0].Value).Distinct()));
        Assert.Equal(2, two.Records.Select(record => record.Exact[0].Value).Distinct().Count());

        RunOutcome three = await _bench.RunAsync("metrics=[\"energy-distance\"]", "sweep.repeats=3");
        Dictionary<CellId, CellRecord> before = two.Records.ToDictionary(record => record.Id);
        Assert.Equal(two.Records.Count, three.Records.Count(record => before.ContainsKey(record.Id)));
    }

    [Fact]
    public async Task Another_reference_measures_the_same_samples()
    {
        RunOutcome own = await _bench.RunAsync(), shared = await _bench.RunAsync("reference=shared");
        Assert.Equal(own.Records.Select(record => Path.GetFileName(record.Samples)), shared.Records.Select(record => Path.GetFileName(record.Samples)));
        Assert.All(own.Records.Zip(shared.Records), pair => Assert.NotEqual(pair.First.Metrics[0].Value, pair.Second.Metrics[0].Value));
        Assert.All(own.Records, record => Assert.Equal(ReferenceDraw.PerRepeat, record.Reference));
        Assert.All(shared.Records, record => Assert.Equal(ReferenceDraw.Shared, record.Reference));
    }

    [Fact]
    public async Task A_stored_plan_keeps_the_kind_of_its_reference()
    {
        foreach (string[] sets in new string[][] { [], ["reference=shared"] })
        {
            RunOutcome outcome = await _bench.RunAsync(sets);
            ExperimentPlan thawed = SweepBench.Thaw(outcome.Folder);
            Assert.Equal(_bench.Plan(sets).Cells.Select(cell => cell.Key), thawed.Cells.Select(cell => cell.Key));
            Assert.All(thawed.Cells, cell => Assert.Equal(sets.Length == 0 ? ReferenceDraw.PerRepeat : ReferenceDraw.Shared, cell.Experiment.Reference));
            Assert.Equal(
                sets.Length == 0 ? "per-repeat" : "shared",
                thawed.Cells[0].Experiment.ToJson()["reference"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task Rows_of_a_file_are_shared_and_their_exact_sampler_draws_them_with_replacement()
    {
        string rows = Path.Combine(Path.GetDirectoryName(_bench.Manifest)!, "rows.csv");
        await File.WriteAllLinesAsync(
            rows, ["x", .. Enumerable.Range(0, 30).Select(i => $"{i % 7}.5")], TestContext.Current.CancellationToken);
        string[] sets =
            [$"data={{ \"use\": \"csv\", \"path\": {JsonSerializer.Serialize(rows)} }}", """model={ "use": "empirical" }""", "metrics=[\"energy-distance\"]"];
        RunOutcome outcome = await _bench.RunAsync(sets);
        Assert.All(outcome.Records, record => Assert.Equal(ReferenceDraw.Shared, record.Reference));
        Assert.Equal(2, outcome.Records.Select(record => Assert.Single(record.Exact).Value).Distinct().Count());

        ManifestException refused = Assert.Throws<ManifestException>(() => _bench.Plan([.. sets, "reference=per-repeat"]));
        Assert.Contains("data 'csv' has no generator", refused.Message, StringComparison.Ordinal);
        Assert.Equal(outcome.Records.Select(record => record.Key), _bench.Plan([.. sets, "reference=shared"]).Cells.Select(cell => cell.Key));
    }

    [Fact]
    public async Task Metrics_of_the_model_have_no_exact_sampler()
    {
        RunOutcome outcome = await _bench.RunAsync("metrics=[\"log-likelihood\", \"energy-distance\"]", "sweep.axes={ \"solver\": [\"heun\"] }");
        Assert.All(outcome.Records, record => Assert.Equal(["energy-distance"], record.Exact.Select(value => value.Name)));
        IReadOnlyList<Comparison> comparisons = Comparison.Build(["solver"], outcome.Records);
        Assert.Equal([0, 0, 1], comparisons.Select(comparison => comparison.Exact.Count));
    }

    [Fact]
    public async Task Tables_begin_with_the_exact_sampler_and_mark_what_is_as_good()
    {
        RunOutcome outcome = await _bench.RunAsync(
            "metrics=[\"energy-distance\"]", "sweep.repeats=6", "sweep.axes={ \"solver\": [\"euler\", \"heun\"], \"steps\": [3, 40] }", "samples=400",
            "data.referenceCount=400");
        Comparison comparison = Assert.Single(Comparison.Build(["solver", "steps"], outcome.Records));
        Assert.Equal("exact sampler", comparison.Lines.First()[0]);
        Assert.Equal([[false, true], [false, true]], comparison.Rows.Select(row => row.Cells.Select(cell => cell!.IsAsExact)));
        Assert.Contains("≈: not distinguishable from an exact sampler.", comparison.Notes);

        RunOutcome counts = await _bench.RunAsync("metrics=[\"energy-distance\"]", "sweep.axes={ \"solver\": [\"euler\", \"heun\"], \"samples\": [40, 80] }");
        Comparison floors = Assert.Single(Comparison.Build(["solver", "samples"], counts.Records));
        Assert.Equal([["exact sampler", "40"], ["exact sampler", "80"]], floors.Exact.Select(row => row.Labels));
    }
}
