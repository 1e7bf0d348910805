using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class DpmPlusPlus2SAncestralTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmPlusPlus2SAncestralSolver(new());
}

public sealed class DpmPlusPlus2SAncestralWithHalfTheNoiseTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmPlusPlus2SAncestralSolver(new() { Eta = 0.5 });
}

public sealed class DpmPlusPlus2SAncestralWithoutNoiseTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmPlusPlus2SAncestralSolver(new() { Eta = 0 });
}
