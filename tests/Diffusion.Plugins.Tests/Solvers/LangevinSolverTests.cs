using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class LangevinTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new LangevinSolver(new() { Steps = 3 });
}

public sealed class LangevinWithDenoisingTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new LangevinSolver(new() { Denoise = true });
}
