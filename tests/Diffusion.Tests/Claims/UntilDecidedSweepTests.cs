using Diffusion.Experiments.Judging;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Running;
using Diffusion.Launchers;
using Diffusion.Tests.Running;
using Xunit;

namespace Diffusion.Tests.Claims;

/// <summary>Sweeps whose repeats go on until claims are decided.</summary>
public sealed class UntilDecidedSweepTests : IDisposable
{
    private const string Until = """sweep.repeats={ "until": "decided", "atMost": 27 }""",
        // Two are decided at once. The other is not: the bound lies within the error of the mean at every look.
        Claims = """
            expect=[{ "claim": "value", "metric": "sliced-wasserstein", "where": { "solver": "euler", "steps": 3 }, "atMost": 1000 },
              { "claim": "value", "metric": "sliced-wasserstein", "where": { "solver": "euler-maruyama", "steps": 5 }, "atMost": 22.9 },
              { "claim": "less", "metric": "sliced-wasserstein", "left": { "solver": "euler", "steps": 5 },
                "right": { "solver": "euler-maruyama", "steps": 5 } }]
            """;

    private readonly SweepBench _bench = new();

    public void Dispose() => _bench.Dispose();

    private ExperimentPlan Plan(params string[] sets) => _bench.Plan([Claims, Until, .. sets]);

    private static string[] Verdicts(RunOutcome outcome) =>
        [.. outcome.Claims!.Claims.Select(claim =>
            $"{claim.Text}: {claim.Verdict} {claim.Look} {claim.PValue:R} {claim.Decisive.Value:R} {claim.Decisive.Repeats}")];

    private static Dictionary<string, int> Repeats(RunOutcome outcome) =>
        outcome.Records.CountBy(record => $"{record.Axes["solver"]} {record.Axes["steps"]}").ToDictionary();

    [Fact]
    public async Task Only_configurations_with_open_claims_are_repeated_and_their_cells_are_those_of_a_plain_sweep()
    {
        RunOutcome outcome = await _bench.RunAsync(Plan());
        Assert.Equal(RunEnding.Finished, outcome.Ending);
        Assert.Equal((8, 8), (outcome.Claims!.Claims[0].Look, outcome.Claims.Claims[0].Decisive.Repeats));
        Assert.Equal(ClaimVerdict.Held, outcome.Claims.Claims[0].Verdict);
        Dictionary<string, int> repeats = Repeats(outcome);
        Assert.Equal((8, 8), (repeats["euler 3"], repeats["euler-maruyama 3"]));
        int most = outcome.Claims.Claims.Max(claim => claim.Look!.Value);
        Assert.Equal(most, repeats["euler-maruyama 5"]);
        Assert.Equal(outcome.Claims.Claims[2].Look, repeats["euler 5"]);
        Assert.Contains(most, new[] { 12, 18, 27 });
        Assert.Equal(outcome.Records.Count, outcome.Folder.RecordedCells().Count);
        Assert.All(
            _bench.Tracker.Runs.Where(run => run.Description.Parent is not null), run => Assert.Equal(TrackedRunStatus.Finished, run.Ended?.Status));

        // Judged again from the folder; and a plain sweep of the same repeats takes them for its own.
        ClaimSetIs(outcome, RecordedClaims.Judge(SweepBench.Thaw(outcome.Folder).Claims, outcome.Folder));
        IReadOnlyDictionary<string, string> numbers = SweepBench.Numbers(outcome);
        RunOutcome plain = await _bench.RunAsync("sweep.repeats=27");
        Assert.Equal(outcome.Folder.Path, plain.Folder.Path);
        Assert.Equal(4 * 27, plain.Records.Count);
        Assert.Equal(outcome.Records.Count, plain.Work.Decisions.Count(decision => decision.Action == CellAction.Keep));
        IReadOnlyDictionary<string, string> all = SweepBench.Numbers(plain);
        Assert.All(numbers, cell => Assert.Equal(cell.Value, all[cell.Key]));
        // With more records than were asked for the verdicts are the same.
        Assert.Equal(Verdicts(outcome), Verdicts(await _bench.RunAsync(Plan())));
    }

    private static void ClaimSetIs(RunOutcome outcome, ClaimVerdicts again)
    {
        Assert.Equal(outcome.Claims!.Looks!.Repeats, again.Looks!.Repeats);
        Assert.Equal(
            outcome.Claims.Claims.Select(claim => (claim.Text, claim.Verdict, claim.PValue, claim.Look)),
            again.Claims.Select(claim => (claim.Text, claim.Verdict, claim.PValue, claim.Look)));
    }

