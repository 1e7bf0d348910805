using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class HeunInTimeTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new HeunSolver(new() { Variable = FlowVariable.Time });
}

public sealed class HeunInNoiseToSignalTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new HeunSolver(new() { Variable = FlowVariable.NoiseToSignal });
}

public sealed class MidpointInTimeTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new HeunSolver(new() { Variable = FlowVariable.Time, Alpha = 0.5 });
}

public sealed class RalstonInNoiseToSignalTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new HeunSolver(new() { Variable = FlowVariable.NoiseToSignal, Alpha = 2.0 / 3 });
}
