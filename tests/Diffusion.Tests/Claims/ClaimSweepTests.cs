using Diffusion.Experiments.Judging;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Running;
using Diffusion.Experiments.Storage;
using Diffusion.Testing;
using Diffusion.Tests.Running;
using Xunit;

namespace Diffusion.Tests.Claims;

/// <summary>Sweeps that claim something: what their runs leave, what is refused beforehand, and what is judged afterwards.</summary>
public sealed class ClaimSweepTests : IDisposable
{
    private const string Wide = """
            { "claim": "value", "metric": "sliced-wasserstein", "where": { "solver": "euler", "steps": 3 }, "between": [0, 1000] }
            """,
        Wrong = """{ "claim": "value", "metric": "sliced-wasserstein", "where": { "solver": "euler", "steps": 3 }, "atLeast": 1000 }""",
        Open = """
            { "claim": "equivalent", "metric": "sliced-wasserstein", "left": { "solver": "euler" }, "right": "exact-sampler", "where": { "steps": 3 },
              "within": 1e-9 }
            """;

    private readonly SweepBench _bench = new();

    public void Dispose() => _bench.Dispose();

    private ExperimentPlan Plan(string claims, params string[] sets) => _bench.Plan([$"expect=[{claims}]", "sweep.repeats=5", .. sets]);

    private Task<RunOutcome> RunAsync(string claims, params string[] sets) => _bench.RunAsync(Plan(claims, sets));

    private string Refusal(string claim, params string[] sets) =>
        Assert.Single(Assert.Throws<ManifestException>(() => _bench.Decide(_bench.Plan([$"expect=[{claim}]", .. sets]))).Problems).ToString();

