using Diffusion.Core.Sampling;
using Diffusion.Numerics;
using Diffusion.Solvers;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Core;

/// <summary>The controller and its loop at their limits; what they do in between is compared with SciPy's, k-diffusion's and DPM-Solver's attempts.</summary>
public sealed class StepControlTests
{
    [Fact]
    public void Tableaux_meet_the_conditions_of_their_order()
    {
        foreach (EmbeddedTableau tableau in new[] { EmbeddedTableau.BogackiShampine32, EmbeddedTableau.DormandPrince54, EmbeddedTableau.DormandPrince853 })
        {
            double[] nodes = [.. tableau.Nodes];
            for (int i = 0; i < nodes.Length; i++)
                Assert.Equal(nodes[i], tableau.Stages[i].Sum(), 1e-14);
            for (int power = 0; power < tableau.Order; power++)
                Assert.Equal(1.0 / (power + 1), tableau.Weights.Zip(nodes, (b, c) => b * Math.Pow(c, power)).Sum(), 1e-14);

            // Σ b_i a_ij c_j = 1/6, of order 3, and with two more factors c_i and c_j those of order 5 (1/5 of 1/3) for methods that reach it.
            Assert.Equal(1.0 / 6, Nested(0, 1), 1e-14);
            if (tableau.Order >= 5)
                Assert.Equal(1.0 / 15, Nested(1, 2), 1e-14);
            foreach (IReadOnlyList<double>? error in new[] { tableau.ErrorWeights, tableau.CoarseErrorWeights })
            {
                Assert.Equal(0, error?.Sum() ?? 0, 1e-14);
                Assert.Equal(0, error?.Zip([.. nodes, 1.0], (e, c) => e * c).Sum() ?? 0, 1e-14);
            }

            double Nested(int outer, int inner) => tableau.Weights
                .Select((b, i) => b * Math.Pow(nodes[i], outer) * tableau.Stages[i].Select((a, j) => a * Math.Pow(nodes[j], inner)).Sum()).Sum();
        }
    }

    [Fact]
    public void A_tolerance_beyond_the_arithmetic_ends_in_an_error_and_not_in_a_hang()
    {
        using DisposeScope scope = NewDisposeScope();
        var solver = new Rk45Solver(new() { RelativeTolerance = 0, AbsoluteTolerance = 1e-300 });
        StepControlException e = Assert.Throws<StepControlException>(() => Run(solver, new Jagged()));
        Assert.Contains("rounding", e.Message, StringComparison.Ordinal);
        Assert.Equal(ExactProcesses.VariancePreserving.Horizon, e.At.T, 1e-3);
    }

