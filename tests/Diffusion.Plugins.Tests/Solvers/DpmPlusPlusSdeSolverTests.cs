using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class DpmPlusPlusSdeTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmPlusPlusSdeSolver(new());
}

public sealed class DpmPlusPlusSdeWithHalfTheNoiseTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmPlusPlusSdeSolver(new() { Eta = 0.5 });
}

public sealed class DpmPlusPlusSdeWithALateStageTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmPlusPlusSdeSolver(new() { R = 0.7 });
}

public sealed class DpmPlusPlusSdeWithoutNoiseTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmPlusPlusSdeSolver(new() { Eta = 0 });
}
