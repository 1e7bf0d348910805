using Diffusion.Solvers;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Solvers;

public sealed class PredictorAloneTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new PredictorCorrectorSolver(new() { Corrector = SamplingCorrector.None });
}

public sealed class PredictorCorrectorTests : SolverContractTests
{
    protected override ISolver CreateSolver() => new PredictorCorrectorSolver(new() { Predictor = SamplingPredictor.Ancestral, Snr = 0.05 });
}

public sealed class PredictorCorrectorWithRenoisingTests : SolverContractTests
{
    protected override ISolver CreateSolver() =>
        new PredictorCorrectorSolver(new() { Predictor = SamplingPredictor.Ddim, Corrector = SamplingCorrector.Renoise, Steps = 2 });
}

public sealed class CorrectorAloneTests : SolverContractTests
{
    protected override ISolver CreateSolver() =>
        new PredictorCorrectorSolver(new() { Predictor = SamplingPredictor.None, Corrector = SamplingCorrector.AnnealedLangevin });
}
