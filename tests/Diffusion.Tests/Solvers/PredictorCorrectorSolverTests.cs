using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Tests.Solvers;

public sealed class PredictorAloneTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new PredictorCorrectorSolver(new() { Corrector = SamplingCorrector.None });
}

public sealed class PredictorCorrectorTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new PredictorCorrectorSolver(new() { Predictor = SamplingPredictor.Ancestral, Snr = 0.05 });

    // Its order is in the step size at a level, not in the number of levels: LangevinBiasTests measures it.
    protected override IEnumerable<(string Name, Func<NoiseSchedule, int, IReadOnlyList<NoiseLevel>> Levels)> OrderGrids => [];
}

public sealed class PredictorCorrectorWithRenoisingTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new PredictorCorrectorSolver(new() { Predictor = SamplingPredictor.Ddim, Corrector = SamplingCorrector.Renoise, Steps = 2 });

    // Its order is in the step size at a level, not in the number of levels: LangevinBiasTests measures it.
    protected override IEnumerable<(string Name, Func<NoiseSchedule, int, IReadOnlyList<NoiseLevel>> Levels)> OrderGrids => [];
}

public sealed class CorrectorAloneTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new PredictorCorrectorSolver(new() { Predictor = SamplingPredictor.None, Corrector = SamplingCorrector.AnnealedLangevin });

    // Its order is in the step size at a level, not in the number of levels: LangevinBiasTests measures it.
    protected override IEnumerable<(string Name, Func<NoiseSchedule, int, IReadOnlyList<NoiseLevel>> Levels)> OrderGrids => [];
}
