using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class EdmStochasticTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new EdmStochasticSolver(new() { Churn = 5 });
}

public sealed class EdmStochasticInTimeTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new EdmStochasticSolver(new() { Churn = 5, Variable = FlowVariable.Time, NoiseToSignalMax = 4 });
}

public sealed class EdmStochasticEulerTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new EdmStochasticSolver(new() { Churn = 5, Base = ChurnBase.Euler });
}

public sealed class EdmStochasticDpm2Tests : SolverContractTests
{
    protected override ISolver CreateSolver() => new EdmStochasticSolver(new() { Churn = 5, Base = ChurnBase.Dpm2 });
}
