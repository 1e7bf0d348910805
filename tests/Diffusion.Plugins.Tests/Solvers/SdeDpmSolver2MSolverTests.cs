using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class SdeDpmSolver2MTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new SdeDpmSolver2MSolver(new());
}

public sealed class SdeDpmSolver2MTaylorTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new SdeDpmSolver2MSolver(new() { Eta = 0.6, Correction = MultistepCorrection.Taylor });
}
