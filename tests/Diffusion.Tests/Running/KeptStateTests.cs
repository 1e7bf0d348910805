using System.Text.Json;
using Diffusion.Core.Randomness;
using Diffusion.Core.Sampling;
using Diffusion.Experiments.Comparing;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Replaying;
using Diffusion.Experiments.Reporting;
using Diffusion.Experiments.Running;
using Diffusion.Experiments.Statistics;
using Diffusion.Experiments.Storage;
using Diffusion.Experiments.Working;
using Diffusion.Testing;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Running;

/// <summary>States on the way from noise to data: what is stored of them, and what metrics say of their laws.</summary>
public sealed class KeptStateTests : IDisposable
{
    private const string Keep = """keep={ "times": [0.5, { "sigma": 3 }], "every": 2 }""";

    private static readonly string[] Small = ["metrics=[\"energy-distance\", \"sliced-wasserstein\"]", "start=exact"];

    private readonly SweepBench _bench = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _bench.Dispose();

    private static Tensor States(RunOutcome outcome, ExperimentCell cell) => NpyFile.Read(
        outcome.Folder.StatesFile(cell.SamplesId), RecordJson.Read<SampleRecord>(outcome.Folder.SampleRecordFile(cell.SamplesId)).StatesDigest!);

    private static double[] Numbers(Tensor tensor) => tensor.to(ScalarType.Float64).contiguous().data<double>().ToArray();

    // The whole trajectory of a cell, as the engine gives it.
    private (IReadOnlyList<Tensor> States, IReadOnlyList<NoiseLevel> Levels) Trajectory(ExperimentCell cell)
    {
        Experiment experiment = cell.Experiment;
        DataSet set = new PlanData(_bench.Factory)[cell];
        var schedule = _bench.Factory.Create<NoiseSchedule>(experiment.Schedule);
        IReadOnlyList<NoiseLevel> levels = _bench.Factory.Create<ITimeGrid>(experiment.Grid).Levels(schedule, experiment.Steps);
        SamplingProblem problem = new(
            _bench.Factory.Create<IScoreModel>(experiment.Model, set.Description, set), schedule, levels, _bench.Factory.Create<ISolver>(experiment.Solver));
        SamplingOutcome outcome = new SamplingRun
        {
            Problem = problem,
            Samples = experiment.Samples,
            Shape = set.Description.Shape,
            Noise = new NoiseKey(experiment.Seed, cell.Repeat),
            Start = experiment.Start == StartLaw.Exact ? set.Description.Mixture!.At(levels[0]) : null,
            Dtype = experiment.Dtype,
            Kept = [.. Enumerable.Range(0, levels.Count)],
        }.Execute(TestContext.Current.CancellationToken);
        return (outcome.Trajectory, levels);
    }

    [Theory]
    [InlineData("noise=common")]
    [InlineData("noise=independent")]
    public async Task What_is_kept_changes_no_sample_and_no_value(string noise)
    {
        RunOutcome plain = await _bench.RunAsync([.. Small, noise]), kept = await _bench.RunAsync([.. Small, noise, Keep]);
        Assert.Equal(8, kept.Work.Work.Count());
        Assert.All(plain.Records.Zip(kept.Records), pair =>
        {
            Assert.NotEqual(pair.First.Key, pair.Second.Key);
            Assert.Equal(SweepBench.Samples(plain.Folder, pair.First), SweepBench.Samples(kept.Folder, pair.Second));
            Assert.Equal(
                pair.First.Metrics.Select(value => (value.Name, value.Value)), pair.Second.Metrics.Take(2).Select(value => (value.Name, value.Value)));
            Assert.Equal(pair.First.Evaluations, pair.Second.Evaluations);
            Assert.Null(pair.First.Kept);
        });
    }

