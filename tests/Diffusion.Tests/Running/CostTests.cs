using System.Diagnostics;
using Diffusion.Core.Randomness;
using Diffusion.Core.Sampling;
using Diffusion.Experiments.Comparing;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Reporting;
using Diffusion.Experiments.Running;
using Diffusion.Experiments.Storage;
using Diffusion.Experiments.Working;
using Diffusion.Schedules;
using Diffusion.Solvers;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Running;

/// <summary>What cells say of their cost.</summary>
public sealed class CostTests : IDisposable
{
    private readonly SweepBench _bench = new();

    public void Dispose() => _bench.Dispose();

    private static SamplingRun Run(IDenoiser denoiser, ISolver solver, int steps = 6) => new()
    {
        Problem = new(
            denoiser, new EdmSchedule(new()), [.. Enumerable.Range(0, steps + 1).Select(i => new NoiseLevel(steps - i, 1, steps - i))], solver),
        Samples = 64,
        Shape = [1],
        Noise = new NoiseKey(1, 0),
        BatchSize = 32,
    };

    [Fact]
    public void The_time_of_the_model_is_that_of_its_calls_over_all_batches()
    {
        // Two batches of six calls, each of which takes five milliseconds at least.
        SlowDenoiser model = new(TimeSpan.FromMilliseconds(5));
        long begin = Stopwatch.GetTimestamp();
        SamplingOutcome outcome = Run(model, new DdimSolver(new())).Execute(TestContext.Current.CancellationToken);
        Assert.Equal(12, model.Calls);
        Assert.InRange(outcome.ModelTime, TimeSpan.FromMilliseconds(60), Stopwatch.GetElapsedTime(begin));
        // An adaptive method's calls count alike.
        SlowDenoiser adaptive = new(TimeSpan.FromMilliseconds(1));
        SamplingOutcome controlled = Run(adaptive, new Rk45Solver(new())).Execute(TestContext.Current.CancellationToken);
        Assert.True(controlled.ModelTime.TotalMilliseconds >= adaptive.Calls);
    }

    [Fact]
    public async Task Records_say_how_long_the_model_took_and_tables_and_tracker_have_it()
    {
        RunOutcome outcome = await _bench.RunAsync();
        Assert.All(outcome.Records, record => Assert.InRange(record.ModelSeconds!.Value, 1e-9, record.SamplingSeconds));
        CellRecord first = outcome.Records[0];
        SamplesId samples = SamplesId.Parse(Path.GetFileNameWithoutExtension(first.Samples)!);
        SampleRecord sampled = RecordJson.Read<SampleRecord>(outcome.Folder.SampleRecordFile(samples));
        Assert.Equal(
            (first.SamplingCpuSeconds, first.ModelSeconds, first.PeakMemoryBytes), (sampled.CpuSeconds, sampled.ModelSeconds, sampled.PeakMemoryBytes));
        Assert.All(
            _bench.Tracker.Runs.Where(run => run.Description.Parent is not null), run => Assert.Contains(run.Metrics, metric => metric.Key == "model_seconds"));
        // What samples cost is told of them, by whatever cell measures them.
        RunOutcome again = await _bench.RunAsync("metrics=[\"mmd\"]");
        Assert.Equal(outcome.Records.Select(record => record.ModelSeconds), again.Records.Select(record => record.ModelSeconds));
    }

    [Fact]
    public void Nothing_is_said_of_a_process_in_which_another_task_runs()
    {
        using IDisposable first = ProcessMeter.Enter();
        using IDisposable second = ProcessMeter.Enter();
        Assert.Equal((null, null), ProcessMeter.Start().Stop());
    }

    [Fact]
    public void Nothing_is_said_where_another_task_has_come_and_gone()
    {
        using IDisposable first = ProcessMeter.Enter();
        ProcessMeter meter = ProcessMeter.Start();
        ProcessMeter.Enter().Dispose();
        Assert.Equal((null, null), meter.Stop());
    }

    [Fact]
    public void A_few_rows_and_steps_run_once_before_each_kind_of_sampling()
    {
        ExperimentCell[] cells = [.. _bench.Plan().Cells];
        ExperimentCell euler = cells.First(cell => cell.AxisValues["solver"] == "euler"), maruyama = cells.First(cell => cell.AxisValues["solver"] != "euler");
        WarmUp warmUp = new();
        SlowDenoiser model = new(TimeSpan.Zero);
        SamplingRun run = Run(model, new DdimSolver(new()));
        warmUp.Before(euler, run, TestContext.Current.CancellationToken);
        Assert.Equal((3, 2), (model.Calls, model.Rows));
        warmUp.Before(euler, run, TestContext.Current.CancellationToken);
        warmUp.Before(cells.Last(cell => cell.AxisValues["solver"] == "euler"), run, TestContext.Current.CancellationToken);
        Assert.Equal(3, model.Calls);
        warmUp.Before(maruyama, run, TestContext.Current.CancellationToken);
        Assert.Equal(6, model.Calls);
    }

