using Xunit;

using static Diffusion.Plugins.Tests.Theory.Calculus;

namespace Diffusion.Plugins.Tests.Theory;

/// <summary>"Diffusion models" (March 2023; dX = −α_t X dt + √(2σ_t²) dB), see docs/theory-errata.md.</summary>
public sealed class LectureNotes003Tests
{
    private const double Horizon = 1.2;
    private const double DataVariance = 0.49;

    [Fact]
    public void The_law_of_the_process_shrinks_data_by_the_integral_of_the_drift()
    {
        double mean = Evolve((t, m) => -Alpha(t) * m, 1.6, 0, Horizon);
        double integral = Integral(Alpha, 0, Horizon);
        Assert.Equal(1.6 * Math.Exp(-integral), mean, 1e-10);
        Assert.True(Math.Abs((1.6 * Math.Exp(-Horizon)) - mean) > 0.1);
    }

    [Fact]
    public void The_variance_of_the_pure_process_is_in_units_of_sigma_squared()
    {
        // α_t = 1, σ_t = σ: Var = e^(−2t) v + σ² (1 − e^(−2t)); printed without σ².
        const double Sigma = 1.5;
        double noise = Evolve((_, v) => (-2 * v) + (2 * Sigma * Sigma), 0, 0, Horizon);
        Assert.Equal(Sigma * Sigma * (1 - Math.Exp(-2 * Horizon)), noise, 1e-10);
        Assert.True(Math.Abs(1 - Math.Exp(-2 * Horizon) - noise) > 0.5);
    }

    [Fact]
    public void Mass_moves_against_v_in_the_transport_equation_as_written()
    {
        // ∂p = ∇·(v p) with v = σ² ∇ log p − f is carried by x′ = −v; on Gaussians x′ = ∓v has Var′ = ∓2 (v/x) Var.
        double expected = Variance(Horizon);
        Assert.Equal(expected, Evolve((t, w) => -2 * VelocityPerX(t) * w, DataVariance, 0, Horizon), 1e-9);
        Assert.True(Math.Abs(expected - Evolve((t, w) => 2 * VelocityPerX(t) * w, DataVariance, 0, Horizon)) > 0.2);
    }

    [Fact]
    public void The_ode_sampler_adds_the_score()
    {
        // Backward from p_T: y′ = σ² s + α y, printed with both signs turned.
        double sampled = Evolve((tau, w) => 2 * VelocityPerX(Horizon - tau) * w, Variance(Horizon), 0, Horizon);
        double printed = Evolve((tau, w) => -2 * VelocityPerX(Horizon - tau) * w, Variance(Horizon), 0, Horizon);
        Assert.Equal(DataVariance, sampled, 1e-9);
        Assert.True(Math.Abs(DataVariance - printed) > 0.2);
    }

    [Fact]
    public void The_backward_equation_adds_twice_the_score()
    {
        // dY = [−f + 2σ² ∇ log p] dτ + √2 σ dB, τ = T − t; printed −(f + 2σ² ∇ log p).
        Assert.Equal(DataVariance, Sampled(1), 1e-9);
        Assert.True(Math.Abs(DataVariance - Sampled(-1)) > 0.5);

        static double Sampled(double sign) => Evolve(
            (tau, w) => (2 * (Alpha(Horizon - tau) - (sign * 2 * SigmaSquared(Horizon - tau) / Variance(Horizon - tau))) * w)
                + (2 * SigmaSquared(Horizon - tau)),
            Variance(Horizon),
            0,
            Horizon);
    }

    [Fact]
    public void Noise_prediction_has_the_weight_over_the_variance()
    {
        // r = −σ̄ s and ε = σ̄ ξ: |−ε/σ̄² − s|² = |ξ − r|²/σ̄².
        foreach (double deviation in new[] { 0.1, 2.5 })
        {
            (double score, double xi) = (0.8, -0.6);
            double square = Math.Pow((-deviation * xi / (deviation * deviation)) - score, 2);
            double error = Math.Pow(xi + (deviation * score), 2);
            Assert.Equal(square, error / (deviation * deviation), 1e-12 * square);
            Assert.True(Math.Abs(square - (error / deviation)) > 0.1);
        }
    }

