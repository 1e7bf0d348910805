using Diffusion.Solvers;
using Xunit;

namespace Diffusion.Plugins.Tests.Solvers;

/// <summary>
/// Every state of every stochastic solver on irregular grids, with given draws, against stochastic-trajectories.json (stochastic_trajectories.py says
/// how it came about).
/// </summary>
public sealed class StochasticTrajectoryTests
{
    private static readonly TrajectoryReference File = new("stochastic-trajectories.json", 4e-13);

    public static TheoryData<int> Cases => File.Cases;

    [Theory]
    [MemberData(nameof(Cases))]
    public void States_agree_with_the_reference(int index) => File.Check(index, Solver);

    private static ISolver Solver(string name, TrajectoryOptions options)
    {
        double eta = options.Number("eta", 1);
        double noiseScale = options.Number("noiseScale", 1);
        int steps = (int)options.Number("steps", 1);
        MultistepCorrection correction = options.Choice<MultistepCorrection>("correction");
        return name switch
        {
            "euler-ancestral" => new EulerAncestralSolver(new() { Eta = eta, NoiseScale = noiseScale }),
            "ddpm" => new DdpmSolver(new() { Variance = options.Number("variance", 0) }),
            "reverse-diffusion" => new ReverseDiffusionSolver(new() { ProbabilityFlow = options.Flag("probabilityFlow") }),
            "dpm-2-ancestral" => new Dpm2AncestralSolver(new() { Eta = eta, NoiseScale = noiseScale }),
            "dpmpp-2s-ancestral" => new DpmPlusPlus2SAncestralSolver(new() { Eta = eta, NoiseScale = noiseScale }),
            "dpmpp-sde" => new DpmPlusPlusSdeSolver(new() { Eta = eta, NoiseScale = noiseScale, R = options.Number("r", 0.5) }),
            "dpmpp-2m-sde" => new DpmPlusPlus2MSdeSolver(new() { Eta = eta, NoiseScale = noiseScale, Correction = correction }),
            "dpmpp-3m-sde" => new DpmPlusPlus3MSdeSolver(new() { Eta = eta, NoiseScale = noiseScale }),
            "exponential-ito" => new ExponentialItoSolver(new() { Eta = eta, Temperature = options.Number("temperature", 1) }),
            "sde-dpm-solver-2m" => new SdeDpmSolver2MSolver(new() { Eta = eta, Correction = correction }),
            "edm-stochastic" => new EdmStochasticSolver(new()
            {
                Churn = options.Number("churn", 0),
                NoiseToSignalMin = options.Number("minimum", 0),
                NoiseToSignalMax = options.Number("maximum", 0),
                NoiseScale = noiseScale,
                Base = options.Choice<ChurnBase>("base"),
            }),
            "dpm-fast-ancestral" => new DpmFastAncestralSolver(new() { Eta = eta, Remainder = (int)options.Number("remainder", 0) }),
            "langevin" => new LangevinSolver(new() { StepSize = options.Number("stepSize", 0), Steps = steps, Denoise = options.Flag("denoise") }),
            "annealed-langevin" => new AnnealedLangevinSolver(new()
            {
                StepSize = options.Number("stepSize", 0), Steps = steps, SmallestSigma = options.Number("smallestSigma", 0), Denoise = options.Flag("denoise"),
            }),
            "predictor-corrector" => new PredictorCorrectorSolver(new()
            {
                Predictor = options.Choice<SamplingPredictor>("predictor"),
                Corrector = options.Choice<SamplingCorrector>("corrector"),
                Steps = steps,
                Snr = options.Number("snr", 0),
                Delta = options.Number("delta", 0),
            }),
            _ => throw new InvalidDataException($"No solver for the reference '{name}'."),
        };
    }
}
