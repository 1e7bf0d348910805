using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class DdpmTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DdpmSolver(new());
}

public sealed class DdpmWithFixedLargeVarianceTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DdpmSolver(new() { Variance = 1 });
}

public sealed class DdpmWithInterpolatedVarianceTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DdpmSolver(new() { Variance = 0.4 });
}
