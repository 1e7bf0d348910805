using Diffusion.Core.Sampling;
using Diffusion.Grids;
using Diffusion.Schedules;
using Diffusion.Solvers;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.Solvers;

/// <summary>Where one method becomes another, and what happens at the ends of a path.</summary>
public sealed class SolverLimitTests
{
    private static readonly NoiseSchedule VariancePreserving = new VariancePreservingSchedule(new());
    private static readonly double[] Point = [0.7, -1.4];

    public static TheoryData<string> StartingFromPureNoise => ["ddim", "ddim eta 1", "dpmpp-2m", "euler", "heun"];

    [Theory]
    [InlineData(1.0, 0.6)]
    [InlineData(0.6, 0.55)]
    [InlineData(0.3, 0.001)]
    public void Ddim_with_eta_1_is_the_ancestral_step_of_ddpm(double s, double t)
    {
        // q(x_t | x_s, x_0) with x_s = a x_t + b e: mean a σ_t²/σ_s² x_s + α_t b²/σ_s² x_0, variance σ_t² b²/σ_s².
        using DisposeScope scope = NewDisposeScope();
        (NoiseLevel from, NoiseLevel to) = (VariancePreserving.At(s), VariancePreserving.At(t));
        double a = from.Alpha / to.Alpha;
        double b2 = (from.Sigma * from.Sigma) - (a * a * to.Sigma * to.Sigma);
        double shareOfState = a * to.Sigma * to.Sigma / (from.Sigma * from.Sigma);
        double shareOfData = to.Alpha * b2 / (from.Sigma * from.Sigma);
        double deviation = to.Sigma * Math.Sqrt(b2) / from.Sigma;
        double[] data = ExactProblems.Plane.Denoised(Point, from.Alpha, from.Sigma);

        double[] actual = Step(new DdimSolver(new() { Eta = 1 }), VariancePreserving, from, to, noise: 0.8);
        for (int i = 0; i < Point.Length; i++)
            Assert.Equal((shareOfState * Point[i]) + (shareOfData * data[i]) + (deviation * 0.8), actual[i], 1e-12);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.4)]
    [InlineData(1.0)]
    public void Ddim_on_exploding_noise_is_the_ancestral_euler_step(double eta)
    {
        // σ_up, σ_down as k-diffusion's samplers define them.
        using DisposeScope scope = NewDisposeScope();
        var schedule = new EdmSchedule(new());
        (NoiseLevel from, NoiseLevel to) = (schedule.At(5), schedule.At(1.2));
        double up = eta * Math.Sqrt(to.Sigma * to.Sigma * ((from.Sigma * from.Sigma) - (to.Sigma * to.Sigma)) / (from.Sigma * from.Sigma));
        double down = Math.Sqrt((to.Sigma * to.Sigma) - (up * up));
        double[] data = ExactProblems.Plane.Denoised(Point, 1, from.Sigma);

        double[] actual = Step(new DdimSolver(new() { Eta = eta }), schedule, from, to, noise: -1.1);
        for (int i = 0; i < Point.Length; i++)
            Assert.Equal(Point[i] + ((Point[i] - data[i]) / from.Sigma * (down - from.Sigma)) + (-1.1 * up), actual[i], 1e-13);
    }

    [Fact]
    public void Euler_in_noise_to_signal_is_ddim() =>
        AssertSameRun(new EulerSolver(new() { Variable = FlowVariable.NoiseToSignal }), new DdimSolver(new()), 0);

    [Fact]
    public void Dpmpp_2m_without_history_is_ddim()
    {
        using DisposeScope scope = NewDisposeScope();
        (NoiseLevel from, NoiseLevel to) = (VariancePreserving.At(0.5), VariancePreserving.At(0.4));
        double[] expected = Step(new DdimSolver(new()), VariancePreserving, from, to);
        double[] actual = Step(new DpmPlusPlus2MSolver(new()), VariancePreserving, from, to);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-14);
    }

    [Fact]
    public void Dpmpp_2m_with_lower_order_final_ends_with_a_ddim_step()
    {
        using DisposeScope scope = NewDisposeScope();
        IReadOnlyList<NoiseLevel> levels = new UniformGrid(new() { End = GridEnd.Minimum }).Levels(VariancePreserving, 6);
        SamplingOutcome full = Run(new DpmPlusPlus2MSolver(new()), VariancePreserving, levels);
        SamplingOutcome lowered = Run(new DpmPlusPlus2MSolver(new() { LowerOrderFinal = true }), VariancePreserving, levels);
        double[] beforeLast = Values(full.Trajectory[^2]);
        Assert.Equal(beforeLast, Values(lowered.Trajectory[^2]));

        double[] expected = Step(new DdimSolver(new()), VariancePreserving, levels[^2], levels[^1], point: beforeLast);
        double[] actual = Values(lowered.State);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-14);
        Assert.NotEqual(Values(full.State), actual);
    }

    [Fact]
    public void Euler_maruyama_without_noise_is_euler_in_time() =>
        AssertSameRun(new EulerMaruyamaSolver(new() { Eta = 0 }), new EulerSolver(new() { Variable = FlowVariable.Time }), 1e-12);

    [Fact]
    public void Two_stage_methods_on_edm_do_not_depend_on_the_variable()
    {
        // σ̂ = t and x̂ = x there.
        using DisposeScope scope = NewDisposeScope();
        var schedule = new EdmSchedule(new());
        IReadOnlyList<NoiseLevel> levels = new KarrasGrid(new()).Levels(schedule, 9);
        foreach (double alpha in new[] { 1, 2.0 / 3, 0.5 })
        {
            double[] expected = Values(Run(new HeunSolver(new() { Variable = FlowVariable.Time, Alpha = alpha }), schedule, levels).State);
            double[] actual = Values(Run(new HeunSolver(new() { Alpha = alpha, Variable = FlowVariable.NoiseToSignal }), schedule, levels).State);
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], actual[i], 1e-11);
        }
    }

    [Fact]
    public void The_step_that_takes_no_time_denoises()
    {
        using DisposeScope scope = NewDisposeScope();
        var schedule = new VarianceExplodingSchedule(new());
        NoiseLevel last = schedule.At(0);
        Assert.True(last.Sigma > 0);
        double[] expected = ExactProblems.Plane.Denoised(Point, 1, last.Sigma);
        foreach (ISolver solver in (ISolver[])[
            new EulerSolver(new() { Variable = FlowVariable.Time }), new HeunSolver(new() { Variable = FlowVariable.Time }), new EulerMaruyamaSolver(new()),
        ])
        {
            double[] actual = Step(solver, schedule, last, NoiseLevel.Clean);
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], actual[i], 1e-14);
        }
    }

    [Theory]
    [MemberData(nameof(StartingFromPureNoise))]
    public void A_run_may_start_where_no_signal_is_left(string name)
    {
        var schedule = new RectifiedFlowSchedule(new());
        foreach (int steps in new[] { 1, 2, 9 })
        {
            foreach (GridEnd end in new[] { GridEnd.Zero, GridEnd.Minimum })
            {
                using DisposeScope scope = NewDisposeScope();
                IReadOnlyList<NoiseLevel> levels = new UniformGrid(new() { End = end }).Levels(schedule, steps);
                Assert.Equal(0, levels[0].Alpha);
                Assert.All(Values(Run(ByName(name), schedule, levels).State), value => Assert.InRange(value, -5, 5));
            }
        }
    }

    [Fact]
    public void Straight_paths_need_one_step_of_euler()
    {
        // Data at a single point make the rectified flow a bundle of straight lines.
        using DisposeScope scope = NewDisposeScope();
        var schedule = new RectifiedFlowSchedule(new());
        double[] one =
            Values(Run(new EulerSolver(new() { Variable = FlowVariable.Time }), schedule, new UniformGrid(new()).Levels(schedule, 1), new PointMass()).State);
        double[] many =
            Values(Run(new EulerSolver(new() { Variable = FlowVariable.Time }), schedule, new UniformGrid(new()).Levels(schedule, 40), new PointMass()).State);
        for (int i = 0; i < one.Length; i++)
        {
            Assert.Equal(PointMass.Place, one[i], 1e-14);
            Assert.Equal(PointMass.Place, many[i], 1e-13);
        }
    }

    private static ISolver ByName(string name) => name switch
    {
        "ddim" => new DdimSolver(new()),
        "ddim eta 1" => new DdimSolver(new() { Eta = 1 }),
        "dpmpp-2m" => new DpmPlusPlus2MSolver(new()),
        "euler" => new EulerSolver(new()),
        "heun" => new HeunSolver(new() { Variable = FlowVariable.Time }),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private static void AssertSameRun(ISolver first, ISolver second, double tolerance)
    {
        using DisposeScope scope = NewDisposeScope();
        IReadOnlyList<NoiseLevel> levels = new KarrasGrid(new()).Levels(VariancePreserving, 11);
        double[] expected = Values(Run(second, VariancePreserving, levels).State);
        double[] actual = Values(Run(first, VariancePreserving, levels).State);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], tolerance);
    }

    private static SamplingOutcome Run(ISolver solver, NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels, IDenoiser? denoiser = null) =>
        SamplingLoop.Run(
            new(denoiser ?? new ExactMixtureDenoiser(ExactProblems.Plane, PredictionKind.Data), schedule, levels, solver),
            tensor(Point, [1, 2]) * levels[0].Sigma,
            new TapeNoise((draw, like) => full_like(like, Math.Cos(draw))),
            keepTrajectory: true,
            TestContext.Current.CancellationToken);

    private static double[] Step(ISolver solver, NoiseSchedule schedule, NoiseLevel from, NoiseLevel to, double noise = 0, double[]? point = null) =>
        Values(solver.Step(
            new SolverStep
            {
                X = tensor(point ?? Point, [1, 2]), From = from, To = to, Schedule = schedule, Index = 0, Count = 1, History = [],
                Noise = new TapeNoise((_, like) => full_like(like, noise)),
            },
            new ExactMixtureDenoiser(ExactProblems.Plane, PredictionKind.Data)));

    private static double[] Values(Tensor x) => x.data<double>().ToArray();

    private sealed class PointMass : IDenoiser
    {
        public const double Place = 0.9;

        public Prediction Predict(Tensor x, NoiseLevels levels) => new(PredictionKind.Data, full_like(x, Place), x, levels);
    }
}
