using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class DpmSolver3Tests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmSolver3Solver(new());
}

public sealed class DpmSolver3TaylorTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmSolver3Solver(new() { Variant = SingleStepVariant.Taylor, R1 = 0.5 });
}

public sealed class DpmSolver3ElsewhereTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmSolver3Solver(new() { R2 = 0.8 });
}