    [Fact]
    public async Task A_run_that_is_killed_within_a_look_goes_on_to_the_same_numbers_and_verdicts()
    {
        RunOutcome whole = await _bench.RunAsync(Plan());
        using SweepBench other = new();
        ExperimentPlan plan = other.Plan(Claims, Until);
        // Within the first look, then two cells into a later one.
        foreach (int tasks in new[] { 5, 29 })
        {
            int left = tasks;
            await Assert.ThrowsAsync<InvalidOperationException>(() => other.RunAsync(plan, launcher: new FakeLauncher((request, token) =>
            {
                foreach (string task in request.Stages.SelectMany(stage => stage.Tasks))
                {
                    if (left-- == 0)
                        throw new InvalidOperationException("killed");
                    request.Execute(task, token);
                    request.Ended(task, null);
                }

                return new();
            })));
        }

        Assert.InRange(Assert.Single(other.Runs).RecordedCells().Count, 34, whole.Records.Count - 1);
        RunOutcome resumed = await other.RunAsync(plan);
        Assert.Equal(SweepBench.Numbers(whole), SweepBench.Numbers(resumed));
        Assert.Equal(Verdicts(whole), Verdicts(resumed));
    }

    [Fact]
    public async Task The_number_of_workers_changes_nothing()
    {
        RunOutcome one = await _bench.RunAsync(Plan());
        using SweepBench other = new();
        RunOutcome four = await other.RunAsync(other.Plan(Claims, Until), launcher: new InProcessLauncher(new() { Workers = 4 }));
        Assert.Equal(SweepBench.Numbers(one), SweepBench.Numbers(four));
        Assert.Equal(Verdicts(one), Verdicts(four));
    }

    [Fact]
    public async Task Records_of_earlier_runs_are_taken_over_as_far_as_they_are_asked_for()
    {
        RunOutcome first = await _bench.RunAsync(Plan());
        RunOutcome second = await _bench.RunAsync(Plan("sweep.axes.steps=[3, 5, 7]"));
        Assert.NotEqual(first.Folder.Path, second.Folder.Path);
        Assert.Equal(first.Records.Count, second.Work.Decisions.Count(decision => decision.Action == CellAction.TakeOver));
        Assert.Equal(2 * 8, second.Work.Decisions.Count(decision => decision.Action == CellAction.Run));
        Assert.Equal(Verdicts(first), Verdicts(second));
    }

    [Fact]
    public async Task A_part_of_the_cells_is_run_and_no_look_comes_before_the_rest()
    {
        RunOutcome part = await _bench.RunAsync(Plan(), settings => settings with { Only = ["repeat=0"] });
        Assert.Equal((RunEnding.Partial, 4), (part.Ending, part.Records.Count));
        Assert.Equal(ClaimVerdict.Undecided, part.Claims!.Overall);
        Assert.Equal("the 7 of 8 cells that have not ended", part.Claims.Claims[0].Decisive.Decides);
    }

    [Fact]
    public void What_a_run_begins_with_are_the_cells_of_the_first_look()
    {
        WorkPlan work = _bench.Decide(Plan());
        Assert.Equal((4 * 8, 4 * 19), (work.Work.Count(), work.Decisions.Count(decision => decision.Action == CellAction.NotNeeded)));
        Assert.All(work.Work, decision => Assert.InRange(decision.Cell.Repeat, 0, 7));
    }

    [Fact]
    public async Task A_launcher_that_hands_over_is_refused_before_anything_runs()
    {
        InputException refused = await Assert.ThrowsAsync<InputException>(() => _bench.RunAsync(Plan(), launcher: new ExportLauncher(new())));
        Assert.Contains("$.sweep.repeats.until  repeats go on until claims are decided", refused.Message, StringComparison.Ordinal);
        Assert.Contains(
            "use one that waits (local, in-process, slurm with follow=true), or state a number of repeats", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InputException>(() => _bench.RunAsync(Plan(), launcher: new SlurmLauncher(new() { Follow = false })));
        Assert.False(Directory.Exists(_bench.Results));
    }

    [Fact]
    public void Claims_of_which_repeats_decide_none_are_refused()
    {
        const string Computed = """{ "claim": "value", "metric": "law-kl", "where": { "solver": "euler" }, "atMost": 1 }""",
            Drawn = """{ "claim": "value", "metric": "sliced-wasserstein", "where": { "solver": "euler" }, "atMost": 1 }""",
            Same = """{ "claim": "identical", "left": { "solver": "euler" }, "right": { "solver": "euler-maruyama" } }""";
        string[] sets = [Until, "metrics=[\"sliced-wasserstein\", { \"use\": \"exact-law\" }]"];
        ManifestProblem problem = Assert.Single(Assert.Throws<ManifestException>(
            () => _bench.Decide(_bench.Plan([$"expect=[{Computed}, {Same}]", .. sets]))).Problems);
        Assert.Contains(
            "$.expect[0].metric  repeats cannot decide this claim, nor any other: what it is about is computed, the same in every repeat", problem.ToString(),
            StringComparison.Ordinal);
        _bench.Decide(_bench.Plan([$"expect=[{Computed}, {Drawn}]", .. sets]));
    }
}
