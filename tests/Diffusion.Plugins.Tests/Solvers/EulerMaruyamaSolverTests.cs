using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class EulerMaruyamaTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new EulerMaruyamaSolver(new());
}

public sealed class EulerMaruyamaWithHalfTheNoiseTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new EulerMaruyamaSolver(new() { Eta = 0.5 });
}
