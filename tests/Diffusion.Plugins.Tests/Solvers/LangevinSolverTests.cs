using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Tests.Solvers;

public sealed class LangevinTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new LangevinSolver(new() { Steps = 3 });
}

public sealed class LangevinWithDenoisingTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new LangevinSolver(new() { Denoise = true });
}
