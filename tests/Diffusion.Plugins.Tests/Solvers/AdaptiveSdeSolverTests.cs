using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class AdaptiveSdeTests : AdaptiveSolverContractTests
{
    protected override IReadOnlyList<double> Tolerances => [1e-1, 1e-2, 1e-3];

    protected override IAdaptiveSolver CreateSolver(double tolerance) =>
        new AdaptiveSdeSolver(new() { RelativeTolerance = tolerance, AbsoluteTolerance = tolerance });
}

public sealed class AdaptiveSdeOnGridsTests : SolverContractTests
{
    // On the straight path the error of the variance changes its sign at an N too large for exact laws.
    protected override IEnumerable<(string Name, NoiseSchedule Schedule)> OrderProcesses => base.OrderProcesses.Where(process => process.Name != "straight");

    protected override int Doublings => 4;

    protected override ISolver CreateSolver() => new AdaptiveSdeSolver(new() { Coupling = StepCoupling.Grid });
}
