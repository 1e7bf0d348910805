using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Tests.Solvers;

public sealed class LangevinTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new LangevinSolver(new() { Steps = 3 });

    // Its order is in the step size at a level, not in the number of levels: LangevinBiasTests measures it.
    protected override IEnumerable<(string Name, Func<NoiseSchedule, int, IReadOnlyList<NoiseLevel>> Levels)> OrderGrids => [];
}

public sealed class LangevinWithDenoisingTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new LangevinSolver(new() { Denoise = true });

    // Its order is in the step size at a level, not in the number of levels: LangevinBiasTests measures it.
    protected override IEnumerable<(string Name, Func<NoiseSchedule, int, IReadOnlyList<NoiseLevel>> Levels)> OrderGrids => [];
}
