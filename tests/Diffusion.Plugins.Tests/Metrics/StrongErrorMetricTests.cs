using Diffusion.Core.Errors;
using Diffusion.Core.Randomness;
using Diffusion.Core.Sampling;
using Diffusion.Grids;
using Diffusion.Metrics;
using Diffusion.Schedules;
using Diffusion.Solvers;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.Metrics;

/// <summary>Errors of samples against paths that are solved far more finely, or exactly.</summary>
public sealed class StrongErrorMetricTests
{
    private const int Samples = 200;
    private static readonly NoiseSchedule Edm = new EdmSchedule(new() { SigmaMin = 0.05, SigmaMax = 10 });
    private static readonly KarrasGrid Karras = new(new() { End = GridEnd.Minimum });
    private static readonly KarrasGrid ToClean = new(new());

    private static ReferencePaths Paths(
        ISolver solver, int steps, ITimeGrid? grid = null, ExactMixture? mixture = null, NoiseSchedule? schedule = null,
        ScalarType dtype = ScalarType.Float64)
    {
        (NoiseSchedule process, ITimeGrid levels, ExactMixture data) = (schedule ?? Edm, grid ?? Karras, mixture ?? ExactProblems.WidePlane);
        return new()
        {
            Problem = new(new ExactMixtureDenoiser(data, PredictionKind.Noise), process, levels.Levels(process, steps), solver),
            Grid = count => levels.Levels(process, count),
            Noise = new NoiseKey(3, 0),
            Shape = [data.Dimension],
            StateDtype = dtype,
        };
    }

    private static Tensor Sampled(ReferencePaths paths) => new SamplingRun
    {
        Problem = paths.Problem,
        Samples = Samples,
        Shape = paths.Shape,
        Noise = paths.Noise,
        Start = paths.Start,
        Dtype = paths.StateDtype,
    }.Execute(TestContext.Current.CancellationToken).State;

    private static IReadOnlyList<MetricValue> Errors(ReferencePaths paths, StrongErrorOptions? options = null)
    {
        Tensor samples = Sampled(paths);
        return new StrongErrorMetric(options ?? new()).Measure(MetricProblem.Input(samples, samples) with { Paths = paths });
    }

    [Fact]
    public void On_a_normal_law_the_error_of_Euler_s_method_is_known_to_the_last_digit()
    {
        using DisposeScope scope = NewDisposeScope();
        // N(0.4, 0.36): the flow is x − m ↦ (x − m) √((s² + σ²)/(s² + σ_T²)), a step in σ is x − m ↦ (x − m)(1 + (σ′ − σ) σ/(s² + σ²)).
        ReferencePaths paths = Paths(new EulerSolver(new()), 8, mixture: ExactProblems.Gaussian);
        IReadOnlyList<NoiseLevel> levels = paths.Problem.Levels;
        double exact = Math.Sqrt((0.36 + (0.05 * 0.05)) / (0.36 + 100)), euler = 1;
        for (int i = 1; i < levels.Count; i++)
            euler *= 1 + ((levels[i].Sigma - levels[i - 1].Sigma) * levels[i - 1].Sigma / (0.36 + (levels[i - 1].Sigma * levels[i - 1].Sigma)));
        double[] starts = new PhiloxNoiseSource(paths.Noise, 0, Edm.Horizon).Initial(empty([Samples, 1], dtype: ScalarType.Float64)).data<double>().ToArray();
        double[] errors = [.. starts.Select(start => Math.Abs(((10 * start) - 0.4) * (euler - exact)))];
        IReadOnlyList<MetricValue> values = Errors(paths);
        Assert.Equal(["strong-error", "strong-error-mean", "strong-error-reference"], values.Select(value => value.Name));
        Assert.Equal(Math.Sqrt(errors.Average(error => error * error)), values[0].Value, 1e-8);
        Assert.Equal(errors.Average(), values[1].Value, 1e-8);
        Assert.InRange(values[2].Value, 0, 1e-6);
        Assert.Equal(Samples, values[0].Count);
        // The error of a mean square over twice its root.
        double[] squares = [.. errors.Select(error => error * error)];
        double spread = Math.Sqrt(squares.Sum(square => Math.Pow(square - squares.Average(), 2)) / (Samples - 1) / Samples);
        Assert.Equal(spread / (2 * values[0].Value), values[0].StandardError!.Value, 1e-8);
        Assert.Equal([MetricConvergence.Paths, MetricConvergence.Paths, MetricConvergence.Unknown], values.Select(value => value.Convergence));
    }

    [Fact]
    public void The_last_step_to_clean_data_is_the_denoised_estimate_on_both_sides()
    {
        using DisposeScope scope = NewDisposeScope();
        double minimum = Errors(Paths(new HeunSolver(new()), 40))[0].Value, clean = Errors(Paths(new HeunSolver(new()), 41, ToClean))[0].Value;
        // D moves at most as much as the state before it does, on wide modes and little noise.
        Assert.InRange(clean, 0.9 * minimum, 1.1 * minimum);
    }

    public static TheoryData<string, double> Orders => new()
    {
        { "euler", 1 },
        { "heun", 2 },
        { "dpmpp-2m", 2 },
        { "euler-maruyama", 1 },
        { "ddpm", 1 },
    };

