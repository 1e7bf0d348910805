using System.Globalization;
using Diffusion.Core.Sampling;
using Diffusion.Solvers;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.Solvers;

/// <summary>What costs a multistep method its order, measured: wrong constants, weights of other steps, and a start of low order.</summary>
public sealed class MultistepOrderTests
{
    // Several, so that no change of sign of the error passes for an order.
    private static readonly double[] Points = [1.3, -0.4, 0.15, -1.1, 0.6, 1.9];

    [Theory]
    [InlineData(true, 1.9, 2.3)]
    [InlineData(false, 2.9, 3.1)]
    public void The_published_third_order_multistep_solvers_are_of_order_2_and_the_corrected_of_order_3(bool isPublished, double least, double most)
    {
        ISolver[] solvers = isPublished
            ? [new DpmPlusPlus3MPublishedSolver(new()), new DpmSolver3MPublishedSolver(new())]
            : [new DpmPlusPlus3MSolver(new()), new DpmSolver3MSolver(new())];
        foreach (ISolver solver in solvers)
            AssertOrder(least, most, solver, ExactProcesses.VariancePreserving, ExactGrids.LogSnr, first: 64);
    }

    [Fact]
    public void Weights_of_equal_steps_are_of_order_4_on_equal_steps_2_on_smooth_grids_and_1_on_others()
    {
        // σ/α is the time of the exploding process.
        AssertOrder(3.9, 4.1, new PndmSolver(), ExactProcesses.VarianceExploding, ExactGrids.Uniform, first: 256, doublings: 4);
        foreach (ISolver solver in (ISolver[])[new IpndmSolver(new()), new PlmsSolver(), new PndmSolver()])
        {
            AssertOrder(1.9, 2.1, solver, ExactProcesses.VarianceExploding, ExactGrids.Power, first: 128);
            AssertOrder(0.9, 1.1, solver, ExactProcesses.VarianceExploding, ExactGrids.Alternating, first: 128);
        }
    }

    [Fact]
    public void Weights_of_the_actual_steps_keep_order_4_on_the_same_grids()
    {
        var solver = new LinearMultistepSolver(new() { Order = 4 });
        AssertOrder(3.9, 4.1, solver, ExactProcesses.VarianceExploding, ExactGrids.Power, first: 128);
        AssertOrder(3.9, 4.1, solver, ExactProcesses.VarianceExploding, ExactGrids.Alternating, first: 128);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void A_ramp_costs_the_order_that_a_single_step_start_keeps(int order)
    {
        AssertOrder(order - 0.1, order + 0.1, Solver(StartUp.SingleStep), ExactProcesses.VariancePreserving, ExactGrids.LogSnr, first: 128);
        AssertOrder(1.9, order - 0.3, Solver(StartUp.Ramp), ExactProcesses.VariancePreserving, ExactGrids.LogSnr, first: 128);

        ISolver Solver(StartUp startUp) => new ExponentialAdamsBashforthSolver(new() { Order = order, StartUp = startUp });
    }

    [Fact]
    public void The_published_varying_coefficients_of_unipc_are_of_order_1_and_the_exact_ones_of_order_3()
    {
        AssertOrder(
            0.9, 1.1, new UniPcPublishedVaryingSolver(new() { LowerOrderFinal = false }), ExactProcesses.VariancePreserving, ExactGrids.LogSnr, first: 128);
        AssertOrder(
            2.9, 3.1, new UniPcSolver(new() { Function = UniPcFunction.Exact }), ExactProcesses.VariancePreserving, ExactGrids.LogSnr, first: 128);
    }

    private static void AssertOrder(
        double least, double most, ISolver solver, NoiseSchedule schedule, Func<NoiseSchedule, int, IReadOnlyList<NoiseLevel>> grid, int first,
        int doublings = 5)
    {
        (NoiseLevel from, NoiseLevel to) = (schedule.At(schedule.Horizon), schedule.At(schedule.MinimumTime));
        double[] start = [.. Points.Select(value => from.Sigma * value)];
        double[] exact = [.. start.Chunk(2).SelectMany(point => ReferenceFlow.Carry(ExactProblems.Plane, point, from, to))];
        OrderEstimate estimate = OrderEstimate.Measure(first, doublings, steps =>
        {
            using DisposeScope scope = NewDisposeScope();
            double[] end = SamplingLoop.Run(
                new(new ExactMixtureDenoiser(ExactProblems.Plane, PredictionKind.Data), schedule, grid(schedule, steps), solver),
                tensor(start, [start.Length / 2, 2]),
                new NoNoise(),
                cancellationToken: TestContext.Current.CancellationToken).State.data<double>().ToArray();
            return Math.Sqrt(end.Zip(exact, (a, b) => (a - b) * (a - b)).Average());
        });
        Assert.True(
            estimate.Order >= least && estimate.Order <= most,
            string.Create(CultureInfo.InvariantCulture, $"{solver.GetType().Name}: {estimate}, expected {least} to {most}"));
    }
}
