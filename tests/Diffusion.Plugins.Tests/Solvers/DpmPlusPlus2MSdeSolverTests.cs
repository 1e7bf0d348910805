using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class DpmPlusPlus2MSdeTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmPlusPlus2MSdeSolver(new());

    protected override int FirstSteps => 384;
}

public sealed class DpmPlusPlus2MSdeTaylorTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmPlusPlus2MSdeSolver(new() { Correction = MultistepCorrection.Taylor });

    protected override int FirstSteps => 384;
}
