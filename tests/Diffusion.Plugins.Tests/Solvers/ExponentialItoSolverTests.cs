using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class ExponentialItoTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new ExponentialItoSolver(new());
}

public sealed class ExponentialItoWithMoreNoiseTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new ExponentialItoSolver(new() { Eta = 1.3 });
}
