using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class DpmFastAncestralTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmFastAncestralSolver(new());
}

public sealed class DpmFastAncestralEndingWithOrder2Tests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmFastAncestralSolver(new() { Eta = 0.5, Remainder = 2 });
}

public sealed class DpmFastAncestralEndingWithOrder1Tests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmFastAncestralSolver(new() { Eta = 0.5, Remainder = 1 });
}
