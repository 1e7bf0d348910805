using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class DpmPlusPlus2MTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmPlusPlus2MSolver(new());
}

public sealed class DpmPlusPlus2MTaylorTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmPlusPlus2MSolver(new() { Correction = MultistepCorrection.Taylor });
}
