using Diffusion.Core.Randomness;
using Diffusion.Core.Sampling;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Testing;

/// <summary>
/// What every method with step control must keep beside <see cref="SolverContractTests"/>, which measures its uncontrolled step: the error that
/// was asked for, the ends of the range, results that do not depend on the batch, honest counts.
/// </summary>
public abstract class AdaptiveSolverContractTests
{
    private const int Batch = 64;
    private static readonly NoiseKey Key = new(11, 0);

    /// <summary>A fresh instance of the method under test, every sample with its own steps.</summary>
    /// <param name="tolerance">Relative and absolute tolerance.</param>
    protected abstract IAdaptiveSolver CreateSolver(double tolerance);

    /// <summary>Largest error over the tolerance that the flow may end with; steps are judged one by one, so that errors add up.</summary>
    protected virtual double LargestErrorOverTolerance => 200;

    /// <summary>Tolerances to compare, loosest first, over which the error must fall tenfold.</summary>
    protected virtual IReadOnlyList<double> Tolerances => [1e-2, 1e-4, 1e-6];

    /// <summary>The tolerance at which a stochastic method finds the end of its own path.</summary>
    protected virtual double ToleranceOfPath => 1e-4;

    [Fact]
    public void It_declares_that_it_chooses_its_steps()
    {
        IAdaptiveSolver solver = CreateSolver(1e-3);
        Assert.True(solver.Traits.IsAdaptive);
        Assert.Equal(StepCoupling.Sample, solver.Control.Coupling);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(Batch)]
    public void No_bit_of_a_sample_depends_on_its_batch(int size)
    {
        using DisposeScope scope = NewDisposeScope();
        NoiseSchedule schedule = ExactProcesses.VariancePreserving;
        IReadOnlyList<NoiseLevel> levels = ToClean(schedule);
        Tensor start = Start(schedule, Batch);
        double[] together = Values(Run(levels, schedule, start, first: 0, Tolerances[0]).State);

        double[] split = [.. Enumerable.Range(0, (Batch + size - 1) / size).SelectMany(i =>
            Values(Run(levels, schedule, start.narrow(0, i * size, Math.Min(size, Batch - (i * size))), first: i * size, Tolerances[0]).State))];
        Assert.Equal(together, split);
    }

    [Fact]
    public void A_tighter_tolerance_means_a_smaller_error_and_more_work()
    {
        foreach ((string name, NoiseSchedule schedule) in ExactProcesses.All)
        {
            using DisposeScope scope = NewDisposeScope();
            NoiseLevel[] levels = [schedule.At(schedule.Horizon), schedule.At(schedule.MinimumTime)];
            Tensor start = Start(schedule, 6);
            double[] exact = ExactEnd(schedule, levels, start);
            List<double> errors = [];
            double evaluationsBefore = 0;
            foreach (double tolerance in Tolerances)
            {
                SamplingOutcome outcome = Run(levels, schedule, start, first: 0, tolerance);
                double error = Values(outcome.State).Zip(exact, (a, b) => Math.Abs(a - b)).Max();
                if (!CreateSolver(tolerance).Traits.IsStochastic)
                    Assert.True(error <= LargestErrorOverTolerance * tolerance, $"{name}: error {error:e2} at tolerance {tolerance:e0}");
                Assert.True(outcome.Evaluations > evaluationsBefore, $"{name}: {outcome.Evaluations} evaluations at {tolerance:e0} after {evaluationsBefore}");
                errors.Add(error);
                evaluationsBefore = outcome.Evaluations;
            }

            // From one tolerance to the next the error may rise by chance, over all of them not.
            Assert.True(errors[^1] < 0.1 * errors[0], $"{name}: errors {string.Join(", ", errors)}");
        }
    }

    [Fact]
    public void Counts_are_samples_evaluated_over_samples()
    {
        using DisposeScope scope = NewDisposeScope();
        NoiseSchedule schedule = ExactProcesses.VariancePreserving;
        var counter = new WatchingDenoiser();
        SamplingOutcome outcome = Run(ToClean(schedule), schedule, Start(schedule, Batch), first: 0, denoiser: counter);
        Assert.Equal(counter.Samples / (double)Batch, outcome.Evaluations);
        Assert.True(counter.Calls > outcome.Evaluations, "samples that have arrived are still evaluated");
    }

