using Diffusion.Core.Laws;
using Diffusion.Grids;
using Diffusion.Schedules;
using Diffusion.Solvers;
using Xunit;

namespace Diffusion.Tests.Laws;

/// <summary>
/// W₂, KL and folds of eight methods on 0.3 N(−2, 0.5²) + 0.7 N(1.5, 0.3²), σ from 80 to 0.002, exact start: figures of an independent computation with
/// other quadratures, given to three digits of which the last may be off by one. Karras' grid; that of log SNR for DPM-Solver++ and UniPC.
/// </summary>
public sealed class PublishedRankingTests
{
    private static readonly ITimeGrid Karras = new KarrasGrid(new() { End = GridEnd.Minimum });
    private static readonly ITimeGrid LogSnr = new LogSnrGrid(new() { End = GridEnd.Minimum });

    private static (ISolver Solver, ITimeGrid Grid) Method(string name) => name switch
    {
        "euler" => (new EulerSolver(new() { Variable = FlowVariable.NoiseToSignal }), Karras),
        "heun" => (new HeunSolver(new() { Variable = FlowVariable.NoiseToSignal }), Karras),
        "dpm-2" => (new Dpm2Solver(), Karras),
        "dpmpp-2m" => (new DpmPlusPlus2MSolver(new()), LogSnr),
        "dpmpp-3m" => (new DpmPlusPlus3MPublishedSolver(new()), LogSnr),
        "unipc-3" => (new UniPcSolver(new() { Order = 3, StartUp = StartUp.Ramp }), LogSnr),
        "ipndm-4" => (new IpndmSolver(new()), Karras),
        _ => (new LinearMultistepSolver(new() { Order = 4, StartUp = StartUp.Ramp }), Karras),
    };

    private static SamplerLawValues Law(string name, int evaluations)
    {
        (ISolver solver, ITimeGrid grid) = Method(name);
        int steps = LawProblem.Steps(solver, grid, evaluations, new EdmSchedule(new()));
        SamplerLaw law = LawProblem.Law(solver, grid, steps);
        Assert.Equal(evaluations, solver.Traits.Evaluations(law.Problem.Levels));
        return law.Compare(new());
    }

    [Theory]
    [InlineData("euler", 0.445, 0.357, 0.290)]
    [InlineData("heun", 4.88, 1.37, 0.966)]
    [InlineData("dpm-2", 2.07, 1.33, 0.492)]
    [InlineData("dpmpp-2m", 0.212, 0.176, 0.128)]
    [InlineData("dpmpp-3m", 0.426, 0.151, 0.106)]
    [InlineData("unipc-3", 0.397, 0.169, 0.126)]
    [InlineData("ipndm-4", 0.220, 0.139, 0.085)]
    [InlineData("lms-4", 0.330, 0.224, 0.149)]
    public void W2_is_that_of_the_table(string method, double six, double eight, double ten)
    {
        foreach ((int evaluations, double expected) in new[] { (6, six), (8, eight), (10, ten) })
        {
            LawValue w2 = Law(method, evaluations).W2!.Value;
            // One unit of the third digit.
            Assert.Equal(expected, w2.Value, expected < 1 ? 1.05e-3 : 1.05e-2);
            Assert.InRange(w2.Error, 0, 1e-6);
        }
    }

    [Theory]
    [InlineData("euler", 0.194, 1e-3)]
    [InlineData("heun", 3.33, 1e-2)]
    [InlineData("dpmpp-2m", 0.083, 1e-3)]
    [InlineData("dpmpp-3m", 0.0288, 3e-4)]
    [InlineData("unipc-3", 0.0355, 1e-4)]
    [InlineData("ipndm-4", 0.0276, 1e-4)]
    [InlineData("lms-4", 0.082, 1e-3)]
    public void Kl_at_ten_evaluations_is_that_of_the_table(string method, double expected, double tolerance)
    {
        SamplerLawValues values = Law(method, 10);
        Assert.Equal(expected, values.Kl!.Value.Value, tolerance);
        Assert.InRange(values.Kl.Value.Error, 0, 1e-6);
        Assert.Equal(0, values.FoldMass!.Value.Value);
    }

    [Fact]
    public void Midpoint_steps_fold_an_eighth_of_the_mass() => Assert.Equal(0.128, Law("dpm-2", 10).FoldMass!.Value.Value, 5e-4);

    [Fact]
    public void UniPC_on_a_grid_of_Karras_folds_three_quarters_of_the_mass() =>
        Assert.Equal(0.75, LawProblem.Law(Method("unipc-3").Solver, Karras, 6).Compare(new()).FoldMass!.Value.Value, 5e-3);
}