    [Fact]
    public async Task A_run_ends_with_verdicts_in_its_folder_its_report_and_its_tracker()
    {
        RunOutcome outcome = await RunAsync($"{Wide}, {Wrong}, {Open}");
        Assert.Equal([ClaimVerdict.Held, ClaimVerdict.Failed, ClaimVerdict.Undecided], outcome.Claims!.Claims.Select(claim => claim.Verdict));
        ClaimsRecord record = RecordJson.Read<ClaimsRecord>(outcome.Folder.ClaimsFile);
        Assert.Equal((0.95, 1, 1, 1), (record.Confidence, record.Held, record.Failed, record.Undecided));
        Assert.Equal(
            outcome.Claims.Claims.Select(claim => (claim.Text, claim.Verdict, claim.PValue, claim.Decisive)),
            record.Claims.Select(claim => (claim.Text, claim.Verdict, claim.PValue, claim.Decisive)));
        Assert.Equal("$.expect[1]", record.Claims[1].Path);
        Assert.Equal(1000, record.Claims[1].Claim["atLeast"]!.GetValue<double>());
        string report = await File.ReadAllTextAsync(outcome.Folder.ComparisonFile, TestContext.Current.CancellationToken);
        Assert.Contains("3 claims: 1 held, 1 FAILED, 1 undecided", report, StringComparison.Ordinal);
        Assert.Contains("| sliced-wasserstein ≥ 1000, where solver euler, steps 3 | FAILED |", report, StringComparison.Ordinal);

        RecordedRun sweep = _bench.Tracker.Runs.Single(run => run.Description.Parent is null);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["diffusion.claims"] = "failed", ["diffusion.claims.held"] = "1", ["diffusion.claims.failed"] = "1", ["diffusion.claims.undecided"] = "1",
            },
            sweep.Tags);
        TrackedTable table = sweep.Tables["claims-table"];
        Assert.Equal(["held", "FAILED", "undecided"], table.Rows.Select(row => row[1]));
        Assert.Equal(outcome.Claims.Claims[1].Decisive.Value, table.Rows[1][3]);
        Assert.Contains(sweep.Artifacts, artifact => artifact.Path == outcome.Folder.ClaimsFile);

        await using RecordingTracker fromFolder = new();
        TrackedRecords.Tell(fromFolder, outcome.Folder, withCells: false);
        RecordedRun again = fromFolder.Runs.Single(run => run.Description.Parent is null);
        Assert.Equal(sweep.Tags, again.Tags);
        Assert.Equal(table.Rows, again.Tables["claims-table"].Rows);
        Assert.Contains(again.Artifacts, artifact => artifact.Path == outcome.Folder.ClaimsFile);
    }

    [Fact]
    public async Task Other_claims_about_the_same_cells_are_judged_without_computing_anything()
    {
        RunOutcome first = await RunAsync(Wide), second = await RunAsync(Wrong), third = await RunAsync(Wrong);
        Assert.Equal(first.Folder.Path, second.Folder.Path);
        Assert.Equal((ClaimVerdict.Held, ClaimVerdict.Failed), (first.Claims!.Overall, second.Claims!.Overall));
        Assert.Empty(second.Work.Work);
        Assert.Equal("failed", _bench.Tracker.Runs.Single(run => run.Description.Parent is null).Tags["diffusion.claims"]);
        // What the folder says that it claims is what was judged last.
        Assert.Equal(third.Claims!.Claims[0].Text, Assert.Single(SweepBench.Thaw(third.Folder).Claims.Claims).Stated.Text);
        Assert.Null((await _bench.RunAsync("sweep.repeats=5")).Claims);
        Assert.False(File.Exists(first.Folder.ClaimsFile));
    }

    [Fact]
    public async Task A_run_is_judged_again_from_its_records()
    {
        RunOutcome outcome = await RunAsync($"{Wide}, {Open}");
        PlanFile plan = PlanFile.Read(outcome.Folder.PlanFile);
        ClaimVerdicts own = RecordedClaims.Judge(ManifestClaims.Read(outcome.Folder.ManifestFile, plan), outcome.Folder);
        Assert.Equal(outcome.Claims!.Claims.Select(claim => (claim.Text, claim.Verdict, claim.PValue)), own.Claims.Select(c => (c.Text, c.Verdict, c.PValue)));
        string file = Path.Combine(_bench.Results, "claims.json");
        await File.WriteAllTextAsync(file, $$"""{ "confidence": 0.8, "expect": [{{Wrong}}] }""", TestContext.Current.CancellationToken);
        ClaimVerdicts other = RecordedClaims.Judge(ManifestClaims.Read(file, plan), outcome.Folder);
        Assert.Equal((0.8, ClaimVerdict.Failed), (other.Confidence, other.Overall));
        await File.WriteAllTextAsync(
            file, """
            { "expect": [
              { "claim": "value", "metric": "sliced-wasserstien", "atMost": 1 }] }
            """, TestContext.Current.CancellationToken);
        Assert.EndsWith(
            "claims.json:2:33  $.expect[0].metric  unknown value 'sliced-wasserstien'; did you mean 'sliced-wasserstein'? (known: sliced-wasserstein)",
            Assert.Throws<ManifestException>(() => RecordedClaims.Judge(ManifestClaims.Read(file, plan), outcome.Folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Samples_of_one_method_under_two_names_are_the_same_and_those_of_two_methods_are_not()
    {
        RunOutcome outcome = await _bench.RunAsync(
            """
            expect=[{ "claim": "identical", "left": { "solver": "ddim" }, "right": { "solver": "euler" } },
              { "claim": "identical", "left": { "solver": "heun" }, "right": { "solver": "ddim" }, "where": { "steps": 3 } }]
            """,
            "sweep.axes.solver=[\"ddim\", \"euler\", \"heun\"]");
        Assert.Equal([ClaimVerdict.Held, ClaimVerdict.Failed], outcome.Claims!.Claims.Select(claim => claim.Verdict));
        Assert.Equal((2, 2), (outcome.Claims.Claims[0].Held, outcome.Claims.Claims[0].Decisive.Repeats));
        Assert.InRange(outcome.Claims.Claims[0].Decisive.Value!.Value, 0, 1e-4);
        Assert.InRange(outcome.Claims.Claims[1].Decisive.Value!.Value, 1e-3, 1e3);
        File.Delete(Directory.GetFiles(Path.Combine(outcome.Folder.Path, "samples"), "*.npy")[0]);
        ClaimVerdicts lost = RecordedClaims.Judge(SweepBench.Thaw(outcome.Folder).Claims, outcome.Folder);
        Assert.Contains(lost.Claims, claim => claim.Decisive.Decides?.Contains("which are not in the run's folder", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Work_that_stands_at_two_places_of_a_sweep_is_claimed_of_at_both()
    {
        RunOutcome outcome = await _bench.RunAsync(
            """
            expect=[{ "claim": "value", "metric": "sliced-wasserstein", "where": { "solver": "ddim(eta=0)", "steps": 3 }, "atMost": 1000 }]
            """,
            "sweep.axes.solver=[\"ddim\", { \"use\": \"ddim\", \"eta\": 0 }]", "sweep.repeats=5");
        Assert.True(outcome.Work.Decisions.All(decision => decision.Cell.AlsoAt is not null));
        Assert.Equal([ClaimVerdict.Held], outcome.Claims!.Claims.Select(claim => claim.Verdict));
        Assert.Equal(outcome.Claims.Claims.Select(claim => claim.Held), RecordedClaims.Judge(
            ManifestClaims.Read(outcome.Folder.ManifestFile, PlanFile.Read(outcome.Folder.PlanFile)), outcome.Folder).Claims.Select(claim => claim.Held));
    }

    [Fact]
    public async Task A_part_of_a_sweep_decides_nothing_about_the_rest()
    {
        RunOutcome part = await _bench.RunAsync(Plan(Wide), settings => settings with { Only = ["repeat=0"] });
        Assert.Equal(ClaimVerdict.Undecided, part.Claims!.Overall);
        Assert.Equal("the 4 of 5 cells that have not ended", part.Claims.Claims[0].Decisive.Decides);
        Assert.Equal(ClaimVerdict.Held, (await RunAsync(Wide)).Claims!.Overall);
    }

    [Theory]
    [InlineData(
        """{ "claim": "value", "metric": "sliced-waserstein", "atMost": 1 }""", "sweep.repeats=5",
        "$.expect[0].metric  unknown value 'sliced-waserstein'; did you mean 'sliced-wasserstein'? (known: sliced-wasserstein)")]
    [InlineData(
        """{ "claim": "value", "metric": "sliced-wasserstein", "atMost": 1 }""", "sweep.repeats=4",
        "$.expect[0].metric  cannot be decided: 'sliced-wasserstein' comes without an error of its own, so that its error shows in the spread of at least 5 "
        + "repeats, and there are 4 (sweep.repeats)")]
    [InlineData(
        """{ "claim": "monotone", "metric": "sliced-wasserstein", "along": "steps", "direction": "decreasing" }""", "sweep.repeats=1",
        "repeats, and there is 1 (sweep.repeats)")]
    [InlineData(
        """{ "claim": "identical", "left": { "solver": "euler" }, "right": { "solver": "euler-maruyama" } }""", "noise=independent",
        "$.expect[0].claim  each configuration draws noise of its own (\"noise\": \"independent\"), so that no samples are the same")]
    [InlineData(
        """{ "claim": "value", "metric": "law-kl", "atMost": 1 }""", "metrics=[{ \"use\": \"exact-law\" }, \"mmd\"]",
        "$.expect[0].metric  a cell that the claim is about (solver dpmpp-2m-sde, steps 3) has no value 'law-kl': metric 'exact-law' needs steps that")]
    [InlineData(
        """{ "claim": "less", "metric": "law-kl", "left": { "solver": "euler" }, "right": "exact-sampler" }""", "metrics=[{ \"use\": \"exact-law\" }]",
        "$.expect[0].metric  'law-kl' measures the model or the sampler, and there is none behind the samples of an exact sampler")]
    [InlineData(
        """{ "claim": "value", "metric": "mmd", "where": { "solver": "euler" }, "atMost": 1 }""",
        "metrics=[\"mmd\", { \"use\": \"mmd\", \"bandwidth\": 2 }]", "$.expect[0].metric  'mmd' means 'mmd(bandwidth=0)' and 'mmd(bandwidth=2)'")]
    public void What_no_run_could_decide_is_refused_before_anything_runs(string claim, string set, string message)
    {
        Assert.Contains(
            message, Refusal(claim, set, "sweep.axes.solver=[\"euler\", \"euler-maruyama\", \"dpmpp-2m-sde\"]"), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_bench.Results));
    }

    [Fact]
    public void Claims_about_cells_that_cannot_run_are_refused() => Assert.Contains(
        "$.expect[0]  a cell that the claim is about is n/a: solver 'heun' cannot spend 4 evaluations exactly",
        Refusal(
            """{ "claim": "value", "metric": "sliced-wasserstein", "atMost": 1 }""", "sweep.axes={ \"solver\": [\"euler\", \"heun\"], \"nfe\": [4] }",
            "sweep.repeats=5"),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("""{ "claim": "value", "metric": "mmd", "atMost": 1 }""", "metrics=[\"mmd\"]")]
    [InlineData("""{ "claim": "value", "metric": "mmd(bandwidth=2)", "atMost": 1 }""", "metrics=[\"mmd\", { \"use\": \"mmd\", \"bandwidth\": 2 }]")]
    [InlineData("""{ "claim": "value", "metric": "law-mode-weight-2", "atMost": 1 }""", "metrics=[\"exact-law\"]")]
    // What a metric does not declare beforehand is not known to be missing.
    [InlineData("""{ "claim": "value", "metric": "anything", "atMost": 1 }""", "metrics=[\"scripted\"]")]
    public void One_repeat_is_enough_where_values_have_errors_or_nobody_knows(string claim, string set)
    {
        ExperimentPlan plan = _bench.Plan($"expect=[{claim}]", set, "sweep.repeats=1");
        _bench.Decide(plan);
        Assert.Single(plan.Claims.Claims);
    }

    [Fact]
    public async Task Of_a_value_with_an_error_of_its_own_one_repeat_decides()
    {
        RunOutcome outcome = await _bench.RunAsync(
            """
            expect=[{ "claim": "value", "metric": "energy-distance", "where": { "solver": "euler", "steps": 5 }, "atMost": 100 },
              { "claim": "value", "metric": "law-kl", "where": { "solver": "euler", "steps": 5 }, "atMost": 100 }]
            """,
            "sweep.repeats=1", "metrics=[\"energy-distance\", { \"use\": \"exact-law\" }]");
        Assert.Equal([ClaimVerdict.Held, ClaimVerdict.Held], outcome.Claims!.Claims.Select(claim => claim.Verdict));
        Assert.Equal([false, true], outcome.Claims.Claims.Select(claim => claim.Decisive.IsComputed));
        MetricValue energy = outcome.Records.Single(record => record.Axes["solver"] == "euler" && record.Axes["steps"] == "5").Metrics[0];
        Assert.Equal(energy.Value + (1.959963985 * energy.StandardError!.Value), outcome.Claims.Claims[0].Decisive.Interval!.Value.High, 1e-8);
    }
}
