using Xunit;

using static Diffusion.Plugins.Tests.Theory.Calculus;

namespace Diffusion.Plugins.Tests.Theory;

/// <summary>"Lecture 22: Diffusion Models", see docs/theory-errata.md.</summary>
public sealed class LectureNotes000Tests
{
    [Theory]
    [InlineData(-1.7)]
    [InlineData(0.4)]
    [InlineData(1.2)]
    public void Langevin_dynamics_climb_the_density(double x)
    {
        // dx = ±∇ ln q dt + √2 dB leaves q as it is where −(±(ln q)′ q)′ + q″ = 0.
        static double Density(double x) => Math.Exp(ExactProblems.Line.LogDensity([x], 1, 0.4));
        static double Score(double x) => -ExactProblems.Line.Noise([x], 1, 0.4)[0] / 0.4;
        static double Rate(double x, double sign) => SecondDerivative(Density, x) - Derivative(y => sign * Score(y) * Density(y), x);

        Assert.Equal(0, Rate(x, 1), 1e-8);
        Assert.True(Math.Abs(Rate(x, -1)) > 0.05);
    }

    [Fact]
    public void Girsanovs_constant_is_a_quarter_for_noise_of_variance_two()
    {
        // dx = −x dt + √2 dB against the drift −x + c: exact transitions over h differ by c (1 − e^−h) at variance 1 − e^−2h.
        (double c, double horizon) = (0.8, 1.5);
        double divergence = PathDivergence(1 << 12);
        Assert.Equal(0.25 * c * c * horizon, divergence, 1e-7);
        Assert.True(Math.Abs((0.5 * c * c * horizon) - divergence) > 0.2);

        double PathDivergence(int steps)
        {
            double h = horizon / steps;
            return steps * Math.Pow(c * PreciseMath.Expm1(-h), 2) / (2 * -PreciseMath.Expm1(-2 * h));
        }
    }

    [Fact]
    public void The_likelihood_ratio_of_one_step_has_the_square_of_the_drifts_difference_with_a_plus()
    {
        // Δ = h b′ + √(2h) g under (B); the ratio of densities is exp(−[…]/4h).
        (double h, double b, double other, double g) = (0.1, 0.7, -0.4, 0.3);
        double move = (h * other) + (Math.Sqrt(2 * h) * g);
        double bracket = Math.Pow(move - (h * b), 2) - Math.Pow(move - (h * other), 2);
        double square = Math.Pow(h * (b - other), 2);
        double cross = 2 * h * Math.Sqrt(2 * h) * g * (b - other);
        Assert.Equal(square - cross, bracket, 1e-15);
        Assert.True(Math.Abs(-square + cross - bracket) > 1e-3);
    }
}
