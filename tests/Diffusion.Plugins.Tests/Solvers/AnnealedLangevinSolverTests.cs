using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class AnnealedLangevinTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new AnnealedLangevinSolver(new() { Steps = 3, StepSize = 0.01 });
}

public sealed class AnnealedLangevinWithDenoisingTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new AnnealedLangevinSolver(new() { Steps = 2, StepSize = 0.01, Denoise = true });
}
