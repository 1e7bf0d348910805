using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class UniPcPublishedVaryingTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new UniPcPublishedVaryingSolver(new());
}

public sealed class UniPcPublishedVaryingOfOrder3OnNoiseTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new UniPcPublishedVaryingSolver(new() { Order = 3, Form = ExponentialForm.Noise, LowerOrderFinal = false });
}

public sealed class UniPcPublishedVaryingOfOrder1Tests : SolverContractTests
{
    protected override ISolver CreateSolver() => new UniPcPublishedVaryingSolver(new() { Order = 1 });
}
