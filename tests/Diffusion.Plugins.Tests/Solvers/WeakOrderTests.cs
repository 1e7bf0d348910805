using Diffusion.Solvers;
using Xunit;

namespace Diffusion.Plugins.Tests.Solvers;

/// <summary>
/// The declared weak orders on a mixture, whose law is carried through the steps by quadrature: no Monte Carlo, so no chance. On a single Gaussian,
/// where the contract tests measure, some methods are better than they are.
/// </summary>
public sealed class WeakOrderTests(ITestOutputHelper output)
{
    private const double Tolerance = 0.1;
    private const double HalfWidth = 0.05;

    public static TheoryData<string> OneStep => [.. StochasticMethods.OneStep.Keys];

    public static TheoryData<string> Wide => [.. StochasticMethods.Wide.Keys];

    [Fact]
    public void A_method_that_keeps_the_law_has_no_error_but_the_quadrature_s()
    {
        // A deterministic reference of high order and many steps: what is left is interpolation and rounding.
        NoiseSchedule schedule = ExactProcesses.VariancePreserving;
        var solver = new DpmFastAncestralSolver(new() { Remainder = 2 });
        Assert.InRange(MixtureLaw.Error(solver, schedule, ExactGrids.LogSnr(schedule, 800)), 0, 2e-8);
    }

    [Theory]
    [InlineData("ddpm")]
    [InlineData("exponential-ito")]
    [InlineData("dpm-2-ancestral")]
    [InlineData("edm-stochastic")]
    public void A_method_has_the_weak_order_it_declares(string name)
    {
        ISolver solver = StochasticMethods.OneStep[name];
        AssertOrder(solver, ExactProcesses.VariancePreserving, solver.Traits.Order!.Value);
    }

    [Theory]
    [MemberData(nameof(OneStep))]
    [Trait("Category", "Slow")]
    public void Every_one_step_method_has_the_weak_order_it_declares(string name)
    {
        ISolver solver = StochasticMethods.OneStep[name];
        AssertOrder(solver, ExactProcesses.VariancePreserving, solver.Traits.Order!.Value);
    }

    [Theory]
    [MemberData(nameof(OneStep))]
    [Trait("Category", "Slow")]
    public void Every_one_step_method_has_it_under_other_processes(string name)
    {
        ISolver solver = StochasticMethods.OneStep[name];
        AssertOrder(solver, ExactProcesses.VarianceExploding, solver.Traits.Order!.Value);
        AssertOrder(solver, ExactProcesses.StraightPath, solver.Traits.Order!.Value);
    }

    [Theory]
    [MemberData(nameof(Wide))]
    [Trait("Category", "Slow")]
    public void A_method_with_a_past_or_with_two_draws_has_the_weak_order_it_declares(string name)
    {
        ISolver solver = StochasticMethods.Wide[name];
        AssertOrder(solver, ExactProcesses.VariancePreserving, solver.Traits.Order!.Value);
    }

    [Fact]
    public void Independent_draws_cost_dpmpp_sde_an_order()
    {
        var solver = new WithIndependentDraws(new DpmPlusPlusSdeSolver(new()));
        AssertOrder(solver, ExactProcesses.VariancePreserving, 1, gaussian: true);
        AssertOrder(new DpmPlusPlusSdeSolver(new()), ExactProcesses.VariancePreserving, 2, gaussian: true);
    }

    private void AssertOrder(ISolver solver, NoiseSchedule schedule, double expected, bool gaussian = false)
    {
        // The noise in a past estimate fades slowly: multistep methods come to their asymptotic errors late.
        int first = solver.Traits.HistoryLength > 0 ? 384 : 48;
        OrderEstimate estimate = OrderEstimate.MeasureAsymptotic(first, 3, 6400, HalfWidth, 1e-9, steps =>
        {
            IReadOnlyList<NoiseLevel> levels = ExactGrids.LogSnr(schedule, steps);
            return gaussian ? ExactLaw.Error(solver, schedule, levels) : MixtureLaw.Error(solver, schedule, levels);
        });
        output.WriteLine(estimate.ToString());
        Assert.InRange(estimate.HalfWidth, 0, HalfWidth);
        Assert.InRange(estimate.Order, expected - Tolerance, expected + Tolerance);
    }

    /// <summary>Every draw of the method on its own, as a noise source without a path gives them.</summary>
    private sealed class WithIndependentDraws(ISolver inner) : ISolver
    {
        public SolverTraits Traits => inner.Traits;

        public TorchSharp.torch.Tensor Step(in SolverStep step, IDenoiser denoiser) => inner.Step(step with { Noise = new Unlinked(step) }, denoiser);

        private sealed class Unlinked(SolverStep step) : INoiseSource
        {
            private int _draws;

            public TorchSharp.torch.Tensor BrownianIncrement(NoiseLevel from, NoiseLevel to, TorchSharp.torch.Tensor like) =>
                step.Noise.Independent((2 * step.Index) + _draws++, like);

            public TorchSharp.torch.Tensor Independent(long index, TorchSharp.torch.Tensor like) => throw new NotSupportedException();
        }
    }
}
