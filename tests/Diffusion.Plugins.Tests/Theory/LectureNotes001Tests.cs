using Diffusion.Losses;
using Diffusion.Schedules;
using Xunit;

using static Diffusion.Plugins.Tests.Theory.Calculus;

namespace Diffusion.Plugins.Tests.Theory;

/// <summary>"Score Matching Langevin Dynamics and SDEs for Diffusion", see docs/theory-errata.md.</summary>
public sealed class LectureNotes001Tests
{
    private const double DataVariance = 0.49;

    private static readonly NoiseSchedule s_variancePreserving = new VariancePreservingSchedule(new());

    [Fact]
    public void The_variance_of_the_forward_process_has_alpha_squared_before_the_integral()
    {
        foreach (NoiseSchedule schedule in (NoiseSchedule[])[s_variancePreserving, new RectifiedFlowSchedule(new()), ExactProcesses.VariancePreserving])
        {
            NoiseLevel level = schedule.At(0.6);
            double integral = Integral(s => schedule.DiffusionSquared(s) / Math.Pow(schedule.At(s).Alpha, 2), 0, level.T);
            double variance = level.Sigma * level.Sigma;
            Assert.Equal(variance, level.Alpha * level.Alpha * integral, 1e-10);
            Assert.True(integral > 1.5 * variance);
        }
    }

    [Theory]
    [InlineData(-1.5)]
    [InlineData(0.1)]
    [InlineData(0.9)]
    public void The_probability_flow_takes_half_of_the_score(double x)
    {
        // ∂p/∂t = −∂(u p)/∂x for the velocity that carries the marginals.
        const double Time = 0.35;
        double rate = Derivative(t => Density(x, t), Time, 1e-4);
        Assert.Equal(rate, Carried(0.5), 1e-6);
        Assert.True(Math.Abs(rate - Carried(1)) > 0.02);

        double Carried(double share) => -Derivative(y => Velocity(y, share) * Density(y, Time), x);
        double Velocity(double y, double share) =>
            (s_variancePreserving.Drift(Time) * y) - (share * s_variancePreserving.DiffusionSquared(Time) * Score(y, Time));
    }

    [Fact]
    public void Multi_scale_matching_adds_the_noise_over_sigma()
    {
        // Among s(x) = a x the minimum of E(s(x_0 + σ n) ± n/σ)² is where E[(a x ± n/σ) x] = 0; the score has a = −1/(v + σ²).
        foreach (double sigma in new[] { 0.2, 1, 3 })
        {
            double score = -1 / (DataVariance + (sigma * sigma));
            Assert.Equal(0, Slope(score, sigma, 1), 1e-12);
            Assert.True(Math.Abs(Slope(score, sigma, -1)) > 1);
            Assert.Equal(0, Slope(-score, sigma, -1), 1e-12);
        }

        static double Slope(double a, double sigma, double sign) =>
            Expectation((x0, n) => ((a * (x0 + (sigma * n))) + (sign * n / sigma)) * (x0 + (sigma * n)));
    }

    [Fact]
    public void Sigma_squared_is_the_weight_that_turns_the_objective_into_noise_prediction()
    {
        foreach (double sigma in new[] { 0.2, 3 })
        {
            (double score, double n) = (-0.7, 1.3);
            double expected = Math.Pow((sigma * score) + n, 2);
            double square = Math.Pow(score + (n / sigma), 2);
            Assert.Equal(expected, sigma * sigma * square, 1e-12 * expected);
            Assert.True(Math.Abs(expected - (sigma * square)) > 0.1);
            Assert.Equal(sigma * sigma, new DenoisingScoreMatchingLoss().DefaultWeighting.Weight(new(sigma, 1, sigma), new EdmSchedule(new())));
        }
    }

    [Fact]
    public void The_exact_solution_integrates_exp_of_minus_lambda()
    {
        // Gaussian data: x_t/x_s = √(v_t/v_s) along the flow and ε̂ = σ x/v, v = α² v_0 + σ².
        NoiseLevel s = s_variancePreserving.At(0.8);
        NoiseLevel t = s_variancePreserving.At(0.3);
        Assert.Equal(Math.Exp(t.HalfLogSnr), t.Alpha / t.Sigma, 1e-12);
        Assert.True(Math.Abs(Math.Exp(-t.HalfLogSnr) - (t.Alpha / t.Sigma)) > 0.1);

        double expected = Math.Sqrt(Variance(t) / Variance(s));
        Assert.Equal(expected, Solution(-1), 1e-10);
        Assert.True(Math.Abs(expected - Solution(1)) > 0.1);

        double Solution(double sign) =>
            (t.Alpha / s.Alpha)
                - (t.Alpha * Integral(lambda => Math.Exp(sign * lambda) * Noise(s_variancePreserving.AtHalfLogSnr(lambda)), s.HalfLogSnr, t.HalfLogSnr));
        double Noise(NoiseLevel level) => level.Sigma * Math.Sqrt(Variance(level) / Variance(s)) / Variance(level);
    }

