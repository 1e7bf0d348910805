using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class Dpm2AncestralTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new Dpm2AncestralSolver(new());
}

public sealed class Dpm2AncestralWithHalfTheNoiseTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new Dpm2AncestralSolver(new() { Eta = 0.5 });
}

public sealed class Dpm2AncestralWithoutNoiseTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new Dpm2AncestralSolver(new() { Eta = 0 });
}
