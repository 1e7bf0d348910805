using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class Rk45Tests : AdaptiveSolverContractTests
{
    protected override IAdaptiveSolver CreateSolver(double tolerance) =>
        new Rk45Solver(new() { RelativeTolerance = tolerance, AbsoluteTolerance = tolerance });
}

public sealed class Rk45InNoiseToSignalWithMemoryTests : AdaptiveSolverContractTests
{
    protected override IAdaptiveSolver CreateSolver(double tolerance) => new Rk45Solver(new()
    {
        Variable = FlowVariable.NoiseToSignal, RelativeTolerance = tolerance, AbsoluteTolerance = tolerance, Proportional = 0.2, Integral = 0.65,
    });
}

public sealed class Rk23Tests : AdaptiveSolverContractTests
{
    protected override IAdaptiveSolver CreateSolver(double tolerance) =>
        new Rk23Solver(new() { RelativeTolerance = tolerance, AbsoluteTolerance = tolerance });
}

public sealed class Dop853Tests : AdaptiveSolverContractTests
{
    protected override IAdaptiveSolver CreateSolver(double tolerance) =>
        new Dop853Solver(new() { RelativeTolerance = tolerance, AbsoluteTolerance = tolerance });
}

public sealed class Rk45OnGridsInNoiseToSignalTests : SolverContractTests
{
    protected override int Doublings => 3;

    // On smooth grids errors cancel until rounding is reached.
    protected override IEnumerable<(string Name, Func<NoiseSchedule, int, IReadOnlyList<NoiseLevel>> Levels)> OrderGrids =>
        base.OrderGrids.Where(grid => grid.Name == "alternating");

    protected override ISolver CreateSolver() => new Rk45Solver(new() { Coupling = StepCoupling.Grid, Variable = FlowVariable.NoiseToSignal });
}

public sealed class Rk23OnGridsTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new Rk23Solver(new() { Coupling = StepCoupling.Grid });
}
