using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class DpmSolver12Tests : AdaptiveSolverContractTests
{
    protected override IReadOnlyList<double> Tolerances => [1e-2, 1e-3, 1e-4];

    protected override IAdaptiveSolver CreateSolver(double tolerance) =>
        new DpmSolver12Solver(new() { RelativeTolerance = tolerance, AbsoluteTolerance = tolerance });
}

public sealed class DpmSolver23Tests : AdaptiveSolverContractTests
{
    protected override IAdaptiveSolver CreateSolver(double tolerance) =>
        new DpmSolver23Solver(new() { RelativeTolerance = tolerance, AbsoluteTolerance = tolerance });
}

public sealed class DpmSolver23OnDataWithTheElementaryRuleTests : AdaptiveSolverContractTests
{
    protected override IAdaptiveSolver CreateSolver(double tolerance) => new DpmSolver23Solver(new()
    {
        Form = ExponentialForm.Data, Rule = DpmStepRule.Elementary, Safety = 0.9, RelativeTolerance = tolerance, AbsoluteTolerance = tolerance,
    });
}

public sealed class DpmSolver12OnGridsTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmSolver12Solver(new() { Coupling = StepCoupling.Grid });
}

public sealed class DpmSolver12OnDataOnGridsTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmSolver12Solver(new() { Coupling = StepCoupling.Grid, Form = ExponentialForm.Data });
}

public sealed class DpmSolver23OnGridsTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmSolver23Solver(new() { Coupling = StepCoupling.Grid });
}

public sealed class DpmSolver23OnDataOnGridsTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new DpmSolver23Solver(new() { Coupling = StepCoupling.Grid, Form = ExponentialForm.Data });
}

public sealed class AncestralDpmSolver23OnGridsTests : SolverContractTests
{
    protected override int FirstSteps => 16;

    protected override int Doublings => 3;

    protected override ISolver CreateSolver() => new DpmSolver23Solver(new() { Coupling = StepCoupling.Grid, Eta = 1 });
}
