using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class DpmSolver2Tests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmSolver2Solver(new());
}

public sealed class DpmSolver2TaylorOffTheMiddleTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmSolver2Solver(new() { Variant = SingleStepVariant.Taylor, R1 = 0.35 });
}
