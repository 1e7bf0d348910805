using System.Collections.Concurrent;
using Diffusion.Core.Sampling;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Testing;

/// <summary>
/// What every solver must keep. Inherit it, name the method, and its declarations are measured: cost, order, determinism, manners with
/// tensors, behaviour at the ends.
/// </summary>
public abstract class SolverContractTests
{
    private const double OrderTolerance = 0.1;
    private static readonly double[] Starts = [1.3, -0.4, 0.15, -1.1, 0.6, 1.9];
    private static readonly ConcurrentDictionary<NoiseSchedule, double[]> ExactEnds = new();

    /// <summary>A fresh instance of the method under test.</summary>
    protected abstract ISolver CreateSolver();

    /// <summary>How often the smallest step count of the order measurement is doubled: less for methods that soon reach rounding.</summary>
    protected virtual int Doublings => 5;

    /// <summary>
    /// The smallest step count of the order measurement; <see cref="Doublings"/> follow. A stochastic method starts later, where its law can be
    /// carried from step to step (<see cref="ExactLaw"/>): its errors become asymptotic later too.
    /// </summary>
    protected virtual int FirstSteps => !CreateSolver().Traits.IsStochastic ? 32 : ExactLaw.GoesStepByStep(CreateSolver()) ? 64 : 24;

    /// <summary>
    /// The grids on which the order is measured. On equal steps of time the errors of mean and variance of a stochastic method partly cancel
    /// until N is in the thousands, so its order is measured without.
    /// </summary>
    protected virtual IEnumerable<(string Name, Func<NoiseSchedule, int, IReadOnlyList<NoiseLevel>> Levels)> OrderGrids =>
        CreateSolver().Traits.AssumesEqualSteps
            ? ExactGrids.Smooth
            : ExactGrids.All.Where(grid => grid.Name != "uniform" || !CreateSolver().Traits.IsStochastic);

    /// <summary>The processes on which the order is measured.</summary>
    protected virtual IEnumerable<(string Name, NoiseSchedule Schedule)> OrderProcesses => ExactProcesses.All;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Evaluations_are_what_the_traits_declare(int steps)
    {
        ISolver solver = CreateSolver();
        foreach ((string name, NoiseSchedule schedule) in ExactProcesses.All)
        {
            foreach (IReadOnlyList<NoiseLevel> levels in (IEnumerable<IReadOnlyList<NoiseLevel>>)
                [ExactGrids.LogSnr(schedule, steps), ExactGrids.ToClean(ExactGrids.LogSnr(schedule, steps))])
            {
                using DisposeScope scope = NewDisposeScope();
                var counter = new CountingDenoiser(Denoiser());
                Run(solver, schedule, levels, Start(levels[0]), counter);
                Assert.True(
                    counter.Calls == solver.Traits.Evaluations(levels),
                    $"{name}: {counter.Calls} calls over {levels.Count - 1} steps to sigma = {levels[^1].Sigma}, {solver.Traits.Evaluations(levels)} declared");
            }
        }
    }

    [Fact]
    public void Order_is_what_the_traits_declare()
    {
        ISolver solver = CreateSolver();
        Assert.SkipWhen(solver.Traits.Order is null, "the method declares no order in the number of steps");
        double declared = solver.Traits.Order!.Value;
        foreach ((string name, NoiseSchedule schedule) in OrderProcesses)
        {
            foreach ((string grid, Func<NoiseSchedule, int, IReadOnlyList<NoiseLevel>> levels) in OrderGrids)
            {
                Func<int, double> error = solver.Traits.IsStochastic
                    ? steps => ExactLaw.Error(solver, schedule, levels(schedule, steps))
                    : ErrorOfFlow(solver, schedule, levels);
                OrderEstimate estimate = OrderEstimate.Measure(FirstSteps, Doublings, error);
                Assert.True(
                    Math.Abs(estimate.Order - declared) <= OrderTolerance,
                    $"{name}, {grid} grid: declared order {declared}, measured {estimate}");
            }
        }
    }

    [Fact]
    public void The_same_inputs_give_the_same_bits()
    {
        using DisposeScope scope = NewDisposeScope();
        (NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) = Example();
        double[] first = Run(CreateSolver(), schedule, levels, Start(levels[0])).data<double>().ToArray();
        double[] second = Run(CreateSolver(), schedule, levels, Start(levels[0])).data<double>().ToArray();
        Assert.Equal(first, second);
    }

    [Fact]
    public void A_sample_does_not_depend_on_its_batch()
    {
        using DisposeScope scope = NewDisposeScope();
        (NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) = Example();
        Tensor batch = Start(levels[0]);
        double[] together = Run(CreateSolver(), schedule, levels, batch).data<double>().ToArray();
        for (int row = 0; row < batch.shape[0]; row++)
        {
            double[] alone = Run(CreateSolver(), schedule, levels, batch.narrow(0, row, 1)).data<double>().ToArray();
            for (int i = 0; i < alone.Length; i++)
                Assert.Equal(together[(row * alone.Length) + i], alone[i], 1e-12);
        }
    }

