using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class EulerInTimeTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new EulerSolver(new() { Variable = FlowVariable.Time });
}

public sealed class EulerInNoiseToSignalTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new EulerSolver(new() { Variable = FlowVariable.NoiseToSignal });
}
