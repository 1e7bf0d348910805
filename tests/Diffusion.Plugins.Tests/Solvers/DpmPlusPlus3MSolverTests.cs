using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class DpmPlusPlus3MTests : SolverContractTests
{
    protected override int FirstSteps => 128;

    protected override ISolver CreateSolver() => new DpmPlusPlus3MSolver(new());
}
