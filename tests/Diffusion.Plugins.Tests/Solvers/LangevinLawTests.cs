using Diffusion.Core.Sampling;
using Diffusion.Schedules;
using Diffusion.Solvers;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.Solvers;

/// <summary>What Langevin methods converge to, in closed form on Gaussians and by counting on the toy of Song &amp; Ermon 2019, figure 3.</summary>
public sealed class LangevinLawTests
{
    private static readonly NoiseSchedule Exploding = new EdmSchedule(new());

    [Theory]
    [InlineData(0.02)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    public void The_stationary_variance_is_too_large_by_the_known_factor(double stepSize)
    {
        foreach (IReadOnlyList<NoiseLevel> levels in (IReadOnlyList<NoiseLevel>[])[
            [Exploding.At(0.7), NoiseLevel.Clean], [Exploding.At(0.9), Exploding.At(0.7)],
        ])
            CheckStationaryLaw(levels, Exploding.At(0.7), stepSize);
    }

    private static void CheckStationaryLaw(IReadOnlyList<NoiseLevel> levels, NoiseLevel last, double stepSize)
    {
        (double mean, double variance) = ExactLaw.OfLevel(last);
        (double foundMean, double found) = ExactLaw.OfSampler(new LangevinSolver(new() { StepSize = stepSize, Steps = Mixing(stepSize) }), Exploding, levels);
        Assert.Equal(mean, foundMean, 1e-9);
        Assert.Equal(variance / (1 - (stepSize / (2 * variance))), found, 1e-9);
    }

    [Fact]
    public void The_bias_is_of_order_1_in_the_step_size()
    {
        // Linear Langevin motion v′ + γ v = Γ, ⟨ΓΓ⟩ = q δ, has the stationary variance q/2γ.
        (double friction, double strength) = (1.5, 2.4);
        ExactMixture stationary = Centred(Math.Sqrt(strength / (2 * friction)));
        IReadOnlyList<NoiseLevel> levels = [new(1, 1, 1e-3), NoiseLevel.Clean];
        OrderEstimate estimate = OrderEstimate.Measure(10, 4, n =>
        {
            var solver = new LangevinSolver(new() { StepSize = 1.0 / n, Steps = Mixing(1.0 / n) });
            return Math.Abs(ExactLaw.OfSampler(solver, Exploding, levels, stationary).Variance - (strength / (2 * friction)) - 1e-6);
        });
        Assert.InRange(estimate.HalfWidth, 0, 0.05);
        Assert.InRange(estimate.Order, 0.95, 1.05);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Annealed_steps_scale_with_the_variance_of_the_noise_and_every_level_has_them(bool toClean)
    {
        NoiseLevel[] noisy = [Exploding.At(3), Exploding.At(1.2), Exploding.At(0.5)];
        NoiseLevel[] levels = toClean ? [.. noisy, NoiseLevel.Clean] : noisy;
        var solver = new AnnealedLangevinSolver(new() { StepSize = 0.05, Steps = 4, SmallestSigma = 0.5 });
        (double mean, double variance) = ExactLaw.OfLevel(levels[0]);
        foreach (NoiseLevel level in noisy)
        {
            (double target, double targetVariance) = ExactLaw.OfLevel(level);
            double size = 0.05 * Math.Pow(level.Sigma / 0.5, 2);
            for (int k = 0; k < 4; k++)
            {
                double kept = 1 - (0.5 * size / targetVariance);
                mean = target + (kept * (mean - target));
                variance = (kept * kept * variance) + size;
            }
        }

        (double foundMean, double found) = ExactLaw.OfSampler(solver, Exploding, levels);
        Assert.Equal(mean, foundMean, 1e-12);
        Assert.Equal(variance, found, 1e-12);
    }

    [Fact]
    public void The_smallest_noise_is_the_schedule_s_unless_given()
    {
        IReadOnlyList<NoiseLevel> levels = [Exploding.At(0.01), NoiseLevel.Clean];
        double smallest = Exploding.At(Exploding.MinimumTime).Sigma;
        Assert.Equal(
            ExactLaw.OfSampler(new AnnealedLangevinSolver(new() { SmallestSigma = smallest }), Exploding, levels),
            ExactLaw.OfSampler(new AnnealedLangevinSolver(new()), Exploding, levels));
        Assert.NotEqual(
            ExactLaw.OfSampler(new AnnealedLangevinSolver(new() { SmallestSigma = 2 * smallest }), Exploding, levels),
            ExactLaw.OfSampler(new AnnealedLangevinSolver(new()), Exploding, levels));
    }

    [Fact]
    public void Renoising_alone_has_the_stationary_law_of_its_affine_map()
    {
        const double Delta = 0.2;
        NoiseLevel level = Exploding.At(0.7);
        (double mean, double variance) = ExactLaw.OfLevel(level);
        double share = 1 - (level.Sigma * level.Sigma / variance);
        double kept = share + (Math.Sqrt(1 - Delta) * (1 - share));
        var solver = new PredictorCorrectorSolver(new()
        {
            Predictor = SamplingPredictor.None, Corrector = SamplingCorrector.Renoise, Delta = Delta, Steps = 400,
        });
        (double foundMean, double found) = ExactLaw.OfSampler(solver, Exploding, [level, Exploding.At(0.6)]);
        Assert.Equal(mean, foundMean, 1e-9);
        Assert.Equal(Delta * level.Sigma * level.Sigma / (1 - (kept * kept)), found, 1e-9);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.6)]
    public void Reversed_brownian_motion_has_the_variance_that_is_left(double sigma)
    {
        // From t = 1 back to t: data of variance 1 and σ² a unit of time; on the reversed clock u = 1 − t the variance is σ² (1 − u) + 1.
        var schedule = new BrownianSchedule(new() { Sigma = sigma });
        ExactMixture data = Centred(1);
        foreach (double u in new[] { 0.25, 0.5, 0.9 })
        {
            OrderEstimate estimate = OrderEstimate.Measure(64, 3, steps => Math.Abs(
                ExactLaw.OfSampler(
                    new EulerMaruyamaSolver(new()), schedule, [.. Enumerable.Range(0, steps + 1).Select(i => schedule.At(1 - (u * i / steps)))], data).Variance
                - ((sigma * sigma * (1 - u)) + 1)));
            Assert.InRange(estimate.Errors[^1], 0, 2e-3);
            Assert.InRange(estimate.Order, 0.9, 1.1);
        }
    }

    [Fact]
    public void A_step_size_from_batch_means_makes_results_depend_on_the_batch_and_one_of_each_sample_s_own_does_not()
    {
        foreach (SnrCoupling coupling in Enum.GetValues<SnrCoupling>())
        {
            using DisposeScope scope = NewDisposeScope();
            var solver = new PredictorCorrectorSolver(new() { Coupling = coupling });
            double[] together = Run([0.7, -1.4, 3.9, 0.2]);
            double[] alone = Run([0.7, -1.4]);
            Assert.Equal(coupling == SnrCoupling.Sample, together.Take(2).SequenceEqual(alone));

            double[] Run(double[] start) => SamplingLoop.Run(
                new(new ExactMixtureDenoiser(ExactProblems.Plane, PredictionKind.Data), Exploding, [Exploding.At(2), Exploding.At(1)], solver),
                tensor(start, [start.Length / 2, 2]), new TapeNoise((draw, like) => full_like(like, 0.5 + draw)),
                cancellationToken: TestContext.Current.CancellationToken).State.data<double>().ToArray();
        }
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Langevin_dynamics_misses_the_weights_of_far_modes_and_annealing_finds_them()
    {
        // Weights of the mode at (5, 5), of 0.8, from 4·10⁵ particles: 0.5084 ± 0.0008 and 0.7823 ± 0.0007. With 4000 particles the standard errors
        // are 0.0079 and 0.0065; 3.3 of them (and of the reference's) hold with 99.9 % confidence.
        IReadOnlyList<NoiseLevel> levels = [.. Enumerable.Range(0, 10).Select(i => Exploding.At(Math.Exp(Math.Log(20) * (9 - i) / 9))), NoiseLevel.Clean];
        var langevin = new LangevinSolver(new() { StepSize = 0.05, Steps = 1000 });
        var annealed = new AnnealedLangevinSolver(new() { StepSize = 0.1, Steps = 100, SmallestSigma = 1 });
        Assert.InRange(WeightOfFirstMode(langevin, [Exploding.At(1), NoiseLevel.Clean]), 0.5084 - 0.027, 0.5084 + 0.027);
        Assert.InRange(WeightOfFirstMode(annealed, levels), 0.7823 - 0.022, 0.7823 + 0.022);
    }

    private static double WeightOfFirstMode(ISolver solver, IReadOnlyList<NoiseLevel> levels)
    {
        using DisposeScope scope = NewDisposeScope();
        const int Particles = 4000;
        var toy = new ExactMixture(new GaussianMixture([GaussianComponent.Isotropic(0.8, [5, 5], 1e-9), GaussianComponent.Isotropic(0.2, [-5, -5], 1e-9)]));
        var random = new Random(20191029);
        double[] start = [.. Enumerable.Range(0, 2 * Particles).Select(_ => (16 * random.NextDouble()) - 8)];
        var noise = new Diffusion.Core.Randomness.PhiloxNoiseSource(new(7, 0), 0, Exploding.Horizon);
        double[] end = SamplingLoop.Run(
            new(new ExactMixtureDenoiser(toy, PredictionKind.Noise), Exploding, levels, solver), tensor(start, [Particles, 2]), noise,
            cancellationToken: TestContext.Current.CancellationToken).State.data<double>().ToArray();
        return end.Chunk(2).Count(point => point[0] + point[1] > 0) / (double)Particles;
    }

    // Steps after which a contraction of at least 1 − δ/2 has forgotten its start to rounding.
    private static int Mixing(double stepSize) => (int)Math.Ceiling(70 / stepSize / 1.0);

    private static ExactMixture Centred(double deviation) => new(new GaussianMixture([GaussianComponent.Isotropic(1, [0.0], deviation)]));
}
