using Diffusion.Core.Laws;
using MathNet.Numerics;
using Xunit;

namespace Diffusion.Tests.Laws;

/// <summary>The arithmetic of laws on the line against closed forms.</summary>
public sealed class LineLawTests
{
    private static readonly LawResolution Resolution = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static SmoothFunction Learn(Func<double, double> function, MixtureLine law) =>
        SmoothFunction.Learn(points => [.. points.Select(function)], [.. law.Breaks.Select(point => point.Place)], Resolution);

    private static void Near(double expected, LawValue? found, double tolerance = 1e-9)
    {
        Assert.NotNull(found);
        Assert.Equal(expected, found.Value.Value, tolerance);
        Assert.InRange(found.Value.Error, 0, tolerance);
    }

    [Theory]
    [InlineData(0.3, 1.7, 0.4, 0.9)]
    [InlineData(-2, 0.2, 0, 1)]
    [InlineData(0, -1.3, 0.5, 1.3)]
    public void A_linear_map_of_a_Gaussian_has_the_law_and_the_distances_of_the_textbook(double a, double b, double mean, double deviation)
    {
        var start = MixtureLine.Normal(0, 1);
        PushedLaw law = new(start, Learn(x => a + (b * x), start));
        var found = LineDivergences.Between(law, MixtureLine.Normal(mean, deviation), cancellationToken: Token);
        double own = Math.Abs(b), d = a - mean;
        Near(Math.Log(deviation / own) + (((own * own) + (d * d)) / (2 * deviation * deviation)) - 0.5, found.Kl);
        Near(Math.Log(own / deviation) + (((deviation * deviation) + (d * d)) / (2 * own * own)) - 0.5, found.ReverseKl);
        Near(Math.Sqrt((d * d) + ((own - deviation) * (own - deviation))), found.W2);
        Near(a, found.Mean);
        Near(b * b, found.Variance);
        Near(0, found.Skewness);
        Near(3, found.Kurtosis, 1e-8);
        Assert.Equal(b > 0 ? 0 : 1, law.FoldMass, 1e-12);
    }

    [Fact]
    public void A_shift_has_its_length_as_Wasserstein_distances_and_the_total_variation_of_the_textbook()
    {
        var start = MixtureLine.Normal(0, 0.7);
        var found = LineDivergences.Between(new PushedLaw(start, Learn(x => x + 0.9, start)), start, cancellationToken: Token);
        Near(0.9, found.W1);
        Near(0.9, found.W2);
        Near(SpecialFunctions.Erf(0.9 / (2 * Math.Sqrt(2) * 0.7)), found.TotalVariation);
    }

    [Fact]
    public void The_identity_leaves_a_mixture_as_it_is()
    {
        MixtureLine mixture = new(LawProblem.TwoModes);
        var found = LineDivergences.Between(new PushedLaw(mixture, Learn(x => x, mixture)), mixture, cancellationToken: Token);
        Assert.All(new[] { found.Kl, found.ReverseKl!.Value, found.TotalVariation, found.W1, found.W2 }, value => Near(0, value));
        Assert.All(
            new[] { found.Mean, found.Variance, found.Skewness, found.Kurtosis }.Concat(found.Modes.SelectMany(mode => new[] { mode.Weight, mode.Variance })),
            value => Near(value.Target!.Value, value));
        Assert.Equal([0.3, 0.7], found.Modes.Select(mode => mode.Weight.Target));
        Assert.Equal([0.25, 0.09], found.Modes.Select(mode => Math.Round(mode.Variance.Target!.Value, 14)));
    }

    [Fact]
    public void The_square_of_a_normal_number_is_chi_squared_with_half_of_its_mass_folded()
    {
        var start = MixtureLine.Normal(0, 1);
        PushedLaw law = new(start, Learn(x => x * x, start));
        Assert.Equal(0.5, law.FoldMass, 1e-12);
        foreach (double y in new[] { 1e-9, 1e-3, 0.2, 1, 3, 20 })
        {
            Assert.Equal(-0.5 * (y + Math.Log(2 * Math.PI * y)), law.LogDensity(y), 1e-8);
            Assert.Equal(SpecialFunctions.Erf(Math.Sqrt(y / 2)), law.Tails(y).Below, 1e-12);
            Assert.Equal(1, SpecialFunctions.Erfc(Math.Sqrt(y / 2)) / law.Tails(y).Above, 1e-9);
        }

        Assert.Equal(double.NegativeInfinity, law.LogDensity(-1e-3));
        // −h(χ²₁) + ½ log(2π s²) + E (Y − 1)²/(2 s²) with s² = 2.
        double entropy = 0.5 + Math.Log(2 * Math.Sqrt(Math.PI)) + (0.5 * SpecialFunctions.DiGamma(0.5));
        var found = LineDivergences.Between(law, MixtureLine.Normal(1, Math.Sqrt(2)), cancellationToken: Token);
        Near(-entropy + (0.5 * Math.Log(4 * Math.PI)) + 0.5, found.Kl, 1e-8);
        Near(1, found.Mean, 1e-8);
        Near(2, found.Variance, 1e-8);
        Near(Math.Sqrt(8), found.Skewness, 1e-7);
        Near(15, found.Kurtosis, 1e-7);
        // It leaves out the negative half of the target.
        Assert.Null(found.ReverseKl);
    }

