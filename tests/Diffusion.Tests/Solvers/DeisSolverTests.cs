using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Tests.Solvers;

public sealed class DeisInTimeTests : SolverContractTests
{
    protected override int FirstSteps => 128;

    protected override ISolver CreateSolver() => new DeisSolver(new() { Order = 3, Interpolation = DeisInterpolation.Time });
}

public sealed class DeisInTimeOfOrder4Tests : SolverContractTests
{
    protected override int FirstSteps => 96;

    protected override IEnumerable<(string Name, Func<NoiseSchedule, int, IReadOnlyList<NoiseLevel>> Levels)> OrderGrids => PowerGrid.WithLogSnrAndAlternating;

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
