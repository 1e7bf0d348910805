using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class DdimTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DdimSolver(new());
}

public sealed class DdimWithSomeNoiseTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DdimSolver(new() { Eta = 0.5 });
}

public sealed class DdimWithFullNoiseTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DdimSolver(new() { Eta = 1 });
}