    [Fact]
    public void A_method_without_noise_draws_none_and_one_with_noise_some()
    {
        using DisposeScope scope = NewDisposeScope();
        (NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) = Example();
        ISolver solver = CreateSolver();
        TapeNoise noise = Tape();
        SamplingLoop.Run(new(Denoiser(), schedule, levels, solver), Start(levels[0]), noise, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(solver.Traits.IsStochastic, noise.Draws > 0);
    }

    [Fact]
    public void A_step_leaves_what_it_was_given_alone_and_returns_a_fresh_tensor()
    {
        using DisposeScope scope = NewDisposeScope();
        (NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) = Example();
        Tensor x = Start(levels[0]);
        double[] before = x.data<double>().ToArray();
        var denoiser = new RememberingDenoiser(Denoiser());
        Tensor next = CreateSolver().Step(
            new SolverStep
            {
                X = x, From = levels[0], To = levels[1], Schedule = schedule, Index = 0, Count = levels.Count - 1, History = [], Noise = Tape(),
            },
            denoiser);

        Assert.Equal(before, x.data<double>().ToArray());
        Assert.Equal(x.shape, next.shape);
        Assert.Equal(x.dtype, next.dtype);
        foreach ((Tensor value, double[] emitted) in denoiser.Emitted)
        {
            Assert.NotSame(value, next);
            Assert.Equal(emitted, value.data<double>().ToArray());
        }

        next.add_(tensor(1.0));
        Assert.Equal(before, x.data<double>().ToArray());
    }

    [Fact]
    public void A_run_leaves_no_tensor_behind()
    {
        using DisposeScope scope = NewDisposeScope();
        (NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) = Example();
        Tensor start = Start(levels[0]);
        Run(CreateSolver(), schedule, levels, start).Dispose();
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        Run(CreateSolver(), schedule, levels, start).Dispose();
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(20)]
    public void A_run_to_clean_data_is_finite_and_near_the_data(int steps)
    {
        foreach ((string name, NoiseSchedule schedule) in ExactProcesses.All)
        {
            using DisposeScope scope = NewDisposeScope();
            IReadOnlyList<NoiseLevel> levels = [.. ExactGrids.LogSnr(schedule, steps).Take(steps), NoiseLevel.Clean];
            double[] end = Run(CreateSolver(), schedule, levels, Start(levels[0])).data<double>().ToArray();
            Assert.All(end, value => Assert.True(double.IsFinite(value) && Math.Abs(value) < 1e3, $"{name}, N = {steps}: ended at {value}"));
        }
    }

    [Fact]
    public void Single_precision_stays_near_double()
    {
        using DisposeScope scope = NewDisposeScope();
        (NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) = Example();
        Tensor start = Start(levels[0]);
        double[] wide = Run(CreateSolver(), schedule, levels, start).data<double>().ToArray();
        Tensor narrow = Run(CreateSolver(), schedule, levels, start.to(ScalarType.Float32));
        Assert.Equal(ScalarType.Float32, narrow.dtype);
        float[] values = narrow.data<float>().ToArray();
        for (int i = 0; i < wide.Length; i++)
            Assert.Equal(wide[i], values[i], 1e-3);
    }

    private static (NoiseSchedule Schedule, IReadOnlyList<NoiseLevel> Levels) Example()
    {
        NoiseSchedule schedule = ExactProcesses.VariancePreserving;
        return (schedule, ExactGrids.ToClean(ExactGrids.Alternating(schedule, 12)));
    }

    private static ExactMixtureDenoiser Denoiser() => new(ExactProblems.Plane, PredictionKind.Noise);

    // Shape (3, 2): the starts as points of the plane, at the level's own scale.
    private static Tensor Start(NoiseLevel level) =>
        tensor([.. Starts.Select(value => level.Sigma * value)], [Starts.Length / 2, 2], dtype: ScalarType.Float64);

    // The same number for every sample of a draw, so that batches of any split see the same noise.
    private static TapeNoise Tape() => new((draw, like) => full_like(like, Math.Sin(1 + (2 * draw))));

    private static Tensor Run(ISolver solver, NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels, Tensor start, IDenoiser? denoiser = null) =>
        SamplingLoop.Run(
            new(denoiser ?? Denoiser(), schedule, levels, solver), start, solver.Traits.IsStochastic ? Tape() : new NoNoise(),
            cancellationToken: TestContext.Current.CancellationToken).State;

    private static Func<int, double> ErrorOfFlow(ISolver solver, NoiseSchedule schedule, Func<NoiseSchedule, int, IReadOnlyList<NoiseLevel>> grid)
    {
        double[] exact = ExactEnds.GetOrAdd(schedule, ExactEnd);
        return steps =>
        {
            using DisposeScope scope = NewDisposeScope();
            double[] end = Run(solver, schedule, grid(schedule, steps), Start(schedule.At(schedule.Horizon))).data<double>().ToArray();
            return Math.Sqrt(end.Zip(exact, (a, b) => (a - b) * (a - b)).Average());
        };
    }

    private static double[] ExactEnd(NoiseSchedule schedule)
    {
        (NoiseLevel from, NoiseLevel to) = (schedule.At(schedule.Horizon), schedule.At(schedule.MinimumTime));
        return [.. Starts.Chunk(2).SelectMany(point =>
            ReferenceFlow.Carry(ExactProblems.Plane, [.. point.Select(value => from.Sigma * value)], from, to))];
    }

    private sealed class RememberingDenoiser(IDenoiser inner) : IDenoiser
    {
        public List<(Tensor Value, double[] Emitted)> Emitted { get; } = [];

        public Prediction Predict(Tensor x, NoiseLevels levels)
        {
            Prediction prediction = inner.Predict(x, levels);
            Emitted.Add((prediction.Value, prediction.Value.data<double>().ToArray()));
            return prediction;
        }
    }
}
