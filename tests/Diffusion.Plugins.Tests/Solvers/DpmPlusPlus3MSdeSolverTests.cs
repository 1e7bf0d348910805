using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class DpmPlusPlus3MSdeTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmPlusPlus3MSdeSolver(new());

    protected override int FirstSteps => 256;
}

public sealed class DpmPlusPlus3MSdeWithoutNoiseTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmPlusPlus3MSdeSolver(new() { Eta = 0 });

    protected override int FirstSteps => 128;
}