    [Theory]
    [MemberData(nameof(Orders))]
    public void Errors_fall_at_the_order_of_the_method(string name, double order)
    {
        using DisposeScope scope = NewDisposeScope();
        ISolver solver = name switch
        {
            "euler" => new EulerSolver(new()),
            "heun" => new HeunSolver(new()),
            "dpmpp-2m" => new DpmPlusPlus2MSolver(new()),
            "euler-maruyama" => new EulerMaruyamaSolver(new()),
            _ => new DdpmSolver(new()),
        };
        NoiseSchedule schedule = ExactProcesses.VariancePreserving;
        LogSnrGrid grid = new(new() { End = GridEnd.Minimum });
        double[][] errors = [.. new[] { 32, 64, 128 }.Select(steps => Errors(
            Paths(solver, steps, grid, schedule: schedule), new() { ReferenceSteps = 1024 }).Select(value => value.Value).ToArray())];
        foreach (int value in new[] { 0, 1 })
        {
            Assert.Equal(order, Math.Log2(errors[0][value] / errors[1][value]), 0.2);
            Assert.Equal(order, Math.Log2(errors[1][value] / errors[2][value]), 0.2);
        }

        Assert.All(errors, row => Assert.InRange(row[2], 0, row[0] / 2));
    }

    [Fact]
    public void A_stochastic_reference_follows_the_same_noise()
    {
        using DisposeScope scope = NewDisposeScope();
        ReferencePaths paths = Paths(new EulerMaruyamaSolver(new()), 64);
        double own = Errors(paths, new() { ReferenceSteps = 512 })[0].Value;
        Tensor samples = Sampled(paths);
        double other = new StrongErrorMetric(new() { ReferenceSteps = 512 }).Measure(
            MetricProblem.Input(samples, samples) with { Paths = paths with { Noise = new NoiseKey(4, 0) } })[0].Value;
        Assert.InRange(own, 0, other / 4);
    }

    [Fact]
    public void Rows_and_batches_do_not_change_a_path()
    {
        using DisposeScope scope = NewDisposeScope();
        foreach (ISolver solver in new ISolver[] { new HeunSolver(new()), new EulerMaruyamaSolver(new()) })
        {
            ReferencePaths paths = Paths(solver, 8);
            ReferencePathSettings settings = new() { Samples = 30, Steps = 32 };
            double[] whole = paths.Ends(settings).States.data<double>().ToArray();
            Assert.Equal(whole, (paths with { BatchSize = 7 }).Ends(settings).States.data<double>().ToArray());
            Assert.Equal(whole[..20], paths.Ends(settings with { Samples = 10 }).States.data<double>().ToArray());
        }
    }

    [Fact]
    public void Single_precision_starts_where_the_samples_did()
    {
        using DisposeScope scope = NewDisposeScope();
        MetricValue single = Errors(Paths(new HeunSolver(new()), 200, dtype: ScalarType.Float32))[0], both = Errors(Paths(new HeunSolver(new()), 200))[0];
        Assert.InRange(single.Value, both.Value - 3e-6, both.Value + 3e-6);
    }

    private static string? Objection(ISolver solver, int steps = 8, ITimeGrid? grid = null, int reference = 64, NoiseSchedule? schedule = null)
    {
        (NoiseSchedule process, ITimeGrid levels) = (schedule ?? Edm, grid ?? Karras);
        return ReferencePaths.Objection(
            solver, "solver 'it'", process, levels.Levels(process, steps), count => levels.Levels(process, count), new() { Samples = 1, Steps = reference });
    }

    [Fact]
    public void Methods_and_grids_without_reference_paths_are_told_before()
    {
        Assert.Null(Objection(new EulerSolver(new()), reference: 2));
        Assert.Null(Objection(new Rk45Solver(new())));
        Assert.Null(Objection(new EulerMaruyamaSolver(new()), steps: 16));
        Assert.Null(Objection(new DpmPlusPlus2MSdeSolver(new()), grid: ToClean));
        Assert.Null(Objection(new EulerSolver(new()), grid: new ExplicitGrid(new() { Values = [9, 4, 2, 1, 0.5, 0.3, 0.2, 0.1] })));
        Assert.Contains("states no order", Objection(new LangevinSolver(new())), StringComparison.Ordinal);
        Assert.Contains("draws noise and chooses its own", Objection(new AdaptiveSdeSolver(new())), StringComparison.Ordinal);
        Assert.Contains("has no place there", Objection(new EdmStochasticSolver(new())), StringComparison.Ordinal);
        Assert.Equal(
            "needs a reference of 68 steps or more beside 17, and 64 are asked for", Objection(new EulerMaruyamaSolver(new()), steps: 17));
        Assert.Contains(
            "needs the grid with 64 steps",
            Objection(new EulerMaruyamaSolver(new()), grid: new ExplicitGrid(new() { Values = [9, 4, 2, 1, 0.5, 0.3, 0.2, 0.1] })), StringComparison.Ordinal);
        Assert.Contains(
            "from the same level",
            Objection(
                new EulerMaruyamaSolver(new()), grid: new DiscreteGrid(new() { Spacing = DiscreteSpacing.Leading }), schedule: new VariancePreservingSchedule(
                    new())), StringComparison.Ordinal);
    }

    [Fact]
    public void Samples_without_their_sampler_are_refused()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor rows = zeros(2, 2, dtype: ScalarType.Float64);
        var metric = new StrongErrorMetric(new());
        MetricSetting setting = new() { Samples = 10, Reference = rows, Data = new DataDescription { Name = "points", Shape = [2] } };
        Assert.Contains("without theirs", metric.Objection(setting), StringComparison.Ordinal);
        Assert.Equal("needs two samples or more", metric.Objection(setting with { Samples = 1, PathObjection = _ => null }));
        Assert.Equal("10", metric.Objection(setting with { PathObjection = settings => $"{settings.Samples}" }));
        Assert.Throws<ArgumentException>(() => metric.Measure(MetricProblem.Input(rows, rows)));
    }
}
