using Diffusion.Solvers;
using Xunit;

namespace Diffusion.Plugins.Tests.Solvers;

/// <summary>
/// Every state of every solver on irregular grids against reference-trajectories.json (reference_trajectories.py says how it came about). An order
/// test cannot see a wrong constant of the method's own order; this can.
/// </summary>
public sealed class ReferenceTrajectoryTests
{
    private static readonly TrajectoryReference File = new("reference-trajectories.json", 2e-13);

    public static TheoryData<int> Cases => File.Cases;

    [Theory]
    [MemberData(nameof(Cases))]
    public void States_agree_with_the_reference(int index) => File.Check(index, Solver);

    private static ISolver Solver(string name, TrajectoryOptions options)
    {
        int order = (int)options.Number("order", 0);
        bool lowerOrderFinal = options.Flag("lowerOrderFinal");
        ExponentialForm form = options.Choice<ExponentialForm>("form");
        MultistepCorrection correction = options.Choice<MultistepCorrection>("correction");
        SingleStepVariant variant = options.Choice<SingleStepVariant>("variant");
        StartUp startUp = options.Choice<StartUp>("startUp");
        double third = 1.0 / 3;
        return name switch
        {
            "euler" => new EulerSolver(new() { Variable = options.Choice<FlowVariable>("variable") }),
            "heun" => new HeunSolver(new() { Variable = options.Choice<FlowVariable>("variable"), Alpha = options.Number("alpha", 1) }),
            "rk4" => new RungeKutta4Solver(new() { Variable = options.Choice<FlowVariable>("variable") }),
            "ddim" => new DdimSolver(new() { Eta = options.Number("eta", double.NaN) }),
            "dpm-2" => new Dpm2Solver(),
            "dpm-solver-2" => new DpmSolver2Solver(new() { Variant = variant, R1 = options.Number("r1", 0.5) }),
            "dpmpp-2s" => new DpmPlusPlus2SSolver(new() { Variant = variant, R1 = options.Number("r1", 0.5) }),
            "dpm-solver-3" => new DpmSolver3Solver(new() { Variant = variant, R1 = options.Number("r1", third), R2 = options.Number("r2", 2 * third) }),
            "dpmpp-3s" => new DpmPlusPlus3SSolver(new() { Variant = variant, R1 = options.Number("r1", third), R2 = options.Number("r2", 2 * third) }),
            "dpm-solver-fast" => new DpmSolverFastSolver(new()
            {
                Order = order, Form = form, Variant = variant, MiddleVariant = options.Choice("middleVariant", SingleStepVariant.Taylor),
            }),
            "dpmpp-2m" => new DpmPlusPlus2MSolver(new() { Correction = correction }),
            "dpm-solver-2m" => new DpmSolver2MSolver(new() { Correction = correction, LowerOrderFinal = lowerOrderFinal }),
            "dpmpp-3m" => new DpmPlusPlus3MSolver(new() { StartUp = startUp, LowerOrderFinal = lowerOrderFinal }),
            "dpm-solver-3m" => new DpmSolver3MSolver(new() { StartUp = startUp, LowerOrderFinal = lowerOrderFinal }),
            "dpmpp-3m-published" => new DpmPlusPlus3MPublishedSolver(new() { Correction = correction, LowerOrderFinal = lowerOrderFinal }),
            "dpm-solver-3m-published" => new DpmSolver3MPublishedSolver(new() { Correction = correction, LowerOrderFinal = lowerOrderFinal }),
            "exponential-adams-bashforth" => new ExponentialAdamsBashforthSolver(new() { Order = order, Form = form, StartUp = startUp }),
            "lms" => new LinearMultistepSolver(new()
            {
                Order = order, Variable = options.Choice<AdamsVariable>("variable"), StartUp = startUp, LowerOrderFinal = lowerOrderFinal,
            }),
            "deis" => new DeisSolver(new() { Order = order, Interpolation = options.Choice<DeisInterpolation>("interpolation"), StartUp = startUp }),
            "ipndm" => new IpndmSolver(new() { Order = order }),
            "plms" => new PlmsSolver(),
            "pndm" => new PndmSolver(),
            "unipc" => new UniPcSolver(new()
            {
                Order = order, Form = form, Function = options.Choice<UniPcFunction>("function"), StartUp = startUp, LowerOrderFinal = lowerOrderFinal,
            }),
            "unipc-vary-published" => new UniPcPublishedVaryingSolver(new()
            {
                Order = order, Form = form, LowerOrderFinal = options.Flag("lowerOrderFinal", otherwise: true),
            }),
            "euler-maruyama" => new EulerMaruyamaSolver(new() { Eta = options.Number("eta", double.NaN) }),
            _ => throw new InvalidDataException($"No solver for the reference '{name}'."),
        };
    }
}
