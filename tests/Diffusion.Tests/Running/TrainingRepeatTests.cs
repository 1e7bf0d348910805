using Diffusion.Experiments.Comparing;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Reporting;
using Diffusion.Experiments.Running;
using Diffusion.Experiments.Statistics;
using Diffusion.Experiments.Storage;
using Diffusion.Launchers;
using Diffusion.Testing;
using Xunit;

namespace Diffusion.Tests.Running;

/// <summary>Sweeps that train several networks and sample each several times.</summary>
public sealed class TrainingRepeatTests : IDisposable
{
    private static readonly string[] Learning =
    [
        "model={ \"use\": \"mlp\", \"width\": 8, \"layers\": 1 }", "loss=noise-prediction", "training={ \"steps\": 20, \"batchSize\": 16 }",
        "metrics=[\"energy-distance\"]",
    ];

    private readonly SweepBench _bench = new();

    public void Dispose() => _bench.Dispose();

    private ExperimentPlan Plan(string repeats, params string[] sets) => _bench.Plan([.. Learning, $"sweep.repeats={repeats}", .. sets]);

    private static int Count(WorkPlan work, CellAction action) => work.Decisions.Count(decision => decision.Action == action);

    [Fact]
    public async Task Each_network_is_trained_once_with_a_seed_of_its_own_and_sampled_as_often_as_is_stated()
    {
        RunOutcome outcome = await _bench.RunAsync(Plan("""{ "sampling": 2, "training": 3 }"""));
        Assert.Equal(24, outcome.Records.Count);
        Assert.All(outcome.Records, record => Assert.Equal(CellStatus.Done, record.Status));
        IGrouping<int, CellRecord>[] networks = [.. outcome.Records.GroupBy(record => record.TrainingRepeat)];
        Assert.Equal([0, 1, 2], networks.Select(network => network.Key));
        Assert.All(networks, network =>
        {
            Assert.Single(network.Select(record => record.Model).Distinct());
            Assert.Equal([0, 1], network.Select(record => record.Repeat).Distinct());
        });
        Assert.Equal(3, outcome.Records.Select(record => record.Model).Distinct().Count());
        Assert.Equal(3, Directory.GetDirectories(Path.Combine(_bench.Results, "models")).Length);
        string[] weights =
            [.. outcome.Records.Select(record => new TrainedModelStore(_bench.Results).Find(record.Model!)!.WeightsDigest).Distinct()];
        Assert.Equal(3, weights.Length);
    }

    [Fact]
    public async Task Networks_are_sampled_with_noise_and_reference_rows_of_their_own()
    {
        RunOutcome outcome = await _bench.RunAsync(Plan("""{ "sampling": 2, "training": 2 }"""));
        // What an exact sampler scores depends on its own draw and on the reference, and on no network.
        CellRecord[] cells = [.. outcome.Records.Where(record => record.Axes["solver"] == "euler" && record.Axes["steps"] == "3")];
        Assert.Equal(4, cells.Select(record => Assert.Single(record.Exact).Value).Distinct().Count());
        // Solvers share all of it within a repeat.
        Assert.All(
            outcome.Records.GroupBy(record => record.Number), repeat => Assert.Single(repeat.Select(record => Assert.Single(record.Exact).Value).Distinct()));
        Assert.Equal(4, outcome.Records.Select(record => record.Number.Draw).Distinct().Count());
    }

