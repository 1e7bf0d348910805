using System.Text.Json;
using Diffusion.Numerics;
using Xunit;

namespace Diffusion.Tests.Numerics;

public sealed class LagrangeIntegralsTests
{
    [Fact]
    public void Weights_agree_with_the_reference()
    {
        foreach (JsonElement row in NumericsReference.Load().GetProperty("weights").EnumerateArray())
        {
            double[] nodes = [.. row.GetProperty("nodes").EnumerateArray().Select(v => v.GetDouble())];
            double[] expected = [.. row.GetProperty("weights").EnumerateArray().Select(v => v.GetDouble())];
            double[] actual = LagrangeIntegrals.Exponential(
                nodes, row.GetProperty("from").GetDouble(), row.GetProperty("to").GetDouble(), row.GetProperty("rate").GetDouble());

            double scale = expected.Max(Math.Abs);
            for (int j = 0; j < nodes.Length; j++)
                Assert.Equal(expected[j], actual[j], 1e-13 * scale);
        }
    }

    [Fact]
    public void On_equal_steps_they_are_the_textbook_adams_bashforth_weights()
    {
        double[] weights = LagrangeIntegrals.Polynomial([0, -1, -2, -3], 0, 1);
        double[] expected = [55.0 / 24, -59.0 / 24, 37.0 / 24, -9.0 / 24];
        for (int j = 0; j < expected.Length; j++)
            Assert.Equal(expected[j], weights[j], 1e-15);
    }

    [Fact]
    public void With_the_end_among_the_nodes_they_are_adams_moultons()
    {
        double[] weights = LagrangeIntegrals.Polynomial([1, 0, -1, -2], 0, 1);
        double[] expected = [9.0 / 24, 19.0 / 24, -5.0 / 24, 1.0 / 24];
        for (int j = 0; j < expected.Length; j++)
            Assert.Equal(expected[j], weights[j], 1e-15);
    }

    [Fact]
    public void A_step_of_no_length_has_no_weight() =>
        Assert.Equal([0, 0], LagrangeIntegrals.Exponential([1.5, 1], 1.5, 1.5, -1));

    [Theory]
    [InlineData(0.3, 0.9)]
    [InlineData(0.3, 4.7)]
    [InlineData(0.3, -2.0)]
    public void The_quadrature_agrees_with_the_closed_form(double from, double to)
    {
        double[] nodes = [0.3, 0.1, -0.4];
        double[] expected = LagrangeIntegrals.Exponential(nodes, from, to, 1);
        double[] actual = LagrangeIntegrals.Mapped(nodes, from, to, place => place, place => Math.Exp(to - place));
        double scale = expected.Max(Math.Abs);
        for (int j = 0; j < nodes.Length; j++)
            Assert.Equal(expected[j], actual[j], 1e-13 * scale);
    }

    [Fact]
    public void A_polynomial_in_another_variable_is_integrated_in_that_variable()
    {
        // ∫ e^τ ℓ_j(e^τ) dτ = ∫ ℓ_j(u) du
        double[] nodes = [1.0, 0.8, 0.3];
        double[] expected = LagrangeIntegrals.Polynomial(nodes, 1, 2.5);
        double[] actual = LagrangeIntegrals.Mapped(nodes, 0, Math.Log(2.5), Math.Exp, Math.Exp);
        for (int j = 0; j < nodes.Length; j++)
            Assert.Equal(expected[j], actual[j], 1e-13);
    }
}