    [Fact]
    public async Task States_are_those_of_the_trajectory_at_the_nearest_levels()
    {
        ExperimentPlan plan = _bench.Plan([.. Small, Keep, "batch=7"]);
        RunOutcome outcome = await _bench.RunAsync(plan);
        foreach (ExperimentCell cell in plan.Cells)
        {
            SampleRecord record = RecordJson.Read<SampleRecord>(outcome.Folder.SampleRecordFile(cell.SamplesId));
            (IReadOnlyList<Tensor> trajectory, IReadOnlyList<NoiseLevel> levels) = Trajectory(cell);
            using Tensor states = States(outcome, cell);
            Assert.Equal([record.Kept!.Count, 40, 1], states.shape);
            // Float32, as samples are stored.
            Assert.All(record.Kept.Index(), kept =>
            {
                Assert.Equal(levels[kept.Item.Step], kept.Item.Level);
                Assert.Equal(Numbers(trajectory[kept.Item.Step].to(ScalarType.Float32)), Numbers(states[kept.Index]));
            });
            // Every second step, with start and end, and the levels nearest to what was asked for on the logarithmic scale.
            int last = levels.Count - 1;
            int Nearest(double noise) => Enumerable.Range(0, last).MinBy(place => Math.Abs(Math.Log(levels[place].NoiseToSignal / noise)));
            int time = Nearest(0.02 * Math.Sqrt(10 / 0.02)), sigma = Nearest(3);
            Assert.Equal(
                Enumerable.Range(0, last + 1).Where(place => place % 2 == 0 || place == last || place == time || place == sigma),
                record.Kept.Select(kept => kept.Step));
            Assert.Contains("t=0.5", record.Kept.Single(kept => kept.Step == time).Times);
            Assert.Contains("sigma=3", record.Kept.Single(kept => kept.Step == sigma).Times);
            Assert.Equal(2, record.Kept.Sum(kept => kept.Times.Count));
            Assert.Equal(Numbers(states[-1]), Numbers(NpyFile.Read(outcome.Folder.SamplesFile(cell.SamplesId), record.Digest)));
        }
    }

    [Fact]
    public async Task States_of_standardised_data_are_stored_in_their_units_and_measured_in_those_of_sampling()
    {
        string rows = Path.Combine(Path.GetDirectoryName(_bench.Manifest)!, "rows.csv");
        await File.WriteAllLinesAsync(
            rows, ["x,y", .. Enumerable.Range(0, 60).Select(i => FormattableString.Invariant($"{1000 + (50 * Math.Sin(i))},{0.001 * (i % 9)}"))],
            TestContext.Current.CancellationToken);
        ExperimentPlan plan = _bench.Plan(
            $"data={{ \"use\": \"csv\", \"path\": {JsonSerializer.Serialize(rows)} }}", "model=empirical",
            """schedule={ "use": "variance-preserving" }""", "grid=log-snr", "samples=400", "sweep.axes={ \"steps\": [60] }", "solver=heun", "sweep.repeats=5",
            """keep={ "times": [{ "sigma": 0.4 }] }""", "metrics=[\"energy-distance\"]");
        RunOutcome outcome = await _bench.RunAsync(plan);
        DataSet set = new PlanData(_bench.Factory)[plan.Cells[0]];
        (double[] mean, double[] scale) = ([.. set.Description.Standardization!.Mean], [.. set.Description.Standardization.Scale]);
        (IReadOnlyList<Tensor> trajectory, _) = Trajectory(plan.Cells[0]);
        KeptState kept = Assert.Single(outcome.Records[0].Kept!);
        Assert.InRange(kept.Alpha, 0.9, 0.95);
        // y_t = alpha mean + scale x_t is the same process on the data in their own units.
        double[] expected = [.. Numbers(trajectory[kept.Step]).Select((x, i) => (kept.Alpha * mean[i % 2]) + (scale[i % 2] * x))];
        Assert.Equal(expected, Numbers(States(outcome, plan.Cells[0])[0]), (a, b) => Math.Abs(a - b) <= 1e-9 * Math.Max(1, Math.Abs(a)));

        // The laws agree there, as far as 400 samples against 60 drawn rows can tell: in other units they would be tens apart.
        double[] values = [.. outcome.Records.Select(record => record.Metrics.Single(value => value.Name == "energy-distance@sigma=0.4").Value)];
        Assert.InRange(SampleMoments.Compute(values).Mean, -0.05, 0.05);
        Assert.All(outcome.Records, record => Assert.Contains(record.Exact, value => value.Name == "energy-distance@sigma=0.4"));
    }

