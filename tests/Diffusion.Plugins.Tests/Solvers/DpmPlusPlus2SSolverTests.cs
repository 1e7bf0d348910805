using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class DpmPlusPlus2STests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmPlusPlus2SSolver(new());
}

public sealed class DpmPlusPlus2STaylorTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmPlusPlus2SSolver(new() { Variant = SingleStepVariant.Taylor });
}
