using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class IpndmTests : SolverContractTests
{
    protected override int FirstSteps => 64;

    protected override ISolver CreateSolver() => new IpndmSolver(new());
}

public sealed class IpndmOfTwoEstimatesTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new IpndmSolver(new() { Order = 2 });
}
