using Diffusion.Core.Sampling;
using Diffusion.Schedules;
using Diffusion.Solvers;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Likelihood;

/// <summary>
/// How far the law of a sampler with a wrong score is from the data, against the bound ½ ∫ g² E‖s_θ − ∇ log p‖² dt that Girsanov's theorem gives.
/// Standard normal data under dx = −x dt + √2 dW are stationary, so that both sides are known: with a score error e(τ) at reverse time τ the
/// mean drifts to m = ∫ 2 e(τ) e^(−(T − τ)) dτ and KL = ½ m², while the bound is ∫ e² dτ.
/// </summary>
public sealed class GirsanovBoundTests
{
    private const int Steps = 4000;

    [Theory]
    [InlineData(3.0, 0.9975212)]
    [InlineData(1.0, 0.8646647)]
    public void An_error_that_follows_the_flow_reaches_the_bound(double horizon, double ratio)
    {
        // e = c e^(−(T − τ)), that is c e^(−t) at process time t: KL/bound = 1 − e^(−2T).
        const double Error = 0.3;
        double divergence = Divergence(horizon, t => Error * Math.Exp(-t));
        double bound = 0.5 * Error * Error * (1 - Math.Exp(-2 * horizon));
        Assert.Equal(ratio, divergence / bound, 2e-3);
        Assert.Equal(1 - Math.Exp(-2 * horizon), ratio, 1e-6);
    }

    [Theory]
    [InlineData(1.2564, 0.81453)]
    [InlineData(3.0, 0.60189)]
    public void A_constant_error_stays_below_the_bound(double horizon, double ratio)
    {
        const double Error = 0.3;
        double divergence = Divergence(horizon, _ => Error);
        Assert.Equal(ratio, divergence / (Error * Error * horizon), 2e-3);
    }

    [Fact]
    public void A_rotation_changes_no_law_and_has_a_bound_all_the_same()
    {
        // The score error c J x with J antisymmetric is not a gradient; E‖c J x‖² = 2 c² in the plane, the bound 2 c² T. By symmetry the mean
        // stays 0, and the covariance is a multiple of I: that of 1.
        using DisposeScope scope = NewDisposeScope();
        const double Error = 0.5;
        Tensor antisymmetric = tensor(new[] { 0.0, -1, 1, 0 }, [2, 2]);
        NoiseSchedule schedule = new OrnsteinUhlenbeckSchedule(new() { Horizon = 3 });
        Tensor covariance = eye(2, dtype: ScalarType.Float64);
        double step = 3.0 / Steps;
        var solver = new EulerMaruyamaSolver(new());
        var model = new WrongScore((x, _) => x.matmul(antisymmetric) * Error);
        NoiseLevel from = schedule.At(1 + step);
        NoiseLevel to = schedule.At(1);

        // The step is linear: its matrix from unit vectors, its noise from a unit draw. At any time the process is the same.
        Tensor matrix = Step(solver, schedule, model, from, to, eye(2, dtype: ScalarType.Float64), noise: 0);
        double deviation = Step(solver, schedule, model, from, to, zeros([1, 2], dtype: ScalarType.Float64), noise: 1)[0, 0].item<double>();
        double bound = 0;
        for (int i = 0; i < Steps; i++)
        {
            bound += step * Error * Error * (covariance[0, 0] + covariance[1, 1]).item<double>();
            covariance = matrix.t().matmul(covariance).matmul(matrix) + (eye(2, dtype: ScalarType.Float64) * (deviation * deviation));
        }

        double[] found = covariance.contiguous().data<double>().ToArray();
        double determinant = (found[0] * found[3]) - (found[1] * found[2]);
        double divergence = 0.5 * (found[0] + found[3] - 2 - Math.Log(determinant));
        Assert.InRange(divergence, -1e-12, 1e-5);
        Assert.Equal(2 * Error * Error * 3, bound, 1e-2);
    }

    /// <summary>KL of the sampler's exact law from the data: of its mean, since the error does not depend on x.</summary>
    private static double Divergence(double horizon, Func<double, double> error)
    {
        using DisposeScope scope = NewDisposeScope();
        var schedule = new OrnsteinUhlenbeckSchedule(new() { Horizon = horizon });
        var model = new WrongScore((x, level) => full_like(x, error(level.T)));
        NoiseLevel[] levels = [.. Enumerable.Range(0, Steps + 1).Select(i => schedule.At(horizon * (Steps - i) / Steps)).SkipLast(1)];
        var problem = new SamplingProblem(model, schedule, levels, new EulerMaruyamaSolver(new()));
        double mean = SamplingLoop.Run(problem, zeros([1, 1], dtype: ScalarType.Float64), new TapeNoise((_, like) => zeros_like(like)),
            cancellationToken: TestContext.Current.CancellationToken).State.item<double>();
        return 0.5 * mean * mean;
    }

    private static Tensor Step(ISolver solver, NoiseSchedule schedule, IDenoiser model, NoiseLevel from, NoiseLevel to, Tensor x, double noise) => solver.Step(
        new SolverStep
        {
            X = x, From = from, To = to, Schedule = schedule, Index = 0, Count = 1, History = [], Noise = new TapeNoise((_, like) => full_like(like, noise)),
        },
        model);

    /// <summary>The score −x of a standard normal that stays one, and an error on it.</summary>
    private sealed class WrongScore(Func<Tensor, NoiseLevel, Tensor> error) : IDenoiser
    {
        public Prediction Predict(Tensor x, NoiseLevels levels) => new(PredictionKind.Score, error(x, levels[0]) - x, x, levels);
    }
}
