using Diffusion.Core.Sampling;
using Diffusion.Grids;
using Diffusion.Schedules;
using Diffusion.Solvers;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.Solvers;

/// <summary>Where one stochastic method becomes another or a deterministic one, and what happens at the ends of a path.</summary>
public sealed class StochasticLimitTests
{
    private static readonly NoiseSchedule Schedule = new VariancePreservingSchedule(new());

    public static TheoryData<string> All => [.. StochasticMethods.All.Keys];

    [Fact]
    public void Ddpm_is_ddim_with_eta_1() => AssertSameRun(new DdpmSolver(new()), new DdimSolver(new() { Eta = 1 }));

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.7)]
    [InlineData(1.0)]
    public void Euler_ancestral_is_ddim(double eta) =>
        AssertSameRun(new EulerAncestralSolver(new() { Eta = eta }), new DdimSolver(new() { Eta = eta }));

    [Fact]
    public void Exponential_ito_without_noise_is_ddim() => AssertSameRun(new ExponentialItoSolver(new() { Eta = 0 }), new DdimSolver(new()));

    [Theory]
    [InlineData(MultistepCorrection.Midpoint)]
    [InlineData(MultistepCorrection.Taylor)]
    public void Dpmpp_2m_sde_without_noise_is_dpmpp_2m(MultistepCorrection correction) => AssertSameRun(
        new DpmPlusPlus2MSdeSolver(new() { Eta = 0, Correction = correction }), new DpmPlusPlus2MSolver(new() { Correction = correction }));

    [Fact]
    public void Dpmpp_sde_without_noise_is_dpmpp_2s() =>
        AssertSameRun(new DpmPlusPlusSdeSolver(new() { Eta = 0 }), new DpmPlusPlus2SAncestralSolver(new() { Eta = 0 }));

    [Fact]
    public void One_step_of_dpm_fast_that_ends_with_order_2_is_dpm_2()
    {
        IReadOnlyList<NoiseLevel> levels = [Schedule.At(0.5), Schedule.At(0.3)];
        AssertSameRun(new DpmFastAncestralSolver(new() { Eta = 0.5, Remainder = 2 }), new Dpm2AncestralSolver(new() { Eta = 0.5 }), levels);
    }

    [Theory]
    [InlineData(FlowVariable.Time)]
    [InlineData(FlowVariable.NoiseToSignal)]
    public void Without_churn_edm_is_heun(FlowVariable variable) =>
        AssertSameRun(new EdmStochasticSolver(new() { Churn = 0, Variable = variable }), new HeunSolver(new() { Variable = variable }));

    [Fact]
    public void Churn_outside_its_range_is_no_churn() =>
        AssertSameRun(new EdmStochasticSolver(new() { Churn = 3, NoiseToSignalMin = 1e6 }), new HeunSolver(new() { Variable = FlowVariable.NoiseToSignal }));

    [Theory]
    [InlineData(SamplingPredictor.ReverseDiffusion, SamplingCorrector.None, 0.2, 0.2)]
    [InlineData(SamplingPredictor.ReverseDiffusion, SamplingCorrector.Langevin, 0.0, 0.2)]
    [InlineData(SamplingPredictor.ReverseDiffusion, SamplingCorrector.AnnealedLangevin, 0.0, 0.2)]
    [InlineData(SamplingPredictor.ReverseDiffusion, SamplingCorrector.Renoise, 0.2, 0.0)]
    public void A_corrector_of_no_size_leaves_the_predictor(SamplingPredictor predictor, SamplingCorrector corrector, double snr, double delta)
    {
        // The corrector draws all the same; every draw is equal here.
        var solver = new PredictorCorrectorSolver(new() { Predictor = predictor, Corrector = corrector, Snr = snr, Delta = delta });
        AssertSameRun(solver, new ReverseDiffusionSolver(new()));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_step_to_clean_data_draws_nothing_and_denoises(string name)
    {
        // In a process without drift every one of these ends with x = D, of the state after the churn for that one.
        using DisposeScope scope = NewDisposeScope();
        var schedule = new EdmSchedule(new());
        ISolver solver = StochasticMethods.All[name];
        if (solver is EdmStochasticSolver or EulerMaruyamaSolver)
            return;

        double[] point = [0.7, -1.4];
        NoiseLevel from = schedule.At(0.9);
        double[] expected = ExactProblems.Plane.Denoised(point, from.Alpha, from.Sigma);
        double[] actual = SamplingLoop.Run(
            new(new ExactMixtureDenoiser(ExactProblems.Plane, PredictionKind.Noise), schedule, [from, NoiseLevel.Clean], solver),
            tensor(point, [1, 2]), new NoNoise(), cancellationToken: TestContext.Current.CancellationToken).State.data<double>().ToArray();
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-13);
    }

    [Fact]
    public void Methods_whose_noise_grows_without_bound_refuse_a_start_without_signal()
    {
        var schedule = new RectifiedFlowSchedule(new());
        IReadOnlyList<NoiseLevel> fromNoise = new UniformGrid(new()).Levels(schedule, 5);
        IReadOnlyList<NoiseLevel> later = [.. fromNoise.Skip(1)];
        foreach (ISolver solver in (ISolver[])[new ExponentialItoSolver(new()), new SdeDpmSolver2MSolver(new()), new EdmStochasticSolver(new())])
        {
            Assert.NotNull(solver.Objection(schedule, fromNoise));
            Assert.Null(solver.Objection(schedule, later));
        }
    }

    [Fact]
    public void The_others_may_start_where_no_signal_is_left()
    {
        var schedule = new RectifiedFlowSchedule(new());
        IReadOnlyList<NoiseLevel> levels = new UniformGrid(new()).Levels(schedule, 9);
        ISolver[] solvers =
        [
            new EulerAncestralSolver(new()), new DdpmSolver(new()), new ReverseDiffusionSolver(new()), new Dpm2AncestralSolver(new() { Eta = 0.5 }),
            new DpmPlusPlus2SAncestralSolver(new() { Eta = 0.5 }), new DpmPlusPlusSdeSolver(new()), new DpmPlusPlus2MSdeSolver(new()),
            new DpmPlusPlus3MSdeSolver(new()), new DpmFastAncestralSolver(new()),
        ];
        foreach (ISolver solver in solvers)
        {
            using DisposeScope scope = NewDisposeScope();
            Assert.Null(solver.Objection(schedule, levels));
            double[] end = Run(solver, schedule, levels).data<double>().ToArray();
            Assert.All(end, value => Assert.InRange(value, -6, 6));
        }
    }

    [Fact]
    public void Every_langevin_step_has_noise_of_its_own()
    {
        IReadOnlyList<NoiseLevel> levels = new UniformGrid(new()).Levels(Schedule, 4);
        foreach ((ISolver solver, int expected) in ((ISolver, int)[])
        [
            (new LangevinSolver(new() { Steps = 3 }), 12), (new AnnealedLangevinSolver(new() { Steps = 5 }), 20),
            (new PredictorCorrectorSolver(new() { Steps = 2, Predictor = SamplingPredictor.None }), 8), (new EdmStochasticSolver(new() { Churn = 1 }), 4),
        ])
        {
            using DisposeScope scope = NewDisposeScope();
            var requests = new NoiseRequests();
            SamplingLoop.Run(
                new(new ExactMixtureDenoiser(ExactProblems.Plane, PredictionKind.Data), Schedule, levels, solver), ones([1, 2], dtype: ScalarType.Float64),
                requests, cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(expected, requests.Count);
        }
    }

    private static void AssertSameRun(ISolver solver, ISolver other, IReadOnlyList<NoiseLevel>? levels = null)
    {
        using DisposeScope scope = NewDisposeScope();
        levels ??= new UniformGrid(new()).Levels(Schedule, 9);
        double[] expected = Run(other, Schedule, levels).data<double>().ToArray();
        double[] actual = Run(solver, Schedule, levels).data<double>().ToArray();
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-11);
    }

    private static Tensor Run(ISolver solver, NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) => SamplingLoop.Run(
        new(new ExactMixtureDenoiser(ExactProblems.Plane, PredictionKind.Data), schedule, levels, solver),
        tensor([0.7, -1.4, 1.9, 0.2], [2, 2], dtype: ScalarType.Float64),
        new TapeNoise((_, like) => full_like(like, 0.6)),
        cancellationToken: TestContext.Current.CancellationToken).State;
}
