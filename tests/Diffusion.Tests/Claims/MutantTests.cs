using Diffusion.Experiments.Claims;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Judging;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Running;
using Diffusion.Launchers;
using Diffusion.Solvers;
using Diffusion.Testing;
using Diffusion.Tests.Claims.Mutants;
using Diffusion.Tests.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Diffusion.Tests.Claims;

/// <summary>Every claim in <c>experiments/</c> holds, and a mistake turns it to failed: a claim that no mistake could refute would be no evidence.</summary>
public sealed class MutantTests : IDisposable
{
    private const string Ncsn = "papers/ncsn.json", Edm = "papers/edm.json", Dpm = "papers/dpm-solver-plus-plus.json", Record = "record.json",
        AtlasOfSolvers = "atlas/solvers.json", AtlasOfProcesses = "atlas/processes.json", AtlasOfMixtures = "atlas/mixtures.json";
    private const string FokkerPlanck = "theory/01-fokker-planck.json", Reversed = "theory/02-reverse-fokker-planck.json";
    private const string Jumps = "theory/03-jump-process.json";

    private const int OfOneMixture = 5;

    private static readonly Mutant[] Table =
    [
        new(Ncsn, ComponentKind.Solver, "annealed-langevin", typeof(LouderNoise<AnnealedLangevinSolver, AnnealedLangevinOptions>), 0),
        new(Ncsn, ComponentKind.Solver, "annealed-langevin", typeof(LinearStepSizes), 0, 2),
        new(Ncsn, ComponentKind.Solver, "annealed-langevin", typeof(TurnedScore<AnnealedLangevinSolver, AnnealedLangevinOptions>), 3),
        new(Ncsn, ComponentKind.Solver, "langevin", typeof(TurnedScore<LangevinSolver, LangevinOptions>), 1),
        new(Edm, ComponentKind.Solver, "heun", typeof(TurnedCorrection<HeunSolver, HeunOptions>), 0, 1, 3, 5),
        new(Edm, ComponentKind.Solver, "euler", typeof(LongerStep<EulerSolver, EulerOptions>), 2, 4, 9),
        new(Edm, ComponentKind.Grid, "karras", typeof(InverseExponent), 6, 7, 8),
        new(Dpm, ComponentKind.Solver, "dpmpp-2m", typeof(TurnedCorrection<DpmPlusPlus2MSolver, SecondOrderMultistepOptions>), 0, 1, 2, 4),
        new(Dpm, ComponentKind.Solver, "dpmpp-2s", typeof(TurnedCorrection<DpmPlusPlus2SSolver, SecondOrderSingleStepOptions>), 6),
        new(Dpm, ComponentKind.Solver, "ddim", typeof(SquaredNoise<DdimSolver, DdimOptions>), 3, 5, 7, 8),
        new(Record, ComponentKind.Solver, "gaussian-frame", typeof(TurnedResidual), 0, 1, 2, 3, 4),
        new(Record, ComponentKind.Solver, "gaussian-frame", typeof(TurnedResidual), 5, 6),
        new(Record, ComponentKind.Grid, "data-scale", typeof(InverseCentre), 0, 1, 2, 3, 4),
        new(Record, ComponentKind.Solver, "ipndm", typeof(LongerStep<IpndmSolver, IpndmOptions>), 7, 8),
        new(Record, ComponentKind.Solver, "gaussian-frame", typeof(TurnedResidual), 9),
        new(AtlasOfSolvers, ComponentKind.Solver, "unipc", typeof(TurnedCorrection<UniPcSolver, UniPcOptions>), 0, 7),
        new(AtlasOfSolvers, ComponentKind.Solver, "euler", typeof(LongerStep<EulerSolver, EulerOptions>), 1),
        new(
            AtlasOfSolvers, ComponentKind.Solver, "dpmpp-3m-published", typeof(TurnedCorrection<DpmPlusPlus3MPublishedSolver, PublishedMultistepOptions>),
            2, 4),
        new(AtlasOfSolvers, ComponentKind.Solver, "dpmpp-3m", typeof(TurnedCorrection<DpmPlusPlus3MSolver, ThirdOrderMultistepOptions>), 3),
        new(AtlasOfSolvers, ComponentKind.Solver, "ipndm", typeof(LongerStep<IpndmSolver, IpndmOptions>), 5),
        new(AtlasOfSolvers, ComponentKind.Grid, "data-scale", typeof(InverseCentre), 6),
        new(AtlasOfSolvers, ComponentKind.Solver, "gaussian-frame", typeof(TurnedResidual), 8),
        new(AtlasOfProcesses, ComponentKind.Solver, "deis", typeof(TurnedCorrection<DeisSolver, DeisOptions>), 0),
        new(AtlasOfProcesses, ComponentKind.Solver, "ddim", typeof(SquaredNoise<DdimSolver, DdimOptions>), 1),
        new(AtlasOfMixtures, ComponentKind.Solver, "gaussian-frame", typeof(TurnedResidual), 0),
        new(FokkerPlanck, ComponentKind.Study, "fokker-planck", typeof(RootOfDiffusion), 0),
        new(FokkerPlanck, ComponentKind.Study, "fokker-planck", typeof(LostDivergence), 1),
        new(Reversed, ComponentKind.Study, "fokker-planck", typeof(TurnedReversal), 0, 1),
        new(Reversed, ComponentKind.Study, "fokker-planck", typeof(LostDivergence), 2),
        new(Jumps, ComponentKind.Study, "jump-process", typeof(TransposedGenerator), 0),
        new(Jumps, ComponentKind.Study, "jump-process", typeof(FirstOrderTransition), 1),
        new(Jumps, ComponentKind.Study, "jump-process", typeof(UnevenStay), 2, 3),
        new("theory/04-girsanov.json", ComponentKind.Study, "girsanov", typeof(QuarterOfPaths), 0, 1, 3, 4),
        new("theory/04-girsanov.json", ComponentKind.Study, "girsanov", typeof(HalfOfScore), 2),
        new("theory/05-girsanov-random.json", ComponentKind.Study, "girsanov", typeof(HalfOfScore), 0, 1),
        new("theory/06-forward-process.json", ComponentKind.Study, "forward-process", typeof(LouderForward), 0, 1),
        new("theory/07-forward-schedules.json", ComponentKind.Study, "forward-process", typeof(TurnedForwardDrift), 0),
        new("theory/07-forward-schedules.json", ComponentKind.Study, "forward-process", typeof(LouderForward), 1, 2),
        new("theory/08-kramers-moyal.json", ComponentKind.Study, "kramers-moyal", typeof(TimeTwice), 0, 2),
        new("theory/08-kramers-moyal.json", ComponentKind.Study, "kramers-moyal", typeof(TwoFactorials), 1, 3),
        new("theory/09-time-reversal.json", ComponentKind.Study, "time-reversal", typeof(LostReversedScore), 0, 1, 2, 3),
        new("theory/10-reversible-langevin.json", ComponentKind.Study, "time-reversal", typeof(HalfOfReversedScore), 0, 1),
        new("theory/11-h-transform.json", ComponentKind.Study, "h-transform", typeof(PlainSigma), 0, 1, 2),
        new("theory/12-h-transform-mixture.json", ComponentKind.Study, "h-transform", typeof(OtherStart), 0, 1, 2),
        new("theory/13-score-matching.json", ComponentKind.Study, "score-matching", typeof(TurnedTarget), 1, 2),
        new("theory/13-score-matching.json", ComponentKind.Study, "score-matching", typeof(LostTrace), 0),
        new("theory/13-score-matching.json", ComponentKind.Study, "score-matching", typeof(UnscaledTarget), 3),
        new("theory/14-langevin-bias.json", ComponentKind.Solver, "langevin", typeof(LouderNoise<LangevinSolver, LangevinOptions>), 0, 1, 2),
    ];

