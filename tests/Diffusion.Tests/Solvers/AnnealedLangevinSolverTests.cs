using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Tests.Solvers;

public sealed class AnnealedLangevinTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new AnnealedLangevinSolver(new() { Steps = 3, StepSize = 0.01 });

    // Its order is in the step size at a level, not in the number of levels: LangevinBiasTests measures it.
    protected override IEnumerable<(string Name, Func<NoiseSchedule, int, IReadOnlyList<NoiseLevel>> Levels)> OrderGrids => [];
}

public sealed class AnnealedLangevinWithDenoisingTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new AnnealedLangevinSolver(new() { Steps = 2, StepSize = 0.01, Denoise = true });

    // Its order is in the step size at a level, not in the number of levels: LangevinBiasTests measures it.
    protected override IEnumerable<(string Name, Func<NoiseSchedule, int, IReadOnlyList<NoiseLevel>> Levels)> OrderGrids => [];
}