    [Fact]
    public void What_goes_wrong_beforehand_is_left_to_the_run_itself()
    {
        SlowDenoiser model = new(TimeSpan.Zero) { Throws = true };
        new WarmUp().Before(_bench.Plan().Cells[0], Run(model, new DdimSolver(new())), TestContext.Current.CancellationToken);
        Assert.Equal(1, model.Calls);
    }

    [Theory]
    [InlineData("cpu-seconds", new[] { CostMeasure.CpuSeconds })]
    [InlineData(
        "peak-memory, overhead-seconds,model-seconds,peak-memory", new[] { CostMeasure.PeakMemory, CostMeasure.OverheadSeconds, CostMeasure.ModelSeconds })]
    public void Costs_are_chosen_by_name(string names, CostMeasure[] costs) => Assert.Equal(costs, CostMeasureExtensions.Parse(names));

    [Theory]
    [InlineData("cpu", "--cost: unknown cost 'cpu' (known: cpu-seconds, evaluations, model-seconds, overhead-seconds, peak-memory, seconds)")]
    [InlineData("second", "--cost: unknown cost 'second'; did you mean 'seconds'?")]
    [InlineData(",", "--cost names no cost (known: evaluations, seconds, cpu-seconds, model-seconds, overhead-seconds, peak-memory)")]
    public void A_cost_that_is_none_is_refused(string names, string message) =>
        Assert.StartsWith(message, Assert.Throws<InputException>(() => CostMeasureExtensions.Parse(names)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Quality_is_set_against_the_costs_that_are_asked_for_and_all_are_in_one_table()
    {
        ExperimentPlan plan = _bench.Plan("sweep.repeats=5", "sweep.axes={ \"solver\": [\"euler\", \"heun\"], \"steps\": [3, 6, 12] }");
        RunOutcome outcome = await _bench.RunAsync(plan);
        // Costs as they might be, in place of those of a test that nobody times: a call takes a hundredth of a second, and as much lies beside it.
        CellRecord[] records = [.. outcome.Records.Select(record => record with
        {
            SamplingSeconds = 0.02 * record.Evaluations!.Value,
            SamplingCpuSeconds = 0.03 * record.Evaluations.Value,
            ModelSeconds = 0.01 * record.Evaluations.Value,
            PeakMemoryBytes = 250_000_000,
        })];
        var runs = ComparedRuns.FromRecords(plan, "r", records);
        ConfigurationComparison usual = ConfigurationComparison.Compare(runs, new());
        Assert.Equal([CostMeasure.Evaluations, CostMeasure.Seconds], usual.Curves.Select(curve => curve.Measure));
        ConfigurationComparison other = ConfigurationComparison.Compare(runs, new() { Costs = [CostMeasure.OverheadSeconds, CostMeasure.PeakMemory] });
        Assert.Equal([CostMeasure.OverheadSeconds, CostMeasure.PeakMemory], other.Curves.Select(curve => curve.Measure));
        Assert.Equal(usual.Curves[0].Front.Select(point => (point.Name, point.Budget)), other.Curves[0].Front.Select(point => (point.Name, point.Budget)));
        Assert.All(usual.Curves[0].Front.Zip(other.Curves[0].Front), pair => Assert.Equal(0.01 * pair.First.Cost, pair.Second.Cost, 1e-12));
        Assert.All(other.Curves[1].Front, point => Assert.Equal(250, point.Cost));

        ReportSection costs = ComparisonText.Full(other).Single(section => section.Title == "Costs of sampling, means over repeats");
        Assert.Equal(
            ["steps", "solver", "evaluations", "seconds", "CPU seconds", "seconds in the model", "seconds beside the model", "peak memory, MB"],
            costs.Table!.Headers);
        Assert.Contains(costs.Table.Rows, row => row.SequenceEqual(["6", "heun", "11", "0.22", "0.33", "0.11", "0.11", "250"]));
        Assert.Contains(ComparisonText.Full(other), section => section.Title == "Quality against seconds beside the model");

        // Records of before say nothing of it, and nothing is made up.
        CellRecord[] older = [.. records.Select(record => record with { SamplingCpuSeconds = null, ModelSeconds = null, PeakMemoryBytes = null })];
        ConfigurationComparison old = ConfigurationComparison.Compare(ComparedRuns.FromRecords(plan, "r", older), new() { Costs = [CostMeasure.CpuSeconds] });
        Assert.Empty(old.Curves[0].Front);
        Assert.DoesNotContain(ComparisonText.Full(old), section => section.Title?.StartsWith("Costs", StringComparison.Ordinal) == true);
    }

    /// <summary>Denoises to zero, in no less than a given time.</summary>
    private sealed class SlowDenoiser(TimeSpan time) : IDenoiser
    {
        public int Calls { get; private set; }

        public int Rows { get; private set; }

        public bool Throws { get; init; }

        public Prediction Predict(Tensor x, NoiseLevels levels)
        {
            Calls++;
            Rows = (int)x.shape[0];
            if (Throws)
                throw new InvalidOperationException("no");
            // A sleep may end a little early by the clock that is read here.
            long begin = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(begin) < time)
                Thread.Sleep(1);
            return new Prediction(PredictionKind.Data, zeros_like(x), x, levels);
        }
    }
}