    private readonly string _results = Directory.CreateTempSubdirectory("diffusion-mutants").FullName;

    public void Dispose() => Directory.Delete(_results, recursive: true);

    public static TheoryData<int> Mutants => [.. Enumerable.Range(0, Table.Length).Where(index => !IsLong(Table[index]))];

    public static TheoryData<int> LongMutants => [.. Enumerable.Range(0, Table.Length).Where(index => IsLong(Table[index]))];

    public static TheoryData<string> Manifests => [.. Table.Select(mutant => mutant.Manifest).Distinct().Where(manifest => !IsLong(manifest))];

    public static TheoryData<string> LongManifests => [.. Table.Select(mutant => mutant.Manifest).Distinct().Where(IsLong)];

    // Hundreds of exact laws, some of which take a minute.
    private static bool IsLong(string manifest) => manifest.StartsWith("atlas/", StringComparison.Ordinal) || manifest == Record;

    // The first claims of the record are about one mixture.
    private static bool IsLong(Mutant mutant) => IsLong(mutant.Manifest) && !(mutant.Manifest == Record && mutant.Claims.All(claim => claim < OfOneMixture));

    private static string Folder => Path.Combine(Repository.Root, "experiments");

    private async Task<ClaimVerdicts> JudgeAsync(string manifest, Mutant? mutant)
    {
        ComponentCatalogue mistaken = ComponentCatalogue.FromRegistrations(
            mutant is null ? [] : [new(mutant.Implementation, new ComponentAttribute(mutant.Kind, mutant.Component, "with a mistake"))]);
        Assert.Empty(mistaken.Problems);
        // Of two of one name the first is taken.
        ComponentCatalogue catalogue = new(mistaken.All.Concat(ShippedComponents.Catalogue.All), []);
        await using ServiceProvider services =
            new ServiceCollection().AddLogging().AddComponents(catalogue).AddSingleton(TimeProvider.System).BuildServiceProvider();
        ComponentFactory factory = services.GetRequiredService<ComponentFactory>();
        ExperimentPlan plan = ExperimentLoader.Load(Path.Combine(Folder, manifest), [], catalogue, factory);
        string[] cells = mutant is null ? [] : [.. mutant.Claims.SelectMany(claim => plan.Claims.Claims[claim].Comparisons)
            .SelectMany(comparison => comparison.Configurations).SelectMany(configuration => configuration.Cells).Select(cell => cell.Id).Distinct()];
        ExperimentRunner runner = new(new(
            factory, new InProcessLauncher(new()), new RecordingTracker(), new SilentObserver(), TimeProvider.System, NullLoggerFactory.Instance));
        RunOutcome outcome = await runner.RunAsync(plan, new() { Results = _results, Only = cells }, TestContext.Current.CancellationToken);
        return outcome.Claims!;
    }