    [Fact]
    public void Reference_rows_at_a_level_have_the_law_of_the_noisy_data()
    {
        ExperimentCell[] cells = [.. _bench.Plan("data.referenceCount=20000", "samples=20000").Cells.Take(2)];
        PlanData data = new(_bench.Factory);
        NoiseLevel level = new(0.4, 0.6, 0.8);
        foreach (ExperimentCell cell in cells)
        {
            NoisyData noisy = data.At(cell, level, Token);
            GaussianMixture law = noisy.Description.Mixture!;
            double mean = law.Components.Sum(component => component.Weight * component.Mean[0]);
            double variance = law.Components.Sum(component => component.Weight * (component.Covariance[0, 0] + Math.Pow(component.Mean[0] - mean, 2)));
            foreach (Tensor rows in new[] { noisy.Reference.Rows, noisy.ScaleRows, data.ExactSamples(cell, level, Token)! })
            {
                SampleMoments moments = SampleMoments.Compute(Numbers(rows));
                Assert.Equal(20000, moments.Count);
                Assert.InRange(moments.Mean, mean - (5 * moments.StandardError), mean + (5 * moments.StandardError));
                Assert.Equal(1, Math.Pow(moments.StandardDeviation, 2) / variance, 0.03);
            }

            Assert.False(noisy.ReferenceIsPopulation);
        }

        // Repeats have noise of their own, and none is that of what an exact sampler would give.
        Tensor first = data.At(cells[0], level, Token).Reference.Rows, second = data.At(cells[1], level, Token).Reference.Rows;
        Assert.True(Math.Abs(Correlation(first - (data.Reference(cells[0], Token).Rows * 0.6), second - (data.Reference(cells[1], Token).Rows * 0.6))) < 0.03);
        Assert.True(Math.Abs(Correlation(
            first - (data.Reference(cells[0], Token).Rows * 0.6),
            data.ExactSamples(cells[0], level, Token)! - (data.ExactSamples(cells[0], Token)! * 0.6))) < 0.03);
        Assert.Same(first, data.At(cells[0], level, Token).Reference.Rows);
        // The rows for scales are no repeat's own.
        Assert.Same(data.At(cells[0], level, Token).ScaleRows, data.At(cells[1], level, Token).ScaleRows);
        Assert.NotEqual(Numbers(first), Numbers(data.At(cells[0], level, Token).ScaleRows));
        // At the data themselves there is no noise.
        Assert.Same(data.Reference(cells[0], Token), data.At(cells[0], NoiseLevel.Clean, Token).Reference);

        static double Correlation(Tensor a, Tensor b) => ((a - a.mean()) * (b - b.mean())).mean().ToDouble() / (a.std().ToDouble() * b.std().ToDouble());
    }

    [Fact]
    public void Rows_that_are_the_data_are_drawn_anew_in_each_repeat_once_there_is_noise()
    {
        string rows = Path.Combine(Path.GetDirectoryName(_bench.Manifest)!, "rows.csv");
        File.WriteAllLines(rows, ["x", .. Enumerable.Range(0, 2000).Select(i => $"{i}")]);
        ExperimentCell[] cells = [.. _bench.Plan(
            $"data={{ \"use\": \"csv\", \"path\": {JsonSerializer.Serialize(rows)}, \"standardize\": false }}", "model=empirical").Cells.Take(2)];
        PlanData data = new(_bench.Factory);
        Assert.True(data.At(cells[0], NoiseLevel.Clean, Token).ReferenceIsPopulation);
        // So little noise that each row tells which it was.
        double[][] drawn = [.. cells.Select(cell => Numbers(data.At(cell, new(0, 1, 1e-3), Token).Reference.Rows.round()))];
        Assert.NotEqual(drawn[0], drawn[1]);
        // With replacement: 1 − 1/e of the rows.
        Assert.All(drawn, one => Assert.InRange(one.Distinct().Count() / 2000.0, 0.6, 0.66));
        Assert.Equal(2000, Numbers(data.At(cells[0], new(0, 1, 1e-3), Token).ScaleRows.round()).Distinct().Count());
    }

