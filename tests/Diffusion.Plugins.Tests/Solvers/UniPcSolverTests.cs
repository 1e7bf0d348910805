using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class UniPcOfOrder1Tests : SolverContractTests
{
    protected override ISolver CreateSolver() => new UniPcSolver(new() { Order = 1 });
}

public sealed class UniPcOfOrder2Tests : SolverContractTests
{
    protected override int FirstSteps => 128;

    protected override ISolver CreateSolver() => new UniPcSolver(new() { Order = 2 });
}

public sealed class UniPcOfOrder3Tests : SolverContractTests
{
    protected override int FirstSteps => 128;

    protected override ISolver CreateSolver() => new UniPcSolver(new() { Order = 3 });
}

public sealed class UniPcOfOrder3Bh1OnNoiseTests : SolverContractTests
{
    protected override int FirstSteps => 64;

    // On equal steps of time order 4 shows only with thousands of steps: the last are by far the longest in λ.
    protected override IEnumerable<(string Name, Func<NoiseSchedule, int, IReadOnlyList<NoiseLevel>> Levels)> OrderGrids =>
        [("power", ExactGrids.Power), .. ExactGrids.All.Where(grid => grid.Name != "uniform")];

    protected override ISolver CreateSolver() => new UniPcSolver(new() { Order = 3, Function = UniPcFunction.Bh1, Form = ExponentialForm.Noise });
}

public sealed class UniPcExactOnNoiseTests : SolverContractTests
{
    protected override int FirstSteps => 128;

    protected override ISolver CreateSolver() => new UniPcSolver(new() { Order = 2, Function = UniPcFunction.Exact, Form = ExponentialForm.Noise });
}

public sealed class UniPWithoutCorrectorTests : SolverContractTests
{
    protected override int FirstSteps => 128;

    protected override ISolver CreateSolver() => new UniPcSolver(new() { Order = 3, Corrector = false });
}

public sealed class UniPcWithLowerOrderFinalTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new UniPcSolver(new() { Order = 3, LowerOrderFinal = true, StartUp = StartUp.Ramp });
}
