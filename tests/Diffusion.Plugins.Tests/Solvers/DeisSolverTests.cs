using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class DeisInTimeTests : SolverContractTests
{
    protected override int FirstSteps => 128;

    protected override ISolver CreateSolver() => new DeisSolver(new() { Order = 3, Interpolation = DeisInterpolation.Time });
}

public sealed class DeisInTimeOfOrder4Tests : SolverContractTests
{
    protected override int FirstSteps => 96;

    // On equal steps of time order 4 shows only with thousands of steps: the last are by far the longest in λ.
    protected override IEnumerable<(string Name, Func<NoiseSchedule, int, IReadOnlyList<NoiseLevel>> Levels)> OrderGrids =>
        [("power", ExactGrids.Power), .. ExactGrids.All.Where(grid => grid.Name != "uniform")];

    protected override ISolver CreateSolver() => new DeisSolver(new() { Order = 4, Interpolation = DeisInterpolation.Time });
}

public sealed class DeisInNoiseToSignalTests : SolverContractTests
{
    protected override int FirstSteps => 128;

    protected override ISolver CreateSolver() => new DeisSolver(new() { Order = 3, Interpolation = DeisInterpolation.NoiseToSignal });
}

public sealed class DeisInLogNoiseToSignalTests : SolverContractTests
{
    protected override int FirstSteps => 128;

    protected override ISolver CreateSolver() => new DeisSolver(new() { Order = 3, Interpolation = DeisInterpolation.LogNoiseToSignal });
}
