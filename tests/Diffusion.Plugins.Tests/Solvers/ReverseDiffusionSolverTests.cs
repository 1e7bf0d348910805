using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class ReverseDiffusionTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new ReverseDiffusionSolver(new());
}

public sealed class ReverseDiffusionFlowTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new ReverseDiffusionSolver(new() { ProbabilityFlow = true });
}
