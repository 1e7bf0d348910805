using Diffusion.Core.Sampling;
using Diffusion.Solvers;
using Diffusion.Testing;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class GaussianFrameOfOrder4Tests : SolverContractTests
{
    protected override int FirstSteps => 128;

    protected override ISolver CreateSolver() => new GaussianFrameSolver(new() { StartUp = StartUp.SingleStep });
}

public sealed class GaussianFrameOfOrder3Tests : SolverContractTests
{
    protected override int FirstSteps => 128;

    protected override ISolver CreateSolver() => new GaussianFrameSolver(new() { Order = 3, StartUp = StartUp.SingleStep, Mean = 0.3, StandardDeviation = 0.7 });
}

public sealed class GaussianFrameOfOrder2Tests : SolverContractTests
{
    protected override int FirstSteps => 64;

    protected override ISolver CreateSolver() => new GaussianFrameSolver(new() { Order = 2 });
}

public sealed class GaussianFrameOfOrder1Tests : SolverContractTests
{
    protected override int FirstSteps => 64;

    protected override ISolver CreateSolver() => new GaussianFrameSolver(new() { Order = 1 });
}

public sealed class GaussianFrameSolverTests
{
    private static readonly ExactMixture Gaussian = new(new GaussianMixture([GaussianComponent.Isotropic(1, [0.4, -1.7], 0.6)]));

    [Fact]
    public void One_step_is_exact_where_the_data_are_Gaussian_under_every_process()
    {
        var solver = new GaussianFrameSolver(new(), Describe(Gaussian));
        foreach ((string name, NoiseSchedule schedule) in ExactProcesses.All)
        {
            foreach (int steps in (int[])[1, 2, 5, 9])
            {
                using DisposeScope scope = NewDisposeScope();
                IReadOnlyList<NoiseLevel> levels = ExactGrids.LogSnr(schedule, steps);
                (NoiseLevel from, NoiseLevel to) = (levels[0], levels[^1]);
                double[] start = [1.3 * from.Sigma, -0.4 * from.Sigma];
                double[] end = Run(solver, Gaussian, schedule, levels, start);
                // y = (x − α m)/√(α² c² + σ²) stands still.
                for (int i = 0; i < 2; i++)
                {
                    double mean = i == 0 ? 0.4 : -1.7;
                    double expected = (to.Alpha * mean)
                        + ((start[i] - (from.Alpha * mean)) * double.Hypot(0.6 * to.Alpha, to.Sigma) / double.Hypot(0.6 * from.Alpha, from.Sigma));
                    Assert.True(Math.Abs(expected - end[i]) <= 1e-12 * from.Sigma, $"{name}, {steps} steps: {end[i]:r}, expected {expected:r}");
                }
            }
        }
    }

    [Fact]
    public void With_another_variance_the_same_steps_are_not_exact()
    {
        using DisposeScope scope = NewDisposeScope();
        NoiseSchedule schedule = ExactProcesses.VarianceExploding;
        IReadOnlyList<NoiseLevel> levels = ExactGrids.LogSnr(schedule, 5);
        double[] start = [1.3 * levels[0].Sigma, -0.4 * levels[0].Sigma];
        double[] exact = Run(new GaussianFrameSolver(new(), Describe(Gaussian)), Gaussian, schedule, levels, start);
        double[] other = Run(new GaussianFrameSolver(new() { StandardDeviation = 0.36 }, Describe(Gaussian)), Gaussian, schedule, levels, start);
        Assert.True(Math.Abs(exact[0] - other[0]) > 1e-3);
    }

    [Fact]
    public void The_second_step_is_what_the_formula_says()
    {
        // m = 0.5, c = 2, σ from 6 over 3 to 1, D = 1 and D = 2 whatever the state, x = 9, by mpmath with 30 digits: w_0 and w_1 are the integrals of the
        // straight lines in arsinh(σ/c) over dσ/(σ √(c² + σ²)).
        (double first, double second) = (5.1579085247689733991, 3.7072023338463998470);
        using DisposeScope scope = NewDisposeScope();
        var solver = new GaussianFrameSolver(new() { Mean = 0.5, StandardDeviation = 2 });
        NoiseSchedule schedule = ExactProcesses.VarianceExploding;
        NoiseLevel[] levels = [.. new[] { 6.0, 3, 1 }.Select(sigma => schedule.AtHalfLogSnr(-Math.Log(sigma)))];
        var denoiser = new Steady();
        Tensor middle = solver.Step(Step(tensor(new[] { 9.0 }, [1, 1]), levels, 0, [], schedule), denoiser);
        Assert.Equal(first, middle.item<double>(), 1e-12);
        Evaluation past = new(levels[0], denoiser.Predict(tensor(new[] { 9.0 }, [1, 1]), levels[0]));
        Assert.Equal(second, solver.Step(Step(middle, levels, 1, [past], schedule), denoiser).item<double>(), 1e-12);
    }

