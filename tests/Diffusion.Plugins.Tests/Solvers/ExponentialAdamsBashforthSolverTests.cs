using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class ExponentialAdamsBashforthOfOrder1OnDataTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new ExponentialAdamsBashforthSolver(new() { Order = 1, Form = ExponentialForm.Data });
}

public sealed class ExponentialAdamsBashforthOfOrder2OnNoiseTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new ExponentialAdamsBashforthSolver(new() { Order = 2, Form = ExponentialForm.Noise });
}

public sealed class ExponentialAdamsBashforthOfOrder3OnNoiseTests : SolverContractTests
{
    protected override int FirstSteps => 128;

    protected override ISolver CreateSolver() => new ExponentialAdamsBashforthSolver(new() { Order = 3, Form = ExponentialForm.Noise });
}

public sealed class ExponentialAdamsBashforthOfOrder4OnDataTests : SolverContractTests
{
    protected override int FirstSteps => 128;

    protected override ISolver CreateSolver() => new ExponentialAdamsBashforthSolver(new() { Order = 4, Form = ExponentialForm.Data });
}

public sealed class ExponentialAdamsBashforthOfOrder4OnNoiseTests : SolverContractTests
{
    protected override int FirstSteps => 128;

    protected override ISolver CreateSolver() => new ExponentialAdamsBashforthSolver(new() { Order = 4, Form = ExponentialForm.Noise });
}