    [Fact]
    public async Task An_exact_sampler_scores_nothing_on_the_way_and_a_coarse_one_something()
    {
        RunOutcome outcome = await _bench.RunAsync(
            "sweep.repeats=30", "sweep.axes={ \"solver\": [\"heun\"], \"steps\": [4, 40] }", "metrics=[\"energy-distance\"]", "start=exact", "samples=400",
            "data.referenceCount=400", """keep={ "times": [{ "sigma": 0.7 }, 1] }""");
        foreach (string name in new[] { "energy-distance@sigma=0.7", "energy-distance@t=1" })
        {
            double[] Values(string steps, Func<CellRecord, IReadOnlyList<MetricValue>> of) => [.. outcome.Records
                .Where(record => record.Axes["steps"] == steps).Select(record => of(record).Single(value => value.Name == name).Value)];
            SampleMoments exact = SampleMoments.Compute(Values("40", record => record.Exact)),
                fine = SampleMoments.Compute(Values("40", record => record.Metrics));
            // The energy distance is unbiased: 99.9 % intervals with fixed seeds.
            Assert.InRange(exact.Mean, -3.3 * exact.StandardError, 3.3 * exact.StandardError);
            Assert.InRange(fine.Mean, -3.3 * fine.StandardError, 3.3 * fine.StandardError);
            SampleMoments coarse = SampleMoments.Compute(Values("4", record => record.Metrics));
            // At the start no step was taken yet.
            Assert.Equal(name.EndsWith("0.7", StringComparison.Ordinal), coarse.Mean > 10 * coarse.StandardError);
        }

        Comparison table = Comparison.Build(["solver", "steps"], outcome.Records).Single(one => one.Metric == "energy-distance@sigma=0.7");
        Assert.Equal("sigma=0.7", table.Time);
        // Levels differ between columns, and so do floors.
        Assert.All(Assert.Single(table.Exact).Cells, Assert.NotNull);
        Assert.All(Comparison.Build(["solver", "steps"], outcome.Records)[0].Exact.Select(row => row.Cells), cells => Assert.Null(cells[1]));
    }

    [Fact]
    public async Task Methods_without_common_states_go_without_and_keep_their_other_values()
    {
        RunOutcome outcome = await _bench.RunAsync(
            """keep={ "times": [0.5] }""", "sweep.axes={ \"solver\": [\"rk45\", \"heun\"] }", "sweep.repeats=1",
            "metrics=[\"energy-distance\", \"exact-law\"]");
        Assert.Equal([CellStatus.Done, CellStatus.Done], outcome.Records.Select(record => record.Status));
        (CellRecord adaptive, CellRecord fixedGrid) = (outcome.Records[0], outcome.Records[1]);
        Assert.Equal(["energy-distance"], adaptive.Metrics.Select(value => value.Name));
        Assert.Contains(adaptive.Unmeasured, metric => !metric.IsFailure && metric.Source.Metric == "energy-distance"
            && metric.Reason.Contains("there is no state at t=0.5: solver 'rk45' chooses its own steps", StringComparison.Ordinal));
        Assert.Single(fixedGrid.Metrics, value => value.Name.EndsWith("@t=0.5", StringComparison.Ordinal));
        // The law of a sampler is no metric of samples: it is neither measured nor missed on the way.
        Assert.DoesNotContain(fixedGrid.Unmeasured, metric => metric.Source.Metric == "exact-law");
        string reason = outcome.Work.MetricObjections.Keys.Single(one => one.Contains("t=0.5", StringComparison.Ordinal));
        Assert.EndsWith("$.keep.times[0])", outcome.Work.Located(reason), StringComparison.Ordinal);
        Comparison table = Comparison.Build(["solver"], outcome.Records).Single(one => one.Time is not null);
        Assert.Equal("n/a", $"{table.Rows[0].Cells[0]}");
        Assert.False(File.Exists(outcome.Folder.StatesFile(SamplesId.Parse(Path.GetFileNameWithoutExtension(adaptive.Samples)!))));
    }