    [Fact]
    public void A_map_with_three_branches_keeps_all_mass_and_its_moments()
    {
        // Y = X³ − 2X: E Y = 0, E Y² = 15 − 12 + 4; it falls for |X| < √(2/3).
        var start = MixtureLine.Normal(0, 1);
        PushedLaw law = new(start, Learn(x => (x * x * x) - (2 * x), start));
        Assert.Equal(SpecialFunctions.Erf(Math.Sqrt(2.0 / 3) / Math.Sqrt(2)), law.FoldMass, 1e-12);
        Assert.Equal(2, law.Breaks.Count(point => point.IsSingular));
        var found = LineDivergences.Between(law, MixtureLine.Normal(0, 2), cancellationToken: Token);
        Near(0, found.Mean, 1e-8);
        Near(7, found.Variance, 1e-8);
        Near(1, found.Modes[0].Weight, 1e-8);
    }

    [Fact]
    public void A_map_to_one_point_has_no_density()
    {
        var start = MixtureLine.Normal(0, 1);
        Assert.Contains("one point", Assert.Throws<ArgumentException>(() => new PushedLaw(start, Learn(_ => 2, start))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_map_that_is_not_finite_is_refused()
    {
        var start = MixtureLine.Normal(0, 1);
        Assert.Contains("not finite", Assert.Throws<ArgumentException>(() => Learn(x => x > 1 ? double.NaN : x, start)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.5, 0.3, 0.01)]
    [InlineData(-2, 1, 3)]
    public void A_linear_step_with_noise_carries_a_Gaussian_to_the_Gaussian_of_the_recursion(double factor, double shift, double noise)
    {
        PiecewiseLaw law = NoisyStep.Apply(MixtureLine.Normal(0.7, 1.3), x => [.. x.Select(value => (factor * value) + shift)], noise, Resolution, Token);
        var expected = MixtureLine.Normal((factor * 0.7) + shift, Math.Sqrt((factor * factor * 1.69) + (noise * noise)));
        Assert.Equal(1, law.Mass, 1e-10);
        var found = LineDivergences.Between(law, expected, cancellationToken: Token);
        Assert.All(new[] { found.Kl, found.TotalVariation, found.W1, found.W2 }, value => Near(0, value, 1e-8));
        Near(0, found.ReverseKl, 1e-7);
    }

    [Fact]
    public void Noise_alone_smooths_a_mixture_as_its_forward_process_does()
    {
        PiecewiseLaw law = NoisyStep.Apply(new MixtureLine(LawProblem.TwoModes), x => [.. x], 0.05, Resolution, Token);
        MixtureLine expected = new(LawProblem.TwoModes.At(new NoiseLevel(0.05, 1, 0.05)));
        Near(0, LineDivergences.Between(law, expected, cancellationToken: Token).Kl, 1e-9);
        foreach (double x in new[] { -4.0, -2, -0.3, 1.5, 3 })
            Assert.Equal(expected.LogDensity(x), law.LogDensity(x), 1e-8);
    }

    [Theory]
    [InlineData(1e-300)]
    [InlineData(1e-16)]
    [InlineData(0.2)]
    [InlineData(0.3)]
    [InlineData(0.5)]
    public void Quantiles_of_a_mixture_have_their_masses_on_both_sides(double mass)
    {
        MixtureLine mixture = new(LawProblem.TwoModes);
        Assert.Equal(1, mixture.Tails(mixture.Quantile(mass, 1 - mass)).Below / mass, 1e-11);
        Assert.Equal(1, mixture.Tails(mixture.Quantile(1 - mass, mass)).Above / mass, 1e-11);
    }
}