    [Fact]
    public async Task The_first_network_is_the_one_that_is_trained_alone_and_its_cells_are_taken_over()
    {
        RunOutcome one = await _bench.RunAsync(Plan("2"));
        RunOutcome several = await _bench.RunAsync(Plan("""{ "sampling": 3, "training": 2 }"""));
        Assert.Equal((8, 16), (Count(several.Work, CellAction.TakeOver), Count(several.Work, CellAction.Run)));
        Assert.Single(several.Work.Trainings);
        Assert.Single(several.Work.ReusedModels);
        IReadOnlyDictionary<string, string> numbers = SweepBench.Numbers(several);
        Assert.All(SweepBench.Numbers(one), cell => Assert.Equal(cell.Value, numbers[cell.Key]));
        // More of either kind moves nothing that is there.
        RunOutcome more = await _bench.RunAsync(Plan("""{ "sampling": 3, "training": 3 }"""));
        Assert.Equal((24, 12), (Count(more.Work, CellAction.TakeOver), Count(more.Work, CellAction.Run)));
        Assert.All(numbers, cell => Assert.Equal(cell.Value, SweepBench.Numbers(more)[cell.Key]));
    }

    [Fact]
    public async Task A_run_that_was_stopped_goes_on_with_the_networks_that_are_left()
    {
        ExperimentPlan plan = Plan("""{ "sampling": 2, "training": 3 }""");
        int ended = 0;
        RunOutcome stopped = await _bench.RunAsync(plan, settings => settings with { Only = ["training_repeat=1", "training_repeat=2,repeat=0"] });
        ended += Count(stopped.Work, CellAction.Run);
        Assert.Equal(RunEnding.Partial, stopped.Ending);
        Assert.Equal(12, ended);
        Assert.Equal(2, stopped.Work.Trainings.Count);
        RunOutcome whole = await _bench.RunAsync(plan);
        Assert.Equal(stopped.Folder.Path, whole.Folder.Path);
        Assert.Equal((12, 12), (Count(whole.Work, CellAction.Keep), Count(whole.Work, CellAction.Run)));
        Assert.Single(whole.Work.Trainings);
        RunOutcome anew = await _bench.RunAsync(plan, settings => settings with { Fresh = true }, new InProcessLauncher(new() { Workers = 2 }));
        Assert.Equal(SweepBench.Numbers(anew), SweepBench.Numbers(whole));
    }

