using Diffusion.Core.Randomness;
using Diffusion.Core.Sampling;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Core;

public sealed class SamplingLoopTests : IDisposable
{
    private static readonly NoiseLevel[] Levels = [new(4, 1, 4), new(2, 1, 2), new(1, 1, 1), NoiseLevel.Clean];
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    private static SamplingProblem Problem(ISolver solver) => new(new UnitGaussian(), new SigmaSchedule(), Levels, solver);

    private static SamplingOutcome Run(ISolver solver, bool trajectory = false) => RunUntil(solver, trajectory, TestContext.Current.CancellationToken);

    private static SamplingOutcome RunUntil(ISolver solver, bool trajectory, CancellationToken token) =>
        SamplingLoop.Run(Problem(solver), ones([5, 2], dtype: ScalarType.Float64), new PhiloxNoiseSource(new NoiseKey(0, 0), 0, 4), trajectory, token);

    [Fact]
    public void It_walks_all_levels_and_counts_evaluations()
    {
        var seen = new List<(double From, double To, int Index, int Count)>();
        SamplingOutcome outcome = Run(new ScriptedSolver((step, denoiser) =>
        {
            seen.Add((step.From.Sigma, step.To.Sigma, step.Index, step.Count));
            return step.X + denoiser.Predict(step.X, step.From).X0;
        }));
        Assert.Equal([(4, 2, 0, 3), (2, 1, 1, 3), (1, 0, 2, 3)], seen);
        Assert.Equal(3, outcome.Evaluations);
        Assert.Equal([5L, 2], outcome.State.shape);
        Assert.Equal(3, outcome.Magnitudes.Count);
        Assert.Equal(outcome.State.abs().max().ToDouble(), outcome.Magnitudes[^1]);
    }

    [Fact]
    public void A_wrong_declaration_of_cost_is_an_error()
    {
        var solver = new ScriptedSolver((step, denoiser) => denoiser.Predict(denoiser.Predict(step.X, step.From).X0, step.To).State + 0);
        EvaluationCountException error = Assert.Throws<EvaluationCountException>(() => Run(solver));
        Assert.Contains("declares 3 denoiser calls for this run but made 6", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e9)]
    public void Divergence_is_noticed_with_the_step(double factor)
    {
        var solver = new ScriptedSolver((step, denoiser) =>
        {
            denoiser.Predict(step.X, step.From);
            return step.Index == 1 ? step.X * factor : step.X + 0;
        });
        DivergenceException error = Assert.Throws<DivergenceException>(() => Run(solver));
        Assert.Equal(1, error.Step);
        Assert.StartsWith("diverged at step 2 of 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void History_holds_the_last_evaluations_newest_first_and_alive()
    {
        var lengths = new List<int>();
        var solver = new ScriptedSolver(
            (step, denoiser) =>
            {
                lengths.Add(step.History.Count);
                if (step.Index == 2)
                {
                    Assert.Equal([2.0, 4.0], step.History.Select(evaluation => evaluation.Level.Sigma));
                    Assert.All(step.History, evaluation => Assert.True(evaluation.Prediction.Epsilon.isfinite().all().ToBoolean()));
                }

                return step.X + denoiser.Predict(step.X, step.From).X0;
            },
            new SolverTraits { Order = 1, HistoryLength = 2 });
        Run(solver);
        Assert.Equal([0, 1, 2], lengths);
    }

    [Fact]
    public void The_trajectory_starts_with_the_start_and_ends_with_the_state()
    {
        var solver = new ScriptedSolver((step, denoiser) => denoiser.Predict(step.X, step.From).X0 + 0);
        SamplingOutcome outcome = Run(solver, trajectory: true);
        Assert.Equal(4, outcome.Trajectory.Count);
        Assert.True(outcome.Trajectory[0].eq(1).all().ToBoolean());
        Assert.True(outcome.Trajectory[3].equal(outcome.State).all().ToBoolean());
    }

    [Fact]
    public void Cancellation_stops_between_steps()
    {
        using var source = new CancellationTokenSource();
        var solver = new ScriptedSolver((step, denoiser) =>
        {
            source.Cancel();
            return denoiser.Predict(step.X, step.From).X0 + 0;
        });
        Assert.Throws<OperationCanceledException>(() => RunUntil(solver, trajectory: false, source.Token));
    }

    [Fact]
    public void Sampling_in_batches_changes_no_number()
    {
        var solver = new ScriptedSolver((step, denoiser) =>
            (denoiser.Predict(step.X, step.From).X0 * 0.5) + (step.Noise.BrownianIncrement(step.From, step.To, step.X) * step.To.Sigma));
        var run = new SamplingRun { Problem = Problem(solver), Samples = 23, Shape = [2], Noise = new NoiseKey(9, 1), Dtype = ScalarType.Float64 };
        Tensor whole = run.Execute(TestContext.Current.CancellationToken).State;
        Tensor split = (run with { BatchSize = 4 }).Execute(TestContext.Current.CancellationToken).State;
        Assert.True(whole.equal(split).all().ToBoolean());
    }

    [Fact]
    public void A_run_leaves_one_tensor_behind()
    {
        Run(new ScriptedSolver(Step, new SolverTraits { Order = 1, HistoryLength = 2 })).State.Dispose();
        using DisposeScope scope = NewDisposeScope();
        SamplingOutcome outcome = Run(new ScriptedSolver(Step, new SolverTraits { Order = 1, HistoryLength = 2 }));
        Assert.True(scope.Contains(outcome.State));

        // The start that Run() makes, and the state.
        Assert.Equal(2, scope.DisposablesCount);

        static Tensor Step(SolverStep step, IDenoiser denoiser) => step.X + (denoiser.Predict(step.X, step.From).Epsilon * 0.1);
    }

    private sealed class ScriptedSolver(Func<SolverStep, IDenoiser, Tensor> step, SolverTraits? traits = null) : ISolver
    {
        public SolverTraits Traits { get; } = traits ?? new SolverTraits { Order = 1 };

        public Tensor Step(in SolverStep context, IDenoiser denoiser) => step(context, denoiser);
    }

    private sealed class UnitGaussian : IDenoiser
    {
        public Prediction Predict(Tensor x, NoiseLevels levels) =>
            new(PredictionKind.Data, levels.Scale(l => l.Alpha / ((l.Alpha * l.Alpha) + (l.Sigma * l.Sigma)), x), x, levels);
    }

    private sealed class SigmaSchedule : NoiseSchedule
    {
        public override double Horizon => 4;

        public override double MinimumTime => 0.01;

        public override NoiseLevel At(double t) => new(t, 1, t);

        public override double Drift(double t) => 0;

        public override double DiffusionSquared(double t) => 2 * t;

        public override double TimeAt(double halfLogSnr) => Math.Exp(-halfLogSnr);
    }
}