    [Theory]
    [InlineData("""keep={ "times": [7] }""", @"there is no state at t=7: the process ends at t = 1 \(.*\$\.keep\.times\[0\]\)$")]
    [InlineData(
        """keep={ "times": [0.5, { "sigma": 11 }] }""",
        @"there is no state at sigma=11: the run starts with less noise, at t = 1, sigma/alpha = 10 \(.*\$\.keep\.times\[1\]\)$")]
    public void A_time_that_no_cell_has_is_refused_at_its_place(string keep, string message) =>
        Assert.Matches(message, Assert.Throws<InvalidDataException>(() => _bench.Decide(_bench.Plan(keep))).Message);

    [Fact]
    public void A_time_that_some_cells_have_is_none_for_the_others()
    {
        WorkPlan work = _bench.Decide(
            _bench.Plan("""keep={ "times": [{ "sigma": 11 }] }""", "sweep.axes={ \"schedule.sigmaMax\": [10, 20] }", "sweep.repeats=1"));
        Assert.Equal((1, 2), (Assert.Single(work.MetricObjections).Value, work.Work.Count()));
    }

    [Theory]
    [InlineData("keep=3", "$.keep  expected an object, found a number")]
    [InlineData("keep={}", "$.keep  says nothing to keep: state times, every, or both")]
    [InlineData("""keep={ "time": [1] }""", "$.keep.time  unknown key 'time' in keep; did you mean 'times'? (known: every, times)")]
    [InlineData("""keep={ "times": 0.5 }""", "$.keep.times  expected an array, found a number")]
    [InlineData("""keep={ "times": ["0.5"] }""", "$.keep.times[0]  expected a number or { \"sigma\": number }, found a string")]
    [InlineData("""keep={ "times": [{ "t": 1 }] }""", "$.keep.times[0]  expected a number or { \"sigma\": number }, found another object")]
    [InlineData("""keep={ "times": [{ "sigma": "2" }] }""", "$.keep.times[0].sigma  expected a number, found a string")]
    [InlineData("""keep={ "times": [0.5, -1] }""", "$.keep.times[1]  must be at least 0, found -1")]
    [InlineData("""keep={ "times": [{ "sigma": 2 }, 2, { "sigma": 2.0 }] }""", "$.keep.times  sigma=2 is stated twice")]
    [InlineData("""keep={ "every": 0 }""", "$.keep.every  must be between 1 and 1000000, found 0")]
    public void What_cannot_be_kept_is_told_where_it_stands(string keep, string problem) =>
        Assert.EndsWith(problem, Assert.Single(Assert.Throws<ManifestException>(() => _bench.Plan(keep)).Problems).ToString(), StringComparison.Ordinal);

