using Xunit;

namespace Diffusion.Tests.Certification;

/// <summary>The quadrature rule against what defines it: the moments of a standard normal number.</summary>
public sealed class GaussHermiteTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(12)]
    [InlineData(64)]
    public void Moments_up_to_degree_2n_minus_1_are_exact(int count)
    {
        (double Node, double Weight)[] rule = GaussHermite.Rule(count);
        double moment = 1;
        for (int degree = 0; degree < 2 * count && degree < 40; degree += 2)
        {
            // E[z^d] = (d − 1)!! for even d, 0 for odd d.
            moment *= degree > 1 ? degree - 1 : 1;
            Assert.Equal(1, rule.Sum(point => point.Weight * Math.Pow(point.Node, degree)) / moment, 1e-12);
            Assert.Equal(0, rule.Sum(point => point.Weight * Math.Pow(point.Node, degree + 1)) / moment, 1e-12);
        }
    }

    [Fact]
    public void Nodes_of_a_known_rule_come_in_falling_order()
    {
        // Abramowitz and Stegun 1964, table 25.10, n = 5, scaled from exp(−x²) to the normal density.
        double[] roots = [2.020182870456086, 0.958572464613819, 0, -0.958572464613819, -2.020182870456086];
        double[] weights = [0.01995324205905, 0.3936193231522, 0.9453087204829, 0.3936193231522, 0.01995324205905];
        (double Node, double Weight)[] rule = GaussHermite.Rule(5);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(Math.Sqrt(2) * roots[i], rule[i].Node, 1e-14);
            Assert.Equal(weights[i] / Math.Sqrt(Math.PI), rule[i].Weight, 1e-13);
        }
    }
}