    [Fact]
    public void It_takes_mean_and_deviation_from_what_is_known_of_the_data_and_options_come_first()
    {
        using DisposeScope scope = NewDisposeScope();
        NoiseSchedule schedule = ExactProcesses.VariancePreserving;
        IReadOnlyList<NoiseLevel> levels = ExactGrids.LogSnr(schedule, 6);
        ExactMixture line = ExactProblems.Line;
        double[] start = [1.3 * levels[0].Sigma];
        // Weights 0.3 and 0.7 at −2 and 1.5 with deviations 0.5 and 0.3.
        GaussianFrameOptions stated = new() { Mean = 0.45, StandardDeviation = Math.Sqrt((0.3 * 0.25) + (0.7 * 0.09) + (0.3 * 0.7 * 3.5 * 3.5)) };
        double known = Run(new GaussianFrameSolver(new(), Describe(line)), line, schedule, levels, start)[0];
        Assert.Equal(Run(new GaussianFrameSolver(stated), line, schedule, levels, start)[0], known, 1e-13);
        Assert.Equal(known, Run(new GaussianFrameSolver(stated, Describe(Gaussian)), line, schedule, levels, start)[0], 1e-13);
        Assert.NotEqual(known, Run(new GaussianFrameSolver(new()), line, schedule, levels, start)[0], 1e-6);
        DataDescription standardised = new() { Name = "rows", Shape = [1], Standardization = new([3], [5]) };
        Assert.Equal(
            Run(new GaussianFrameSolver(new() { Mean = 0, StandardDeviation = 1 }), line, schedule, levels, start)[0],
            Run(new GaussianFrameSolver(new(), standardised), line, schedule, levels, start)[0]);
    }

    [Fact]
    public void Pure_noise_is_a_start_like_any_other()
    {
        using DisposeScope scope = NewDisposeScope();
        var schedule = new Diffusion.Schedules.RectifiedFlowSchedule(new());
        NoiseLevel[] levels = [.. new[] { 1.0, 0.7, 0.4, 0.1, 0.01 }.Select(schedule.At)];
        Assert.Equal(0, levels[0].Alpha);
        double[] start = [0.8, -1.1];
        double[] end = Run(new GaussianFrameSolver(new(), Describe(Gaussian)), Gaussian, schedule, levels, start);
        NoiseLevel to = levels[^1];
        Assert.Equal((to.Alpha * 0.4) + (0.8 * double.Hypot(0.6 * to.Alpha, to.Sigma)), end[0], 1e-12);
        Assert.Equal((to.Alpha * -1.7) - (1.1 * double.Hypot(0.6 * to.Alpha, to.Sigma)), end[1], 1e-12);
    }

    private static DataDescription Describe(ExactMixture mixture) =>
        new() { Name = "mixture", Shape = [mixture.Dimension], Mixture = mixture.Mixture };

    private static double[] Run(ISolver solver, ExactMixture mixture, NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels, double[] start) =>
        SamplingLoop.Run(
            new(new ExactMixtureDenoiser(mixture, PredictionKind.Data), schedule, levels, solver),
            tensor(start, [start.Length / mixture.Dimension, mixture.Dimension]),
            new NoNoise(), cancellationToken: TestContext.Current.CancellationToken).State.data<double>().ToArray();

    private static SolverStep Step(Tensor x, NoiseLevel[] levels, int index, IReadOnlyList<Evaluation> history, NoiseSchedule schedule) => new()
    {
        X = x, From = levels[index], To = levels[index + 1], Schedule = schedule, Index = index, Count = 2, History = history, Noise = new NoNoise(),
    };

    // D = 1 where the noise is 6 and 2 below.
    private sealed class Steady : IDenoiser
    {
        public Prediction Predict(Tensor x, NoiseLevels levels) =>
            new(PredictionKind.Data, full_like(x, levels[0].Sigma > 5 ? 1 : 2), x, levels);
    }
}
