using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class RungeKutta4InTimeTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new RungeKutta4Solver(new());
}

public sealed class RungeKutta4InNoiseToSignalTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new RungeKutta4Solver(new() { Variable = FlowVariable.NoiseToSignal });
}