    [Fact]
    public void Ddim_is_the_first_order_solver_with_a_minus()
    {
        NoiseLevel s = s_variancePreserving.At(0.8);
        NoiseLevel t = s_variancePreserving.At(0.7);
        (double x, double noise) = (0.9, -0.4);
        double ddim = (t.Alpha * (x - (s.Sigma * noise)) / s.Alpha) + (t.Sigma * noise);
        double kept = t.Alpha * x / s.Alpha;
        double change = ((t.Alpha * s.Sigma / s.Alpha) - t.Sigma) * noise;
        Assert.Equal(ddim, kept - change, 1e-14);
        Assert.True(Math.Abs(ddim - (kept + change)) > 0.01);
        Assert.Equal(ddim, kept - (t.Sigma * PreciseMath.Expm1(t.HalfLogSnr - s.HalfLogSnr) * noise), 1e-14);

        // "DPM-Solver-1": −e^(−λ_t) + e^(−λ_s) is e^(−λ_t)(e^h − 1), and σ_t/α_t is e^(−λ_t), not e^(λ_t) in either place.
        double difference = Math.Exp(-s.HalfLogSnr) - Math.Exp(-t.HalfLogSnr);
        double growth = PreciseMath.Expm1(t.HalfLogSnr - s.HalfLogSnr);
        Assert.Equal(difference, Math.Exp(-t.HalfLogSnr) * growth, 1e-13);
        Assert.True(Math.Abs(difference - (Math.Exp(t.HalfLogSnr) * growth)) > 0.1);
    }

    [Fact]
    public void The_midpoint_of_the_second_order_solver_lies_on_its_own_alpha()
    {
        // With the exact ε̂ held fixed, u must be the first-order step to the midpoint: α_m/α_s, not α_t/α_s.
        NoiseLevel s = s_variancePreserving.At(0.8);
        NoiseLevel t = s_variancePreserving.At(0.3);
        NoiseLevel m = s_variancePreserving.AtHalfLogSnr(0.5 * (s.HalfLogSnr + t.HalfLogSnr));
        (double x, double noise) = (0.9, -0.4);
        double step = m.Sigma * PreciseMath.Expm1(0.5 * (t.HalfLogSnr - s.HalfLogSnr)) * noise;
        double ddim = (m.Alpha * (x - (s.Sigma * noise)) / s.Alpha) + (m.Sigma * noise);
        Assert.Equal(ddim, (m.Alpha * x / s.Alpha) - step, 1e-13);
        Assert.True(Math.Abs(ddim - ((t.Alpha * x / s.Alpha) - step)) > 0.1);
    }

    [Theory]
    [InlineData(-0.9)]
    [InlineData(0.3)]
    [InlineData(2.2)]
    public void Kramers_and_Moyals_coefficients_hold_the_factorial_once_and_signs_alternate(double x)
    {
        // dX = −X dt + √2 dW: D⁽¹⁾ = −x, D⁽²⁾ = ½ · 2 = 1 with its 1/2! inside; the density is Gaussian at all times.
        const double Time = 0.4;
        static double Density(double x, double t) => Gaussian(x, 1 + (2 * Math.Exp(-2 * t)));
        double rate = Derivative(t => Density(x, t), Time);
        double first = Derivative(y => -y * Density(y, Time), x);
        double second = SecondDerivative(y => Density(y, Time), x);
        Assert.Equal(rate, -first + second, 1e-8);
        Assert.True(Math.Abs(rate - (-first - second)) > 0.01);
        Assert.True(Math.Abs(rate - (-first + (second / 2))) > 0.01);
    }

    [Fact]
    public void The_stationary_variance_of_the_Ornstein_Uhlenbeck_process_is_sigma_squared_over_two_beta()
    {
        (double beta, double sigma) = (0.7, 1.3);
        double stationary = sigma * sigma / (2 * beta);
        Assert.Equal(stationary, After(stationary), 1e-12);
        Assert.True(After(2 * stationary) > 1.2 * stationary);

        double After(double start) => Evolve((_, v) => (-2 * beta * v) + (sigma * sigma), start, 0, 0.9);
    }

    [Fact]
    public void The_generative_equation_leads_to_the_data_with_time_running_down_only()
    {
        // dx = [−½βx − β s] dt + √β dw̄ on Gaussian data, s = −x/v(t): the variance of x, read with dt < 0 and with dt > 0.
        double start = Variance(s_variancePreserving.At(1));
        double down = Evolve((tau, w) => (-2 * Drift(1 - tau) * w) + Beta(1 - tau), start, 0, 1);
        double up = Evolve((tau, w) => (2 * Drift(1 - tau) * w) + Beta(1 - tau), start, 0, 1);
        Assert.Equal(DataVariance, down, 1e-8);
        Assert.True(up > 10);

        static double Beta(double t) => s_variancePreserving.DiffusionSquared(t);
        static double Drift(double t) => (-0.5 * Beta(t)) + (Beta(t) / Variance(s_variancePreserving.At(t)));
    }

