using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class DpmSolver2MTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmSolver2MSolver(new());
}

public sealed class DpmSolver2MTaylorTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmSolver2MSolver(new() { Correction = MultistepCorrection.Taylor });
}
