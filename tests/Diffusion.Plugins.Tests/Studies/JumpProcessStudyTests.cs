using System.ComponentModel.DataAnnotations;
using Diffusion.Studies.JumpProcesses;
using Diffusion.Testing;
using Xunit;

namespace Diffusion.Plugins.Tests.Studies;

/// <summary>Jump processes against formulas in closed form, and what is refused.</summary>
public sealed class JumpProcessStudyTests : StudyContractTests
{
    private static readonly double[][] FourStates = [[-3, 2, 1, 0], [1, -2, 0.5, 0.5], [0, 4, -4, 0], [0.5, 0.5, 0.5, -1.5]];

    protected override StudySetting Setting => new();

    protected override IStudy CreateStudy() => new JumpProcessStudy(new() { Paths = 2000 });

    [Fact]
    public void Equations_agree_to_rounding()
    {
        foreach (double[][] rates in new double[][][] { [[-1, 1], [2, -2]], [[-40, 40], [0.5, -0.5]], FourStates })
        {
            StudyResult result = StudyProblems.Run(new JumpProcessStudy(new() { Rates = rates, Times = [0.1, 0.7, 2], Paths = 200 }));
            Assert.InRange(result.Get("master-equation-error").Value, 0, 1e-11);
            Assert.InRange(result.Get("chapman-kolmogorov-error").Value, 0, 1e-13);
            if (rates.Length == 2)
                Assert.InRange(result.Get("closed-form-error").Value, 0, 1e-13);
        }
    }

    // A circle of n states with equal rates: the law is a Poisson number of steps, taken modulo n.
    [Fact]
    public void The_law_on_a_circle_is_that_of_a_Poisson_number_of_steps()
    {
        const int states = 5;
        const double t = 1.3;
        double[][] rates = [.. Enumerable.Range(0, states).Select(i => Enumerable.Range(0, states)
            .Select(j => j == i ? -1.0 : j == (i + 1) % states ? 1 : 0).ToArray())];
        double[] law = new double[states];
        double weight = Math.Exp(-t);
        for (int n = 0; n < 60; n++, weight *= t / n)
            law[n % states] += weight;
        StudyCurve curve = StudyProblems.Run(new JumpProcessStudy(new() { Rates = rates, Times = [0.5, t], Paths = 200 })).Curves.Single();
        Assert.All(Enumerable.Range(0, states), state => Assert.Equal(law[state], curve.Series[state].Y[^1], 1e-13));
    }

    // Five standard errors: false alarm 6e-7 a value.
    [Fact]
    public void Paths_have_the_law_of_the_master_equation()
    {
        StudyResult result = StudyProblems.Run(new JumpProcessStudy(new() { Rates = FourStates, Start = 3, Times = [0.2, 1], Paths = 100_000 }));
        Assert.All(
            result.Values.Where(value => value.ErrorKind == MetricErrorKind.Sampling),
            value => Assert.InRange(value.Value, -5 * value.StandardError!.Value, 5 * value.StandardError!.Value));
        Assert.Equal(0, result.Values.Where(value => value.Name.StartsWith("deviation", StringComparison.Ordinal)).Sum(value => value.Value), 1e-12);
    }

    [Theory]
    [InlineData("row 1 sums to 0.5", -1.0, 1.5, 2.0, -2.0)]
    [InlineData("row 2 has a rate", -1.0, 1.0, -2.0, 2.0)]
    public void Rows_that_are_no_generators_are_refused(string message, double a, double b, double c, double d)
    {
        JumpProcessOptions options = new() { Rates = [[a, b], [c, d]] };
        Assert.StartsWith(message, options.Validate(new ValidationContext(options)).First().ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void More_jumps_than_can_be_simulated_are_refused() => Assert.Contains(
        "lower 'paths'", new JumpProcessStudy(new() { Paths = 10_000_000, Times = [1, 900] }).Objection(new()), StringComparison.Ordinal);
}
