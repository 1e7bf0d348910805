using Xunit;

namespace Diffusion.Plugins.Tests.Solvers;

/// <summary>The declared strong orders: differences of runs of N and 2N steps on the same Brownian paths.</summary>
public sealed class StrongOrderTests(ITestOutputHelper output)
{
    private const double Tolerance = 0.1;
    private const int Samples = 800;

    public static TheoryData<string> Declared =>
        [.. StochasticMethods.All.Where(method => method.Value.Traits.StrongOrder is not null).Select(method => method.Key)];

    [Theory]
    [InlineData("euler-maruyama")]
    [InlineData("exponential-ito")]
    public void Paths_converge_at_the_declared_order(string name) => AssertOrder(name);

    [Theory]
    [MemberData(nameof(Declared))]
    [Trait("Category", "Slow")]
    public void Every_method_s_paths_converge_at_the_declared_order(string name) => AssertOrder(name);

    private void AssertOrder(string name)
    {
        ISolver solver = StochasticMethods.All[name];
        NoiseSchedule schedule = ExactProcesses.VariancePreserving;
        OrderEstimate estimate = OrderEstimate.Measure(64, 3, steps => StrongError.Between(
            solver, schedule, ExactGrids.LogSnr(schedule, steps), ExactGrids.LogSnr(schedule, 2 * steps), Samples, seed: 11));
        output.WriteLine(estimate.ToString());
        Assert.InRange(estimate.Order, solver.Traits.StrongOrder!.Value - Tolerance, solver.Traits.StrongOrder.Value + Tolerance);
    }
}
