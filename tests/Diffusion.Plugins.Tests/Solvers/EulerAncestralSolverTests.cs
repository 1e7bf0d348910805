using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class EulerAncestralTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new EulerAncestralSolver(new());
}

public sealed class EulerAncestralWithHalfTheNoiseTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new EulerAncestralSolver(new() { Eta = 0.5 });
}
