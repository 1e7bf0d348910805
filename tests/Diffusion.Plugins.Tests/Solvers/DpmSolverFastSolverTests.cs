using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class DpmSolverFastTests : SolverContractTests
{
    protected override int FirstSteps => 96;

    protected override ISolver CreateSolver() => new DpmSolverFastSolver(new());
}

public sealed class DpmSolverFastOfOrder2OnDataTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmSolverFastSolver(new() { Order = 2, Form = ExponentialForm.Data });
}
