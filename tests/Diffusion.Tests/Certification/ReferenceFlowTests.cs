using Xunit;

namespace Diffusion.Tests.Certification;

public sealed class ReferenceFlowTests
{
    [Fact]
    public void On_one_gaussian_the_flow_keeps_the_standard_score()
    {
        // x_t = α μ + √((α² s² + σ²)/(α_T² s² + σ_T²)) (x_T − α_T μ).
        (NoiseLevel from, NoiseLevel to) = (new(1, 0.02, 0.9998), new(0, 0.999, 0.01));
        (double fromMean, double fromVariance) = ExactLaw.OfLevel(from);
        (double toMean, double toVariance) = ExactLaw.OfLevel(to);
        foreach (double x in new[] { -2.5, 0.1, 1.7 })
        {
            double expected = toMean + (Math.Sqrt(toVariance / fromVariance) * (x - fromMean));
            Assert.Equal(expected, ReferenceFlow.Carry(ExactProblems.Gaussian, [x], from, to)[0], 1e-11);
        }
    }

    [Fact]
    public void On_a_line_the_flow_keeps_the_quantile()
    {
        // In one dimension the flow is the monotone map between marginals, so the mass below a point stays the same.
        (NoiseLevel from, NoiseLevel to) = (new(1, 0.3, 0.95), new(0, 0.98, 0.1));
        foreach (double x in new[] { -0.9, 0.05, 0.6 })
        {
            double carried = ReferenceFlow.Carry(ExactProblems.Line, [x], from, to)[0];
            Assert.Equal(MassBelow(x, from), MassBelow(carried, to), 1e-10);
        }
    }

    private static double MassBelow(double x, NoiseLevel level)
    {
        const int Intervals = 40_000;
        const double Left = -12;
        double h = (x - Left) / Intervals;
        return h / 3 * Enumerable.Range(0, Intervals + 1).Sum(i =>
            Math.Exp(ExactProblems.Line.LogDensity([Left + (i * h)], level.Alpha, level.Sigma)) * (i is 0 or Intervals ? 1 : i % 2 == 1 ? 4 : 2));
    }
}