    [Fact]
    public void The_divergence_is_of_the_quotient()
    {
        (double p, double q) = (0.6, 1.7);
        double expected = 0.5 * ((p / q) - 1 - Math.Log(p / q));
        Assert.Equal(expected, Integral(x => Gaussian(x, p) * Math.Log(Gaussian(x, p) / Gaussian(x, q)), -9, 9), 1e-10);
        Assert.True(double.IsNaN(Integral(x => Gaussian(x, p) * Math.Log(Gaussian(x, p) - Gaussian(x, q)), -9, 9)));
    }

    [Fact]
    public void The_divergence_of_the_sde_sampler_changes_as_this_equation_has_it()
    {
        // Equation (36) holds for u − v = σ² (s − ∇ log p). The SDE sampler's transport velocity is u = 2σ² s − f − σ² ∇ log q, so that
        // d/dt KL = σ² E|a − b|² + 2σ² E (a − b)(s − a) with a = ∇ log p, b = ∇ log q. On centred Gaussians with s = −c x.
        const double Slope = 0.9;
        (double time, double step) = (0.5, 1e-4);
        double sampled = Sampled(time);
        double p = Variance(time);
        double s2 = SigmaSquared(time);
        double difference = (1 / sampled) - (1 / p);
        double error = (1 / p) - Slope;
        double rate = (Divergence(time + step) - Divergence(time - step)) / (2 * step);
        Assert.Equal((s2 * difference * difference * p) + (2 * s2 * difference * error * p), rate, 1e-6);
        Assert.True(Math.Abs((s2 * difference * error * p) - rate) > 1e-3);

        // The law of the sampler at time t, started at T with variance 1.3: backward dY = [α y + 2σ² s] dτ + √2 σ dB.
        static double Sampled(double t) => Evolve(
            (tau, w) => (2 * (Alpha(Horizon - tau) - (2 * SigmaSquared(Horizon - tau) * Slope)) * w) + (2 * SigmaSquared(Horizon - tau)), 1.3, 0, Horizon - t);
        static double Divergence(double t)
        {
            double ratio = Variance(t) / Sampled(t);
            return 0.5 * (ratio - 1 - Math.Log(ratio));
        }
    }

    [Fact]
    public void The_variational_bound_carries_sigma_squared()
    {
        // Stationary N(0, 1) under dX = −σ² X dt + √2 σ dB, score error e(t) = c e^(−σ² t): the sampler's mean is c (1 − e^(−2σ² T)), the divergence half its
        // square, ∫ σ² e² within a factor 1 − e^(−2σ² T) of it. Without σ² the right-hand side is smaller than the left.
        const double C = 0.3;
        const double SigmaSq = 4;
        double mean = Evolve((tau, m) => (-SigmaSq * m) + (2 * SigmaSq * Error(Horizon - tau)), 0, 0, Horizon);
        double divergence = 0.5 * mean * mean;
        double errors = Integral(t => Error(t) * Error(t), 0, Horizon);
        Assert.InRange(divergence, 0.99 * SigmaSq * errors, SigmaSq * errors);
        Assert.True(divergence > 3 * errors);

        static double Error(double t) => C * Math.Exp(-SigmaSq * t);
    }

    private static double Alpha(double t) => 0.3 + (0.5 * t);

    private static double SigmaSquared(double t) => 0.8 + (0.4 * t * t);

    /// <summary>Var X_t = e^(−2μ_t) v + 2 ∫₀ᵗ e^(2μ_s − 2μ_t) σ_s² ds, with μ in closed form.</summary>
    private static double Variance(double t) =>
        (Math.Exp(-2 * Mu(t)) * DataVariance) + (2 * Integral(s => Math.Exp(2 * (Mu(s) - Mu(t))) * SigmaSquared(s), 0, t, 4));

    private static double Mu(double t) => (0.3 * t) + (0.25 * t * t);

    /// <summary>v_t(x)/x with v = σ² ∇ log p − f and f = −α x.</summary>
    private static double VelocityPerX(double t) => Alpha(t) - (SigmaSquared(t) / Variance(t));
}