    [Fact]
    public void A_run_of_too_many_attempts_ends_in_an_error()
    {
        using DisposeScope scope = NewDisposeScope();
        var solver = new Rk23Solver(new() { RelativeTolerance = 1e-10, AbsoluteTolerance = 1e-10, MaximumAttempts = 7 });
        StepControlException e = Assert.Throws<StepControlException>(() => Run(solver, new ExactMixtureDenoiser(ExactProblems.Plane, PredictionKind.Noise)));
        Assert.Equal(7, e.Attempts);
        Assert.Contains("more attempts", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_returns_no_numbers_ends_in_an_error()
    {
        using DisposeScope scope = NewDisposeScope();
        foreach (StepCoupling coupling in new[] { StepCoupling.Sample, StepCoupling.Batch })
            Assert.Throws<StepControlException>(() => Run(new DpmSolver12Solver(new() { Coupling = coupling }), new NotANumber()));
    }

    [Fact]
    public void A_cancelled_run_stops_between_attempts()
    {
        using DisposeScope scope = NewDisposeScope();
        using var source = new CancellationTokenSource();
        var denoiser = new Cancelling(source, after: 9);
        Assert.Throws<OperationCanceledException>(() => RunUntil(new Rk45Solver(new()), denoiser, null, source.Token));
        Assert.InRange(denoiser.Calls, 9, 15);
    }

    [Fact]
    public void A_shared_step_depends_on_the_batch_and_an_own_step_does_not()
    {
        using DisposeScope scope = NewDisposeScope();
        var denoiser = new ExactMixtureDenoiser(ExactProblems.Plane, PredictionKind.Noise);
        Tensor pair = tensor(new[] { 1.9, -1.3, 0.1, 0.4 }, [2, 2]);
        foreach (StepCoupling coupling in new[] { StepCoupling.Sample, StepCoupling.Batch })
        {
            var solver = new Rk23Solver(new() { Coupling = coupling, RelativeTolerance = 1e-2, AbsoluteTolerance = 1e-2 });
            double[] together = Run(solver, denoiser, start: pair).State.narrow(0, 1, 1).data<double>().ToArray();
            double[] alone = Run(solver, denoiser, start: pair.narrow(0, 1, 1)).State.data<double>().ToArray();
            Assert.Equal(coupling == StepCoupling.Sample, together.SequenceEqual(alone));
        }
    }

    [Fact]
    public void The_elementary_controller_is_the_textbook_rule()
    {
        var control = new StepControl
        {
            Variable = StepVariable.Time, RelativeTolerance = 1e-3, AbsoluteTolerance = 1e-3, Exponent = 0.2, GrowsAfterRejection = false,
        };
        var controller = new StepController(control, 1);
        Assert.False(controller.Accepts(32, taken: 1));
        Assert.Equal(0.9 / 2, controller.Step, 1e-15);
        Assert.True(controller.Accepts(1.0 / 32, taken: 0.45));
        Assert.Equal(0.45, controller.Step, 1e-15);
        Assert.True(controller.Accepts(1.0 / 32, taken: 0.45));
        Assert.Equal(0.45 * 1.8, controller.Step, 1e-15);
        Assert.True(controller.Accepts(0, taken: 0.1));
        Assert.Equal(1, controller.Step, 1e-15);
        Assert.False(controller.Accepts(double.NaN, taken: 1));
        Assert.InRange(controller.Step, 0.01, 0.5);
    }

    [Fact]
    public void Memory_holds_back_a_step_whose_error_is_rising()
    {
        StepControl control = new()
        {
            Variable = StepVariable.Time, RelativeTolerance = 1e-3, AbsoluteTolerance = 1e-3, Exponent = 1, Safety = 1, Integral = 0.5, Proportional = 0.25,
        };
        var rising = new StepController(control, 1);
        rising.Accepts(0.25, 1);
        rising.Accepts(0.5, 1);
        Assert.Equal(Math.Pow(2, 0.75) * Math.Pow(4, -0.25), rising.Step, 1e-14);
        var steady = new StepController(control, 1);
        steady.Accepts(0.5, 1);
        steady.Accepts(0.5, 1);
        Assert.Equal(Math.Sqrt(2), steady.Step, 1e-14);
    }

    private static SamplingOutcome Run(ISolver solver, IDenoiser denoiser, Tensor? start = null) =>
        RunUntil(solver, denoiser, start, TestContext.Current.CancellationToken);

    private static SamplingOutcome RunUntil(ISolver solver, IDenoiser denoiser, Tensor? start, CancellationToken cancellationToken)
    {
        NoiseSchedule schedule = ExactProcesses.VariancePreserving;
        NoiseLevel[] levels = [schedule.At(schedule.Horizon), schedule.At(schedule.MinimumTime)];
        return SamplingLoop.Run(
            new(denoiser, schedule, levels, solver), start ?? ones([3, 2], dtype: ScalarType.Float64), new NoNoise(), false, cancellationToken);
    }

    private sealed class Jagged : IDenoiser
    {
        private int _calls;

        public Prediction Predict(Tensor x, NoiseLevels levels) => new(PredictionKind.Noise, x * (_calls++ % 2 == 0 ? 1.0 : 2.0), x, levels);
    }

    private sealed class NotANumber : IDenoiser
    {
        public Prediction Predict(Tensor x, NoiseLevels levels) => new(PredictionKind.Noise, x * double.NaN, x, levels);
    }

    private sealed class Cancelling(CancellationTokenSource source, int after) : IDenoiser
    {
        public int Calls { get; private set; }

        public Prediction Predict(Tensor x, NoiseLevels levels)
        {
            if (++Calls == after)
                source.Cancel();
            return new(PredictionKind.Noise, x * 0.5, x, levels);
        }
    }
}