    [Fact]
    public void A_run_goes_from_the_first_level_to_the_smallest_and_then_to_clean_data()
    {
        using DisposeScope scope = NewDisposeScope();
        NoiseSchedule schedule = ExactProcesses.VarianceExploding;
        NoiseLevel smallest = schedule.At(0.5);
        var seen = new WatchingDenoiser();
        SamplingOutcome outcome = Run([schedule.At(5), schedule.At(2), smallest, NoiseLevel.Clean], schedule, Start(schedule, 3), first: 0, denoiser: seen);
        Assert.Equal(3, outcome.Trajectory.Count);
        Assert.Equal(0.5, seen.SmallestSigma);
        foreach (IGrouping<int?, StepAttempt> sample in outcome.Attempts.GroupBy(attempt => attempt.Sample))
        {
            StepAttempt[] accepted = [.. sample.Where(attempt => attempt.IsAccepted)];
            Assert.Equal(schedule.At(5), accepted[0].From);
            Assert.Equal(smallest, accepted[^1].To);
            foreach ((StepAttempt one, StepAttempt next) in accepted.Zip(accepted.Skip(1)))
                Assert.Equal(one.To, next.From);
        }

        double[] denoised = Values(new ExactMixtureDenoiser(ExactProblems.Plane, PredictionKind.Noise).Predict(outcome.Trajectory[1], smallest).X0);
        double[] end = Values(outcome.State);
        for (int i = 0; i < end.Length; i++)
            Assert.Equal(denoised[i], end[i], 1e-12);
    }

    [Fact]
    public void A_grid_of_one_step_to_clean_data_stops_at_the_smallest_noise_first()
    {
        using DisposeScope scope = NewDisposeScope();
        NoiseSchedule schedule = ExactProcesses.VariancePreserving;
        SamplingOutcome outcome = Run([schedule.At(schedule.Horizon), NoiseLevel.Clean], schedule, Start(schedule, 3), first: 0);
        Assert.Equal(schedule.At(schedule.MinimumTime), outcome.Attempts[^1].To);
        Assert.All(Values(outcome.State), value => Assert.InRange(value, -10, 10));
    }

    [Fact]
    public void A_run_leaves_no_tensor_behind()
    {
        using DisposeScope scope = NewDisposeScope();
        NoiseSchedule schedule = ExactProcesses.VariancePreserving;
        Tensor start = Start(schedule, 5);
        SamplingOutcome first = Run(ToClean(schedule), schedule, start, first: 0, keepTrajectory: false);
        first.State.Dispose();
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        Run(ToClean(schedule), schedule, start, first: 0, keepTrajectory: false).State.Dispose();
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Single_precision_stays_near_double()
    {
        using DisposeScope scope = NewDisposeScope();
        NoiseSchedule schedule = ExactProcesses.VariancePreserving;
        Tensor start = Start(schedule, 6);
        double[] wide = Values(Run(ToClean(schedule), schedule, start, first: 0, 1e-3).State);
        Tensor narrow = Run(ToClean(schedule), schedule, start.to(ScalarType.Float32), first: 0, 1e-3).State;
        Assert.Equal(ScalarType.Float32, narrow.dtype);
        double[] values = Values(narrow.to(ScalarType.Float64));
        for (int i = 0; i < wide.Length; i++)
            Assert.Equal(wide[i], values[i], 1e-2);
    }

    private static NoiseLevel[] ToClean(NoiseSchedule schedule) =>
        [schedule.At(schedule.Horizon), schedule.At(schedule.MinimumTime), NoiseLevel.Clean];

    private static Tensor Start(NoiseSchedule schedule, int count) =>
        new PhiloxNoiseSource(Key, 0, schedule.Horizon).Initial(empty(count, 2, dtype: ScalarType.Float64)) * schedule.At(schedule.Horizon).Sigma;

    private SamplingOutcome Run(
        IReadOnlyList<NoiseLevel> levels, NoiseSchedule schedule, Tensor start, int first, double tolerance = 1e-3, IDenoiser? denoiser = null,
        bool keepTrajectory = true)
    {
        IAdaptiveSolver solver = CreateSolver(tolerance);
        INoiseSource noise = solver.Traits.IsStochastic ? new PhiloxNoiseSource(Key, first, schedule.Horizon) : new NoNoise();
        var problem = new SamplingProblem(denoiser ?? new ExactMixtureDenoiser(ExactProblems.Plane, PredictionKind.Noise), schedule, levels, solver);
        return SamplingLoop.Run(problem, start, noise, keepTrajectory, TestContext.Current.CancellationToken);
    }

    // Of a stochastic method the end of its own path, as it would be without error.
    private double[] ExactEnd(NoiseSchedule schedule, NoiseLevel[] levels, Tensor start)
    {
        if (CreateSolver(1).Traits.IsStochastic)
            return Values(Run(levels, schedule, start, first: 0, ToleranceOfPath).State);

        return [.. Values(start).Chunk(2).SelectMany(point => ReferenceFlow.Carry(ExactProblems.Plane, point, levels[0], levels[1]))];
    }

    private static double[] Values(Tensor state) => state.data<double>().ToArray();

    private sealed class WatchingDenoiser : IDenoiser
    {
        private readonly ExactMixtureDenoiser _inner = new(ExactProblems.Plane, PredictionKind.Noise);

        public int Calls { get; private set; }

        public long Samples { get; private set; }

        public double SmallestSigma { get; private set; } = double.PositiveInfinity;

        public Prediction Predict(Tensor x, NoiseLevels levels)
        {
            Calls++;
            Samples += x.shape[0];
            for (int i = 0; i < levels.Count; i++)
                SmallestSigma = Math.Min(SmallestSigma, levels[i].Sigma);
            return _inner.Predict(x, levels);
        }
    }
}
