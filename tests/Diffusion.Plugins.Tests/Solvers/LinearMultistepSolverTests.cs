using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class LinearMultistepOfOrder1Tests : SolverContractTests
{
    protected override ISolver CreateSolver() => new LinearMultistepSolver(new() { Order = 1 });
}

public sealed class LinearMultistepOfOrder2Tests : SolverContractTests
{
    protected override ISolver CreateSolver() => new LinearMultistepSolver(new() { Order = 2 });
}

public sealed class LinearMultistepOfOrder3Tests : SolverContractTests
{
    protected override int FirstSteps => 128;

    protected override ISolver CreateSolver() => new LinearMultistepSolver(new() { Order = 3 });
}

public sealed class LinearMultistepOfOrder4Tests : SolverContractTests
{
    protected override int FirstSteps => 64;

    // On equal steps of time order 4 shows only with thousands of steps: the last are by far the longest in λ.
    protected override IEnumerable<(string Name, Func<NoiseSchedule, int, IReadOnlyList<NoiseLevel>> Levels)> OrderGrids =>
        [("power", ExactGrids.Power), .. ExactGrids.All.Where(grid => grid.Name != "uniform")];

    protected override ISolver CreateSolver() => new LinearMultistepSolver(new() { Order = 4 });
}

public sealed class LinearMultistepRectifiedTests : SolverContractTests
{
    protected override int FirstSteps => 128;

    protected override ISolver CreateSolver() => new LinearMultistepSolver(new() { Order = 3, Variable = AdamsVariable.Rectified });
}

public sealed class LinearMultistepInTimeTests : SolverContractTests
{
    protected override int FirstSteps => 128;

    protected override ISolver CreateSolver() => new LinearMultistepSolver(new() { Order = 3, Variable = AdamsVariable.Time });
}
