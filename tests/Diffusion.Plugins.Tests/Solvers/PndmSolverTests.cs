using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class PndmTests : SolverContractTests
{
    protected override int FirstSteps => 64;

    protected override ISolver CreateSolver() => new PndmSolver();
}