    [Fact]
    public async Task Another_metric_measures_the_states_that_are_there_and_a_damaged_file_is_made_anew()
    {
        RunOutcome first = await _bench.RunAsync([Keep, "metrics=[\"energy-distance\"]"]);
        RunOutcome second = await _bench.RunAsync([Keep, "metrics=[\"energy-distance\", \"mmd\"]"]);
        Assert.All(second.Work.Work, decision => Assert.Equal(CellAction.Measure, decision.Action));
        Assert.All(first.Records.Zip(second.Records), pair => Assert.Equal(
            pair.First.Metrics.Select(value => (value.Name, value.Value)),
            pair.Second.Metrics.Where(value => value.Source!.Metric == "energy-distance").Select(value => (value.Name, value.Value))));
        Assert.All(second.Records, record => Assert.Equal(
            ["energy-distance", "mmd", "energy-distance@sigma=3", "mmd@sigma=3", "energy-distance@t=0.5", "mmd@t=0.5"],
            record.Metrics.Select(value => value.Name)));
        // Files that were copied from the first run.
        string states = second.Folder.StatesFile(_bench.Plan(Keep).Cells[0].SamplesId);
        byte[] whole = await File.ReadAllBytesAsync(states, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(states, whole[..^1], TestContext.Current.CancellationToken);
        RunOutcome third = await _bench.RunAsync([Keep, "metrics=[\"mmd\"]"]);
        Assert.All(third.Records, record => Assert.Equal(CellStatus.Done, record.Status));
        Assert.Equal(whole, await File.ReadAllBytesAsync(
            third.Folder.StatesFile(_bench.Plan(Keep).Cells[0].SamplesId), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Cells_that_are_taken_over_bring_their_states_and_a_replay_compares_them()
    {
        await _bench.RunAsync([.. Small, Keep]);
        ExperimentPlan plan = _bench.Plan([.. Small, Keep, "sweep.repeats=3"]);
        RunOutcome wider = await _bench.RunAsync(plan);
        Assert.Equal(8, wider.Work.Decisions.Count(decision => decision.Action == CellAction.TakeOver));
        Assert.All(plan.Cells, cell => Assert.True(File.Exists(wider.Folder.StatesFile(cell.SamplesId))));

        Replayer replayer = new(wider.Folder, SweepBench.Thaw(wider.Folder), _bench.Factory);
        List<ReplayedCell> replayed = [];
        replayer.Replay(replayer.Select(new() { All = true }), trains: false, 1, _ => { }, replayed.Add, Token);
        Assert.Equal(12, replayed.Count);
        Assert.All(replayed, cell => Assert.Empty(cell.Deviations));

        // States that are others are noticed, though the samples are the same.
        ExperimentCell first = plan.Cells[0];
        SampleRecord record = RecordJson.Read<SampleRecord>(wider.Folder.SampleRecordFile(first.SamplesId));
        using Tensor states = States(wider, first);
        string digest = NpyFile.Write(wider.Folder.StatesFile(first.SamplesId), states + 1);
        RecordJson.Write(wider.Folder.SampleRecordFile(first.SamplesId), record with { StatesDigest = digest });
        replayed.Clear();
        replayer.Replay(replayer.Select(new() { Only = [first.Id.ToString()] }), trains: false, 1, _ => { }, replayed.Add, Token);
        Deviation deviation = Assert.Single(Assert.Single(replayed).Deviations);
        Assert.Equal(("states", Agreement.Different, 1.0), (deviation.What, deviation.Agreement, Math.Round(deviation.Absolute!.Value, 5)));
    }

    [Fact]
    public async Task Values_on_the_way_are_columns_points_of_the_tracker_and_metrics_to_compare()
    {
        ExperimentPlan plan = _bench.Plan(
            [
                .. Small, """keep={ "times": [0.5] }""", "sweep.repeats=6",
                "sweep.axes={ \"solver\": [\"euler\", \"heun\"], \"grid\": [\"karras\", \"log-snr\"] }",
            ]);
        RunOutcome outcome = await _bench.RunAsync(plan);
        string header = (await File.ReadAllLinesAsync(outcome.Folder.MetricsFile, TestContext.Current.CancellationToken))[0];
        Assert.Contains(",energy-distance@t=0.5,energy-distance@t=0.5_se,", header, StringComparison.Ordinal);
        Assert.Contains(",energy-distance@t=0.5_exact", header, StringComparison.Ordinal);
        RecordedRun tracked = _bench.Tracker.Runs.First(run => run.Description.Name == "euler grid=karras");
        Assert.Contains(tracked.Metrics, metric => metric.Key == "energy-distance/t 0.5");
        KeptState kept = Assert.Single(outcome.Records[0].Kept!);
        Assert.Equal(FormattableString.Invariant($"t={kept.T:R} alpha=1 sigma={kept.Sigma:R}"), tracked.Description.Tags["diffusion.kept t 0.5"]);
        string report = await File.ReadAllTextAsync(outcome.Folder.ComparisonFile, TestContext.Current.CancellationToken);
        Assert.Contains("## energy-distance@t=0.5", report, StringComparison.Ordinal);
        Assert.DoesNotContain("## Comparison by solver: energy-distance@t=0.5", report, StringComparison.Ordinal);

        var runs = ComparedRuns.FromRecords(plan, outcome.Folder.Label, outcome.Records);
        ConfigurationComparison solvers = ConfigurationComparison.Compare(runs, new() { Metric = "energy-distance@t=0.5" });
        Assert.Equal("t=0.5", solvers.Levels!.Time);
        Assert.DoesNotContain(solvers.Confounds, confound => confound.Kind == ConfoundKind.Levels);
        Assert.Contains(
            "Measured on the way from noise to data, at the level of each grid that is nearest to t=0.5, against the exact law there: t ",
            string.Join('\n', ComparisonText.Full(solvers)[0].Lines), StringComparison.Ordinal);
        ConfigurationComparison grids = ConfigurationComparison.Compare(runs, new() { Metric = "energy-distance@t=0.5", By = "grid" });
        Assert.Contains(grids.Confounds, confound => confound.Kind == ConfoundKind.Levels && confound.Blocks == 2);
        Assert.Null(ConfigurationComparison.Compare(runs, new()).Levels);
    }

    [Fact]
    public async Task A_metric_that_fails_on_the_way_keeps_its_other_values_and_fails_the_cell()
    {
        RunOutcome outcome = await _bench.RunAsync(
            """keep={ "times": [1] }""", """metrics=[{ "use": "fussy", "most": 20 }]""", "sweep.axes={ \"solver\": [\"heun\"] }", "sweep.repeats=1",
            "schedule.sigmaMax=30");
        CellRecord record = Assert.Single(outcome.Records);
        Assert.Equal((CellStatus.Failed, "fussy"), (record.Status, Assert.Single(record.Metrics).Name));
        Assert.Contains("at t=1: metric 'fussy': too large to be borne", record.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_kept_goes_through_plan_and_manifest_of_a_run()
    {
        ExperimentPlan plan = _bench.Plan([.. Small, Keep]);
        RunOutcome outcome = await _bench.RunAsync(plan);
        Assert.Equal(plan.Key, SweepBench.Thaw(outcome.Folder).Key);
        Assert.Equal(plan.Key, ExperimentLoader.Load(outcome.Folder.ManifestFile, [], SweepBench.Catalogue, _bench.Factory).Key);
        ExperimentPlan plain = _bench.Plan(Small);
        Assert.Equal(plain.Cells[0].DataKey, plan.Cells[0].DataKey);
        Assert.NotEqual(plain.Cells[0].SamplingKey, plan.Cells[0].SamplingKey);
        Assert.Equal("""{"every":2,"times":[0.5,{"sigma":3}]}""", plan.Cells[0].Canonical["keep"]!.ToJsonString());
        Assert.False(plain.Cells[0].Canonical.ContainsKey("keep"));
        // Time and noise scale of one number are two places.
        Assert.NotEqual(_bench.Plan("""keep={ "times": [2] }""").Key, _bench.Plan("""keep={ "times": [{ "sigma": 2 }] }""").Key);
    }

    [Fact]
    public void More_states_than_a_file_may_hold_are_refused_beforehand() =>
        Assert.Contains(
            "keep: 1001 states of 1000000 samples take 4.0 GB, and those of a cell may take 2.0 GB",
            Assert.Throws<InputException>(() => _bench.Decide(_bench.Plan("samples=1000000", "keep.every=1", "sweep.axes={ \"steps\": [1000] }"))).Message,
            StringComparison.Ordinal);
}
