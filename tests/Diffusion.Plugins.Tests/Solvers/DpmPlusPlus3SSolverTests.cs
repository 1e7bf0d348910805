using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class DpmPlusPlus3STests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmPlusPlus3SSolver(new());
}

public sealed class DpmPlusPlus3STaylorTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmPlusPlus3SSolver(new() { Variant = SingleStepVariant.Taylor });
}
