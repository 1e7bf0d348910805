using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class Dpm2Tests : SolverContractTests
{
    protected override ISolver CreateSolver() => new Dpm2Solver();
}