    [Fact]
    public void Tweedies_formula_takes_the_score_of_the_marginal()
    {
        // With ∇ log p(x_t | x_0) instead it returns x_0 itself, which no function of x_t can.
        NoiseLevel level = s_variancePreserving.At(0.5);
        (double data, double noise) = (0.8, -1.1);
        double x = (level.Alpha * data) + (level.Sigma * noise);
        double marginal = -x / Variance(level);
        double expected = level.Alpha * DataVariance * x / Variance(level);
        Assert.Equal(expected, (x + (level.Sigma * level.Sigma * marginal)) / level.Alpha, 1e-12);
        double conditional = -noise / level.Sigma;
        Assert.Equal(data, (x + (level.Sigma * level.Sigma * conditional)) / level.Alpha, 1e-12);
        Assert.True(Math.Abs(data - expected) > 0.1);
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(1.1)]
    public void Diffusion_flows_down_the_density(double x)
    {
        // "Rewriting FP into a continuity equation": the current is f p − ½ (g² p)′.
        const double Time = 0.35;
        double squared = s_variancePreserving.DiffusionSquared(Time);
        double rate = Derivative(t => Density(x, t), Time, 1e-4);
        Assert.Equal(rate, Inflow(-0.5), 1e-5);
        Assert.True(Math.Abs(rate - Inflow(0.5)) > 0.02);

        double Inflow(double sign) => -Derivative(
            y => (s_variancePreserving.Drift(Time) * y * Density(y, Time)) + (sign * squared * Derivative(z => Density(z, Time), y)), x);
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(1.1)]
    public void The_reverse_equations_density_obeys_an_equation_with_minus_the_Laplacian(double x)
    {
        // "Reverse SDE Proof": in forward time ∂p = −((f − g² s) p)′ − ½ g² p″, from which f − ½ g² s does follow; with + it is f − 3/2 g² s.
        const double Time = 0.35;
        double squared = s_variancePreserving.DiffusionSquared(Time);
        double rate = Derivative(t => Density(x, t), Time, 1e-4);
        Assert.Equal(rate, Rate(-0.5), 1e-5);
        Assert.True(Math.Abs(rate - Rate(0.5)) > 0.02);

        double Rate(double sign) =>
            (sign * squared * SecondDerivative(y => Density(y, Time), x))
            - Derivative(y => ((s_variancePreserving.Drift(Time) * y) - (squared * Score(y, Time))) * Density(y, Time), x);
    }

    [Fact]
    public void A_kernel_density_in_d_dimensions_divides_by_the_d_th_power_of_the_bandwidth()
    {
        // One kernel in the plane: ∫∫ K(x/h) dx = h².
        const double Bandwidth = 0.5;
        double integral = Integral(x => Integral(y => Gaussian(x / Bandwidth, 1) * Gaussian(y / Bandwidth, 1), -6, 6, 60), -6, 6, 60);
        Assert.Equal(1, integral / Math.Pow(Bandwidth, 2), 1e-10);
        Assert.Equal(0.5, integral / Bandwidth, 1e-10);
    }

    [Fact]
    public void A_Wiener_process_has_no_friction()
    {
        // Var ξ' = −2γ Var ξ + q: theorem 5.4's q t needs γ = 0, not 1.
        const double Strength = 1.7;
        Assert.Equal(Strength * 2, Spread(0), 1e-10);
        Assert.True(Spread(1) < 0.6 * Strength * 2);

        static double Spread(double friction) => Evolve((_, v) => (-2 * friction * v) + Strength, 0, 0, 2);
    }

    private static double Density(double x, double t)
    {
        NoiseLevel level = s_variancePreserving.At(t);
        return Math.Exp(ExactProblems.Line.LogDensity([x], level.Alpha, level.Sigma));
    }

    private static double Score(double x, double t)
    {
        NoiseLevel level = s_variancePreserving.At(t);
        return -ExactProblems.Line.Noise([x], level.Alpha, level.Sigma)[0] / level.Sigma;
    }

    private static double Variance(NoiseLevel level) => (level.Alpha * level.Alpha * DataVariance) + (level.Sigma * level.Sigma);

    /// <summary>E f(x_0, n) with x_0 ~ N(0, v) and n ~ N(0, 1).</summary>
    private static double Expectation(Func<double, double, double> f)
    {
        double reach = 10 * Math.Sqrt(DataVariance);
        return Integral(x => Gaussian(x, DataVariance) * Integral(n => Gaussian(n, 1) * f(x, n), -10, 10, 60), -reach, reach, 60);
    }
}