    [Fact]
    public async Task Tables_count_networks_and_say_so()
    {
        RunOutcome outcome = await _bench.RunAsync(Plan("""{ "sampling": 2, "training": 3 }"""));
        Comparison table = Comparison.Build(["solver", "steps"], outcome.Records)[0];
        Assert.Equal((RepeatUnit.Network, 3), (table.Unit, table.Repeats));
        Assert.Contains("over n trained networks, each averaged over its repeats first", table.Caption, StringComparison.Ordinal);
        double[] means = [.. outcome.Records.Where(record => record.Axes["solver"] == "euler" && record.Axes["steps"] == "3")
            .GroupBy(record => record.TrainingRepeat).Select(network => network.Average(record => record.Metrics[0].Value))];
        Estimate entry = table.Rows[0].Cells[0]!.Estimate!.Value;
        Assert.Equal(3, entry.Count);
        Assert.Equal(means.Average(), entry.Mean, 1e-12);
        Assert.Equal(Math.Sqrt(means.Sum(mean => Math.Pow(mean - means.Average(), 2)) / 6), entry.StandardError!.Value, 1e-12);
        Assert.Equal(6, table.Exact[0].Cells[0]!.Estimate!.Value.Count);

        string[] csv = await File.ReadAllLinesAsync(outcome.Folder.MetricsFile, TestContext.Current.CancellationToken);
        Assert.StartsWith("cell,repeat,training_repeat,status,", csv[0], StringComparison.Ordinal);
        Assert.Equal(
            ["0,0", "0,1", "0,2", "1,0", "1,1", "1,2"],
            csv.Skip(1).Select(line => string.Join(',', line.Split(',')[1..3])).Distinct().Order(StringComparer.Ordinal));

        TrackedRunDescription sweep = _bench.Tracker.Runs.Single(run => run.Description.Parent is null).Description;
        Assert.Equal(("2", "3"), (sweep.Parameters["repeats"], sweep.Parameters["training_repeats"]));
        RecordedRun configuration = _bench.Tracker.Runs.Single(run => run.Description.Name == "euler");
        TrackedMetric point = configuration.Metrics.Single(metric => metric.Key == "energy-distance" && metric.Step == 3);
        TrackedMetric error = configuration.Metrics.Single(metric => metric.Key == "energy-distance_se" && metric.Step == 3);
        Assert.Equal((entry.Mean, entry.StandardError.Value), (point.Value, error.Value));
        Assert.DoesNotContain("training.seed", configuration.Description.Parameters.Keys);
        Assert.Equal(3, _bench.Tracker.Runs.Count(run => run.Description.Name.StartsWith("train mlp", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_frozen_plan_holds_the_networks()
    {
        ExperimentPlan plan = Plan("""{ "sampling": 2, "training": 3 }""");
        RunOutcome outcome = await _bench.RunAsync(plan);
        ExperimentPlan thawed = SweepBench.Thaw(outcome.Folder);
        Assert.Equal((plan.Key, 2, 3), (thawed.Key, thawed.Repeats, thawed.TrainingRepeats));
        Assert.Equal(plan.Cells.Select(cell => cell.Number), thawed.Cells.Select(cell => cell.Number));
        Assert.Equal(plan.Cells.Select(cell => cell.Experiment.Training!.Settings.Seed), thawed.Cells.Select(cell => cell.Experiment.Training!.Settings.Seed));
        // As a manifest, too.
        Assert.Equal(
            plan.Key, ExperimentLoader.Load(outcome.Folder.ManifestFile, [], SweepBench.Catalogue, _bench.Factory).Key);
        Assert.Contains("\"trainingRepeats\":3", File.ReadLines(outcome.Folder.PlanFile).First(), StringComparison.Ordinal);
        RunOutcome one = await _bench.RunAsync(Plan("2"));
        string file = await File.ReadAllTextAsync(one.Folder.PlanFile, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("trainingRepeat", file, StringComparison.Ordinal);
        Assert.All(
            one.Records, record => Assert.DoesNotContain("trainingRepeat", File.ReadAllText(one.Folder.CellFile(record.Id)), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_runs_are_paired_network_by_network()
    {
        RunOutcome first = await _bench.RunAsync(Plan("""{ "sampling": 2, "training": 3 }""", "samples=30"));
        RunOutcome second = await _bench.RunAsync(Plan("""{ "sampling": 2, "training": 3 }""", "samples=35"));
        RunComparison comparison = RunComparison.Compare(first.Folder, second.Folder);
        Assert.Equal((24, 0), (comparison.Placed, comparison.OnlyInFirst.Count));
        MetricDifference difference = comparison.Metrics.First(one => one.Axes["solver"] == "euler" && one.Axes["steps"] == "3");
        Assert.Equal(3, difference.Difference.Count);
        double[] means = [.. Enumerable.Range(0, 3).Select(network => Mean(second, network) - Mean(first, network))];
        Assert.Equal(means.Average(), difference.Difference.Mean, 1e-12);
        Assert.Equal(SampleMoments.Compute(means).StandardError, difference.Difference.StandardError!.Value, 1e-12);

        static double Mean(RunOutcome outcome, int network) => outcome.Records
            .Where(record => record.Axes["solver"] == "euler" && record.Axes["steps"] == "3" && record.TrainingRepeat == network)
            .Average(record => record.Metrics[0].Value);
    }

    [Fact]
    public async Task A_record_is_read_back_with_its_network()
    {
        RunOutcome outcome = await _bench.RunAsync(Plan("""{ "training": 2 }"""));
        Assert.All(outcome.Records, record => Assert.Equal(record.Number, RecordJson.Read<CellRecord>(outcome.Folder.CellFile(record.Id)).Number));
        Assert.Equal([new RepeatNumber(0, 0), new(1, 0)], outcome.Records.Select(record => record.Number).Distinct());
    }
}