    [Fact]
    public void Every_claim_has_a_mutant()
    {
        List<string> without = [];
        foreach (string file in Directory.GetFiles(Folder, "*.json", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith(".schema.json", StringComparison.Ordinal)))
        {
            string manifest = Path.GetRelativePath(Folder, file).Replace('\\', '/');
            IReadOnlyList<ResolvedClaim> claims = ShippedComponents.Plan(file).Claims.Claims;
            int[] refuted = [.. Table.Where(mutant => mutant.Manifest == manifest).SelectMany(mutant => mutant.Claims).Distinct().Order()];
            Assert.True(refuted.All(claim => claim < claims.Count), $"{manifest} has {claims.Count} claims, and a mutant is for another");
            without.AddRange(Enumerable.Range(0, claims.Count).Except(refuted).Select(claim => $"{manifest}: {claims[claim].Stated.Text}"));
        }

        Assert.Empty(without);
        Assert.All(Table, mutant => Assert.True(File.Exists(Path.Combine(Folder, mutant.Manifest)), mutant.Manifest));
    }

    [Theory]
    [Trait("Category", "Long")]
    [MemberData(nameof(LongManifests))]
    public Task Every_claim_of_a_long_manifest_holds(string manifest) => Every_claim_holds(manifest);

    [Theory]
    [Trait("Category", "Long")]
    [MemberData(nameof(LongMutants))]
    public Task A_mistake_turns_claims_of_a_long_manifest_to_failed(int index) => A_mistake_turns_claims_to_failed(index);

    [Theory]
    [Trait("Category", "Slow")]
    [MemberData(nameof(Manifests))]
    public async Task Every_claim_holds(string manifest) =>
        Assert.All((await JudgeAsync(manifest, null)).Claims, claim => Assert.True(claim.Verdict == ClaimVerdict.Held, $"{claim.Text}: {claim.Verdict}"));

    [Theory]
    [Trait("Category", "Slow")]
    [MemberData(nameof(Mutants))]
    public async Task A_mistake_turns_claims_to_failed(int index)
    {
        Mutant mutant = Table[index];
        ClaimVerdicts verdicts = await JudgeAsync(mutant.Manifest, mutant);
        Assert.All(mutant.Claims, place => Assert.True(
            verdicts.Claims[place].Verdict == ClaimVerdict.Failed,
            $"{mutant}: {verdicts.Claims[place].Text} is {verdicts.Claims[place].Verdict}, {verdicts.Claims[place].Decisive}"));
    }
}
